import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readCard } from './accessible.ts'
import { look } from './axe.ts'
import { type Answers, openOverlay } from './overlay.ts'
import { bruteForce, details, facts, kinds, settings, wrap } from './overlay-data.ts'

// The card as axe sees it, in light and dark, and at 200 % and 400 % of a screen of 1280 by 1024: nothing of it lies beside the screen.

const address = '183.62.140.253'
const answers: Answers = { on: true, kinds, facts, details, settings, connection: { state: 'live' } }
const away: Partial<Answers> = { failure: { error: 'x', status: 0 }, connection: { state: 'away', since: null, nextTry: 0 } }
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers)
})
afterAll(() => overlay?.close())
beforeEach(() => overlay.set({ ...answers, facts: { ...facts, [address]: bruteForce() } }))
afterEach(() => page?.close())
const card = () => readCard(page)
const screens = { whole: [1280, 1024], '200 %': [640, 512], '400 %': [320, 256] } as const

async function open(size: readonly [number, number], text: string) {
  page = await overlay.visit(wrap(`<main><h1>Logs</h1><p>from ${address}</p></main>`), { inject: false })
  await page.setViewportSize({ width: size[0], height: size[1] })
  await overlay.openTrees(page)
  await overlay.inject(page)
  await overlay.push(page, { type: 'card', ip: null, text })
}
/** What reaches over an edge of the screen. */
const beside = () =>
  page.evaluate(() =>
    [
      document.documentElement.lastElementChild!,
      ...document.documentElement.lastElementChild!.shadowRoot!.querySelectorAll('.card, .card *'),
    ]
      .filter(element => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (left < 0 || right > innerWidth)
      })
      .map(({ localName, className }) => `${localName} ${className}`),
  )

test.each(Object.entries(screens))('%s: what is known, a signal unfolded, and why it is archived', async (name, size) => {
  await open(size, `${address} 10.0.0.5`)
  await card().says(/Also selected/)
  await look(page, `card ${name}`)
  expect(await beside()).toEqual([])
  const press = (key: string) => page.keyboard.press(key)
  await press('e')
  await card().says(/Why is this done/)
  await look(page, `card archiving ${name}`)
  expect(await beside()).toEqual([])
  await press('Escape')
  await page.getByRole('button', { name: 'SSH brute force' }).click()
  await card().says(/failures > 5/)
  await look(page, `card unfolded ${name}`)
  expect(await beside()).toEqual([])
})

test.each(Object.entries(screens))('%s: the daemon is away', async (name, size) => {
  await overlay.set({ ...answers, ...away })
  await open(size, address)
  await card().says(/does not answer/)
  await look(page, `card away ${name}`)
  expect(await beside()).toEqual([])
})
