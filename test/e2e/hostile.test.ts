import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readCard } from './accessible.ts'
import { attacker, hostilePages, makeEvents, storm } from './hostile-pages.ts'
import { type Answers, openOverlay } from './overlay.ts'
import { bruteForce, details, facts, kinds, live, logPage, settings, wrap } from './overlay-data.ts'
import { pointAt, whereIs } from './surfaces.ts'

// Pages that fight back: none gets an error more, none learns or does anything, and where it is too much the overlay says so.

const answers: Answers = {
  on: true,
  kinds,
  facts: { ...facts, '183.62.140.253': bruteForce() },
  details,
  settings,
  connection: live,
}
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers)
})
afterAll(() => overlay?.close())
beforeEach(() => overlay.set(answers))
afterEach(() => page?.close())

const drawn = (of: Pick<Page, 'evaluate'> = page) =>
  of.evaluate(() => {
    const sizes: number[] = []
    // by hand: the page may have broken what lists things
    ;(CSS.highlights as unknown as Map<string, { size: number }>).forEach(({ size }) => {
      sizes[sizes.length] = size
    })
    let sum = 0
    for (let i = 0; i < sizes.length; i++) sum += sizes[i]!
    return sum
  })
const marks = (count: number) => expect.poll(() => drawn(), { timeout: 20_000 }).toBe(count)
const card = () => readCard(page)
/** Every error that the page hears of itself. */
function errorsOf(of: Page) {
  const errors: string[] = []
  of.on('pageerror', error => errors.push(error.message))
  return errors
}
const changes = async () => (await Promise.all(['move', 'assign', 'openSignal'].map(type => overlay.asked(type)))).flat().length

test.each(hostilePages)('%s: marks and card as anywhere, and the page has no error more', async (_, html, headers, count) => {
  page = await overlay.visit(html, { inject: false, headers })
  const errors = errorsOf(page)
  await overlay.inject(page)
  await marks(count)
  await overlay.push(page, { type: 'card', ip: attacker, text: '' })
  await card().opens(attacker)
  await card().says(/AS4134 Chinanet/)
  expect(errors).toEqual([])
})

test('sandboxed frames: each marks itself or is left alone, and none can change anything', async () => {
  const inner = overlay.serve('/sandboxed', wrap(`<p>from ${attacker}</p>`))
  page = await overlay.visit(
    wrap(
      `<p>from ${attacker}</p><iframe sandbox src="${inner}"></iframe><iframe sandbox="allow-scripts" srcdoc="from ${attacker}"></iframe>`,
    ),
    { inject: false },
  )
  const errors = errorsOf(page)
  await overlay.inject(page)
  await marks(1)
  expect(errors).toEqual([])
})

test('document.open: the new page is marked, and a pointer at rest still opens a card', async () => {
  page = await overlay.visit(wrap('<p>from 203.0.113.9</p>'))
  await marks(1)
  await page.evaluate(html => {
    document.open()
    document.write(html)
    document.close()
  }, logPage)
  await marks(15)
  await pointAt(page, attacker)
  await card().opens(attacker)
})

test('100,000 nodes change in a second: the page keeps its turns, it is said that marks wait, and they come back', async () => {
  page = await overlay.visit(wrap(`<p>from ${attacker}</p><div id="storm"></div>`))
  await marks(1)
  const errors = errorsOf(page)
  await overlay.push(page, { type: 'card', ip: attacker, text: '' })
  await card().opens(attacker)
  const turns = page.evaluate(storm, 8_000)
  await expect.poll(() => card().text(), { timeout: 7_000 }).toMatch(/This page changes faster than it can be read/)
  expect(await turns).toBeGreaterThan(200)
  await expect.poll(drawn, { timeout: 20_000 }).toBeGreaterThan(200)
  expect(errors).toEqual([])
})

test('one text of 9 MB: what is on screen is marked, wherever it is scrolled', async () => {
  page = await overlay.visit(wrap('<pre></pre>'))
  const middle = await page.evaluate(attacker => {
    const line = `${'x'.repeat(150)} from ${attacker} port 22\n`
    const text = line.repeat(Math.ceil(9_000_000 / line.length))
    document.querySelector('pre')!.textContent = text
    scrollTo(0, document.documentElement.scrollHeight / 2)
    return text.length / 2
  }, attacker)
  const near = () =>
    page.evaluate(
      middle =>
        [...(CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values()].some(ranges =>
          [...ranges].some(({ startOffset }) => Math.abs(startOffset - middle) < 50_000),
        ),
      middle,
    )
  await expect.poll(near, { timeout: 20_000 }).toBe(true)
})

test('a hundred frames: each marks itself, and the page has no error more', async () => {
  page = await overlay.visit(wrap(`<p>from ${attacker}</p>${`<iframe srcdoc="from ${attacker}"></iframe>`.repeat(100)}`), { inject: false })
  const errors = errorsOf(page)
  await overlay.inject(page)
  await marks(1)
  const last = page.frames().at(-1)!
  await last.evaluate(() => document.body.scrollIntoView())
  await expect.poll(() => drawn(last)).toBe(1)
  expect(errors).toEqual([])
})

test('events that the page makes open nothing, close nothing, send nothing', async () => {
  page = await overlay.visit(logPage)
  await marks(15)
  const { x, y } = await whereIs(page, attacker)
  const before = (await overlay.asked('lookup')).length
  const make = () => page.evaluate(makeEvents, [x, y] as const)
  await make()
  // longer than a pointer has to rest
  await page.waitForTimeout(600)
  expect((await overlay.asked('lookup')).length).toBe(before)
  await overlay.push(page, { type: 'card', ip: attacker, text: '' })
  await card().says(/Assign to me/)
  const changed = await changes()
  await make()
  await page.evaluate(() => (document.documentElement.lastElementChild as HTMLElement).click())
  await card().opens(attacker)
  expect(await changes()).toBe(changed)
})
