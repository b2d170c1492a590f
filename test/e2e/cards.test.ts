import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { look } from './axe.ts'
import { type Answers, openOverlay } from './overlay.ts'
import { bruteForce, details, facts, factsOf, kinds, live, logPage, settings } from './overlay-data.ts'
import { pointAt } from './surfaces.ts'

// Several cards at once, seen from outside: kept open, moved, closed one by one, each guarded as a single one is.

const [attacker, other, third] = ['183.62.140.253', '198.51.100.23', '203.0.113.9'] as const
const answers = (): Answers => ({
  ...{ on: true, kinds, details, settings, connection: live },
  facts: { ...facts, [attacker]: bruteForce(), [other]: { ...bruteForce(), address: other }, [third]: factsOf(third) },
})
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers())
})
afterAll(() => overlay?.close())
beforeEach(() => overlay.set(answers()))
afterEach(() => page?.close())

const card = (address: string) => page.getByRole('dialog', { name: address })
const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 })
const names = () => page.getByRole('dialog').evaluateAll(all => all.map(one => one.getAttribute('aria-label')))
const shown = (...addresses: string[]) => eventually(async () => (await names()).sort()).toEqual([...addresses].sort())
async function visit(width = 1280, height = 900) {
  page = await overlay.visit(logPage, { inject: false })
  await page.setViewportSize({ width, height })
  await overlay.openTrees(page)
  await overlay.inject(page)
}
async function hover(address: string) {
  await eventually(() => page.evaluate(() => CSS.highlights.size)).toBeGreaterThan(0)
  await pointAt(page, address)
  await card(address).waitFor()
}
const ask = (ip: string) => overlay.push(page, { type: 'card', ip, text: '' })
const pin = (address: string) => card(address).getByRole('button', { name: 'Keep open' }).click()
const grip = (of: Locator) => of.getByRole('button', { name: /^Move/ })
const boxOf = async (of: Locator) => (await of.boundingBox())!
async function drag(of: Locator, right: number, down: number) {
  const { x, y } = await boxOf(grip(of))
  await page.mouse.move(x + 10, y + 10)
  await page.mouse.down()
  await page.mouse.move(x + 10 + right, y + 10 + down, { steps: 4 })
  await page.mouse.up()
}
async function onScreen() {
  const { width, height } = page.viewportSize()!
  for (const one of await page.getByRole('dialog').all()) {
    const box = await boxOf(one)
    expect([box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= height]).toEqual([true, true, true, true])
  }
}
const changes = async () => (await overlay.asked('assign')).length

test('kept open beside others; the pointer takes only the one that nobody keeps; Escape closes the topmost', async () => {
  await visit()
  await hover(third)
  await pin(third)
  await drag(card(third), 900, 0)
  await hover(other)
  await shown(third, other)
  await drag(card(other), 380, 260)
  await shown(third, other)
  await hover(attacker)
  await shown(third, other, attacker)
  await look(page, 'cards')
  await page.mouse.move(2, 890)
  await shown(third, other)
  await ask(attacker)
  await shown(third, other, attacker)
  for (const left of [[third, other], [third], []]) {
    await page.keyboard.press('Escape')
    await shown(...left)
  }
})

test('asked for again, one that is open already comes to the top with the focus; unpinned, it goes with the next', async () => {
  await visit()
  await ask(third)
  await pin(third)
  await ask(other)
  await shown(third, other)
  await ask(third)
  await shown(third, other)
  await eventually(() => card(third).evaluate(one => (one.getRootNode() as ShadowRoot).activeElement === one)).toBe(true)
  await card(third).getByRole('button', { name: 'Let it close by itself' }).click()
  await shown(third)
  await ask(other)
  await shown(other)
})

test('moved by keys, by mouse and by finger, and never off the screen', async () => {
  await visit()
  await ask(attacker)
  await card(attacker).getByText('Invalid users').waitFor()
  const before = await boxOf(card(attacker))
  await grip(card(attacker)).focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Shift+ArrowLeft')
  expect(await boxOf(card(attacker))).toMatchObject({ x: before.x - 112, y: before.y - 16 })
  expect(await card(attacker).getByRole('button', { name: 'Let it close by itself' }).getAttribute('aria-pressed')).toBe('true')
  for (let i = 0; i < 20; i++) await page.keyboard.press('Shift+ArrowRight')
  await onScreen()
  await drag(card(attacker), -3000, 3000)
  await onScreen()
  await drag(card(attacker), 200, -100)
  const { x, y } = await boxOf(card(attacker))
  const at = await boxOf(grip(card(attacker)))
  const touch = await page.context().newCDPSession(page)
  const finger = (type: string, dx: number) =>
    touch.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints: type === 'touchEnd' ? [] : [{ x: at.x + 12 + dx, y: at.y + 12 }],
    })
  await finger('touchStart', 0)
  for (const dx of [20, 60, 100]) await finger('touchMove', dx)
  await finger('touchEnd', 0)
  await eventually(async () => (await boxOf(card(attacker))).x).toBeCloseTo(x + 100, 0)
  expect((await boxOf(card(attacker))).y).toBeCloseTo(y, 0)
})

test('a smaller screen, down to 320 by 256: all stay on it, and nothing is lost', async () => {
  await visit()
  await ask(attacker)
  await drag(card(attacker), 300, 100)
  await ask(third)
  await drag(card(third), -200, 400)
  await ask(other)
  await shown(attacker, third, other)
  for (const [width, height] of [
    [640, 512],
    [320, 640],
    [320, 256],
  ] as const) {
    await page.setViewportSize({ width, height })
    await eventually(async () => (await boxOf(card(attacker))).x + 300 < width).toBe(true)
    await eventually(async () =>
      onScreen().then(
        () => true,
        () => false,
      ),
    ).toBe(true)
    await look(page, `cards ${width}x${height}`)
  }
})

test('each is guarded: no scripted click, no click through what the page lays over it; one of ours over another is no cover', async () => {
  await visit()
  await ask(attacker)
  await pin(attacker)
  await ask(other)
  await card(other).getByText('Invalid users').waitFor()
  await pin(other)
  // the second lies over the first but for its left edge
  const first = await boxOf(card(attacker))
  const second = await boxOf(card(other))
  await drag(card(other), first.x + 200 - second.x, first.y - second.y)
  const before = await changes()
  const toMe = (of: Locator) => of.getByRole('button', { name: /^Assign to me/ }).first()
  for (const one of [card(attacker), card(other)]) {
    await toMe(one).evaluate(button => (button as HTMLElement).click())
    await one.getByText('that was no click of yours').waitFor()
  }
  expect(await changes()).toBe(before)
  for (const one of [card(attacker), card(other)]) {
    await page.evaluate(() => {
      const over = Object.assign(document.createElement('div'), { id: 'over', popover: 'manual' })
      over.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;margin:0;padding:0;border:0;opacity:.01;pointer-events:none'
      document.body.append(over)
      over.showPopover()
    })
    // it comes to the top with the press, and that is no click on what lay below the page's own
    await toMe(one).focus()
    await page.evaluate(() => {
      const over = document.querySelector<HTMLElement>('#over')!
      over.hidePopover()
      over.showPopover()
    })
    await page.keyboard.press('Enter')
    await one.getByText(/something on this page hides the card/).waitFor()
    await page.evaluate(() => document.querySelector('#over')!.remove())
  }
  expect(await changes()).toBe(before)
  // a press on what is seen of the lower one brings it up, and the next counts, once it has been there long enough; it takes the button away
  const { x, y } = await boxOf(card(attacker))
  await page.mouse.click(x + 60, y + 60)
  async function press() {
    if ((await changes()) === before)
      await toMe(card(attacker))
        .click({ timeout: 1_000 })
        .catch(() => {})
    return changes()
  }
  await eventually(press).toBeGreaterThan(before)
})
