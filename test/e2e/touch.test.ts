import type { CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cardFor } from '../../extension/background/menu.ts'
import { look } from './axe.ts'
import { openOverlay } from './overlay.ts'
import { bruteForce, details, facts, factsOf, kinds, live, logPage, settings, wrap } from './overlay-data.ts'
import { whereIs } from './surfaces.ts'

// A finger in place of a pointer that rests: it opens the card of what it taps, and every tap is the page's as before.

const [attacker, other, low] = ['183.62.140.253', '203.0.113.9', '198.51.100.23'] as const
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
let session: CDPSession
beforeAll(async () => {
  const answers = { on: true, kinds, details, settings, connection: live }
  overlay = await openOverlay({ ...answers, facts: { ...facts, [attacker]: bruteForce(), [other]: factsOf(other) } })
})
afterAll(() => overlay?.close())
afterEach(() => page?.close())

type Point = { x: number; y: number }
const card = (address: string) => page.getByRole('dialog', { name: address })
const cards = () => page.getByRole('dialog').evaluateAll(all => all.map(one => one.getAttribute('aria-label')))
const shown = (...addresses: string[]) => expect.poll(cards).toEqual(addresses)
const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: Point[]) =>
  session.send('Input.dispatchTouchEvent', { type, touchPoints })
async function tap(at: Point) {
  await finger('touchStart', at)
  await finger('touchEnd')
}
async function drag({ x, y }: Point, down: number) {
  await finger('touchStart', { x, y })
  for (const part of [0.25, 0.5, 0.75, 1]) await finger('touchMove', { x, y: y + down * part })
  await finger('touchEnd')
}
const middleOf = async (name: string, of = card(attacker)) => {
  const { x, y, width, height } = (await of.getByRole('button', { name, exact: true }).boundingBox())!
  return { x: x + width / 2, y: y + height / 2 }
}
/** What the page hears of a finger, in `window.heard`. */
const hear = () => {
  const heard: string[] = []
  Object.assign(window, { heard })
  for (const type of [
    'touchstart',
    'touchend',
    'pointerdown',
    'pointerup',
    'pointercancel',
    'mousedown',
    'click',
    'contextmenu',
    'dragstart',
  ])
    window.addEventListener(type, ({ type }) => heard.push(type), true)
}
const sofar = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard)
const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.splice(0))

async function visit(html: string, width = 390, height = 844) {
  page = await overlay.visit(html, { inject: false })
  await page.setViewportSize({ width, height })
  await page.evaluate(hear)
  session = await page.context().newCDPSession(page)
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  await overlay.openTrees(page)
}
async function marks() {
  await overlay.inject(page)
  await expect.poll(() => page.evaluate(() => CSS.highlights.size)).toBeGreaterThan(0)
}
const whole = ['pointerdown', 'touchstart', 'pointerup', 'touchend', 'mousedown', 'click']
const log = logPage.replace('overflow: hidden', 'white-space: pre-wrap')

test('a tap on an address opens its card, one elsewhere closes it, and the page hears both as without us', async () => {
  await visit(log)
  const at = await whereIs(page, attacker)
  await tap(at)
  await expect.poll(heard).toEqual(whole)
  await marks()
  await tap(at)
  await shown(attacker)
  expect(await heard()).toEqual(whole)
  await card(attacker).getByText('Invalid users').waitFor()
  await look(page, 'touch')
  await tap({ x: 380, y: 840 })
  await shown()
  expect(await heard()).toEqual(whole)
  await tap(await whereIs(page, other))
  await shown(other)
})

test('in the card: scrolled by a finger it stays, kept open it lets another beside it, and its buttons are pressed', async () => {
  await visit(log, 390, 500)
  await marks()
  await tap(await whereIs(page, attacker))
  await card(attacker).getByText('Invalid users').waitFor()
  const body = card(attacker).locator('.body')
  const { x, y, height } = (await body.boundingBox())!
  await drag({ x: x + 60, y: y + height - 20 }, -height / 2)
  await expect.poll(() => body.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0)
  // longer than a pointer may be elsewhere
  await new Promise(resolve => setTimeout(resolve, 400))
  await shown(attacker)
  await tap(await middleOf('Keep open'))
  await card(attacker).getByRole('button', { name: 'Let it close by itself' }).waitFor()
  await tap({ x: 10, y: 10 })
  await shown(attacker)
  await tap(await middleOf('Close (Esc)'))
  await shown()
})

const link = (inner: string) => `<a href="#went">${inner}</a>`
test.each<[string, string, pressed: string]>([
  ['a link', link(`from ${attacker}`), 'location.hash === "#went"'],
  ['a word in a link', link(`<b>from <i>${attacker}</i></b>`), 'location.hash === "#went"'],
  ['a button', `<button onclick="pressed = true">${attacker}</button>`, 'pressed'],
  ['what has the role of one', `<p role="button" tabindex="0" onclick="pressed = true">${attacker}</p>`, 'pressed'],
  ['a label', `<label><input type="checkbox"> ${attacker}</label>`, 'document.querySelector("input").checked'],
  ['a summary', `<details><summary>${attacker}</summary>more</details>`, 'document.querySelector("details").open'],
  ['what is written in', `<p contenteditable>${attacker}</p>`, 'document.activeElement.isContentEditable'],
  [
    'a button around a shadow tree',
    `<button onclick="pressed = true"><span><template shadowrootmode="open">${attacker}</template></span></button>`,
    'pressed',
  ],
  ['what the page takes for itself', `<p onclick="event.preventDefault(); pressed = true">${attacker}</p>`, 'pressed'],
  ['what the page keeps to itself', `<p onclick="event.stopPropagation(); pressed = true">${attacker}</p>`, 'pressed'],
])('a tap on %s does what it did, and opens no card', async (_, html, pressed) => {
  await visit(wrap(`<script>pressed = false</script>${html}<p>and ${other}</p>`))
  await marks()
  const at = await page.evaluate(() => {
    const { x, y, width, height } = document.querySelector('i, a, button, p, label, summary')!.getBoundingClientRect()
    return { x: x + Math.min(width, 100) / 2, y: y + height / 2 }
  })
  // on plain text it is for the card, which is there at once from then on
  await tap(await whereIs(page, other))
  await shown(other)
  await heard()
  await tap(at)
  await expect.poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard.includes('click'))).toBe(true)
  expect(await page.evaluate(pressed)).toBe(true)
  expect(await cards()).toEqual([])
})

test.each<[string, string]>([
  ['in a shadow tree', `<div><template shadowrootmode="open"><p id="it">from <b>${attacker}</b></p></template></div>`],
  ['in a row that the page answers to', `<p id="it" onclick="this.style.background = 'gold'">from ${attacker}</p>`],
])('an address %s is tapped', async (_, html) => {
  await visit(wrap(html))
  await marks()
  const at = await page.evaluate(() => {
    const root = document.querySelector('div')?.shadowRoot ?? document
    const range = new Range()
    range.selectNodeContents(root.querySelector('b') ?? root.querySelector('#it')!)
    const { left, right, y, height } = range.getBoundingClientRect()
    return { x: (left + 3 * right) / 4, y: y + height / 2 }
  })
  await tap(at)
  await shown(attacker)
})

test('a finger that scrolls over an address opens nothing, nor do events that the page makes', async () => {
  await visit(`${log}<p style="height: 3000px">`)
  await marks()
  const at = await whereIs(page, attacker)
  // while it still rolls, a tap does no more than to stop it
  const rested = page.evaluate(() => new Promise(resolve => window.addEventListener('scrollend', () => resolve(scrollY), { once: true })))
  await drag(at, -60)
  expect(await rested).toBeGreaterThan(0)
  const { x, y } = await whereIs(page, attacker)
  await page.evaluate(
    ([x, y]) => {
      const target = document.elementFromPoint(x, y) as HTMLElement
      const how = { clientX: x, clientY: y, bubbles: true, composed: true, pointerType: 'touch', pointerId: 5, isPrimary: true }
      for (const type of ['pointerdown', 'pointerup', 'click']) target.dispatchEvent(new PointerEvent(type, how))
      const touch = new Touch({ identifier: 1, target, clientX: x, clientY: y })
      target.dispatchEvent(new TouchEvent('touchstart', { touches: [touch], changedTouches: [touch], bubbles: true, composed: true }))
      target.dispatchEvent(new TouchEvent('touchend', { changedTouches: [touch], bubbles: true, composed: true }))
      target.click()
    },
    [x, y] as const,
  )
  // those that came before have been heard once this one is
  await tap(await whereIs(page, low))
  await shown(low)
})

/** What the browser sends for a finger that stays where it is: with `Input.dispatchTouchEvent` it takes none for pressed long. */
async function pressLong(at: Point) {
  await session.send('Emulation.setEmitTouchEventsForMouse', { enabled: true, configuration: 'mobile' })
  // not waited for: the browser may answer only once its menu is closed
  const mouse = (type: 'mousePressed' | 'mouseReleased') =>
    void session.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 }).catch(() => {})
  mouse('mousePressed')
  // a link could be dragged: its menu opens once the finger is lifted
  await expect.poll(sofar).toContainEqual(expect.stringMatching(/contextmenu|dragstart/))
  mouse('mouseReleased')
  await expect.poll(sofar).toContain('contextmenu')
}
test.each<[string, string, info: { linkUrl?: string }]>([
  ['in plain text', `<p>from ${attacker}</p>`, {}],
  ['in a link', link(`from ${attacker}`), { linkUrl: 'https://console.example/hosts/7' }],
  ['in a link to another address', link(`from ${attacker}`), { linkUrl: 'https://192.0.2.7/hosts' }],
  ['in a button', `<button onclick="location.hash = 'went'">${attacker}</button>`, {}],
  ['in a field', `<label><input type="checkbox"> ${attacker}</label>`, {}],
])('an address %s is pressed long: nothing but the browser’s menu opens, and a look-up from there is about it', async (_, html, info) => {
  await visit(wrap(html))
  await marks()
  await pressLong(await whereIs(page, attacker))
  expect(await heard()).not.toContain('click')
  expect(await page.evaluate(() => [location.hash, document.querySelector('input')?.checked ?? false])).toEqual(['', false])
  expect(await cards()).toEqual([])
  // as the entry of the menu does, which no test can press in a browser without a window: the finger has selected a word, but not in a link
  const selectionText = await page.evaluate(() => String(getSelection()))
  await overlay.push(page, cardFor(selectionText === '' ? info : { selectionText }))
  await shown(attacker)
})
