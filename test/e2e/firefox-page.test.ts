import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Any, firefoxPath, middleOf, type Tab } from './firefox.ts'
import { cardsIn, openPaired, type Paired, shot, until } from './firefox-paired.ts'
import { logPage, wrap } from './overlay-data.ts'

// Firefox: frames of other sites, several cards, panels that it leaves out until they are near.

const [attacker, other, third] = ['183.62.140.253', '198.51.100.23', '203.0.113.9'] as const
const panels = Array.from({ length: 400 }, (_, i) => {
  const address = `10.0.${i >> 8}.${i & 255}`
  return `<section style="content-visibility: auto; contain-intrinsic-size: auto 90px">${`<p>${address}</p>`.repeat(3)}</section>`
}).join('')
const framed = (...urls: string[]) =>
  wrap(`<p>from ${third}</p>${urls.map(url => `<iframe src="${url}" style="width: 960px; height: 360px; border: 0"></iframe>`).join('')}`)
const linked = wrap(`<a href="https://${third}/hosts">from ${attacker}</a>`)
const frame = wrap(`<p>from ${attacker} and ${other}</p>`)

let paired: Paired
let page: Tab
let origin: string
const pages: Record<string, string> = { '/log': logPage, '/frame': frame, '/link': linked, '/panels': wrap(panels) }

const cards = () => page.evaluateAsBrowser(cardsIn)
const names = async () => (await cards()).map(({ name }) => name).sort()
const shown = (...addresses: string[]) => until(names).toEqual([...addresses].sort())
const card = async (address: string) => (await cards()).find(({ name }) => name === address)!
/** The marks of the page, or of one of its frames. */
const marksIn = () => {
  let sum = 0
  ;(CSS.highlights as Any).forEach(({ size }: { size: number }) => {
    sum += size
  })
  return sum
}
const switched = (on: boolean, of = origin) => paired.ask({ type: 'setSite', origin: of, on })

describe.skipIf(!firefoxPath)('Firefox', () => {
  beforeAll(async () => {
    paired = await openPaired(pages)
    const { daemon, port, otherPort } = paired
    origin = `http://127.0.0.1:${port}`
    pages['/frames'] = framed(`http://localhost:${port}/frame`, `http://127.0.0.1:${otherPort}/frame`)
    const raised = { title: 'SSH brute force', severity: 'high', entities: [`@network.client.ip:${attacker}`] }
    await daemon.call('POST', '/api/local/signals', { data: { attributes: raised } })
  })
  afterAll(() => paired?.close())
  afterEach(() => page?.close())

  test('frames of another host and of another port: each is marked, counted, and its card opens in it', async () => {
    const { firefox, ask, port, otherPort } = paired
    const origins = [origin, `http://localhost:${port}`, `http://127.0.0.1:${otherPort}`]
    for (const one of origins) await switched(true, one)
    page = await firefox.open(`${origin}/frames`)
    await until(() => page.evaluateAsBrowser(marksIn)).toBe(1)
    for (const nth of [0, 1]) await until(() => page.evaluateInFrame(nth, marksIn)).toBe(2)
    // the attacker, in both frames
    await until(() => ask({ type: 'here' })).toMatchObject({ marking: true, found: 5, signals: 1 })
    for (const nth of [0, 1]) {
      const { x, y } = await page.evaluateInFrame(nth, middleOf, attacker)
      await page.pointInFrame(nth, { x: x - 4, y }, { x, y })
      const inFrame = () => page.evaluateInFrame(nth, cardsIn)
      await until(async () => (await inFrame()).map(({ name, text }) => [name, text.includes('SSH brute force')])).toEqual([
        [attacker, true],
      ])
      expect(await names()).toEqual([])
      await shot(page, `firefox-frame-${nth}`)
    }
    await page.evaluate(() => document.querySelector('iframe')!.remove())
    await until(() => ask({ type: 'here' })).toMatchObject({ found: 3, signals: 1 })
    for (const one of origins) await switched(false, one)
  })

  const over = async (address: string) => {
    const { x, y } = await page.evaluate(middleOf, address)
    await page.point(x - 4, y)
    await page.point(x, y)
  }
  const move = async (address: string, right: number, down: number) => {
    const { x, y } = (await card(address)).buttons['Move: drag, or arrow keys']!
    const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
    const to = { x: Math.min(Math.max(x + right, 1), width - 2), y: Math.min(Math.max(y + down, 1), height - 2) }
    await page.drag({ x, y }, { x: (x + to.x) / 2, y: (y + to.y) / 2 }, to)
  }
  const press = async (address: string, button: string) => {
    const { x, y } = (await card(address)).buttons[button]!
    await page.point(x, y, 0)
  }
  const pinned = async (address: string) => 'Let it close by itself' in (await card(address)).buttons
  /** All of each on the screen. */
  const onScreen = async () => {
    const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
    for (const { box } of await cards())
      expect([box.x >= 0, box.y >= 0, box.right <= width, box.bottom <= height]).toEqual([true, true, true, true])
  }

  test('several cards: kept open, moved by mouse and by keys, never off the screen, closed one by one', async () => {
    await switched(true)
    page = await paired.firefox.open(`${origin}/log`)
    await page.resize(1400, 1000)
    await until(() => page.evaluateAsBrowser(marksIn)).toBeGreaterThan(10)
    await over(third)
    await shown(third)
    await press(third, 'Keep open')
    await until(() => pinned(third)).toBe(true)
    await move(third, 700, 0)
    await over(other)
    await shown(third, other)
    // moved, it is kept open
    const before = (await card(other)).box
    await move(other, 100, 120)
    await until(async () => (await card(other)).box).toMatchObject({ x: before.x + 100, y: before.y + 120 })
    expect(await pinned(other)).toBe(true)
    await over(attacker)
    await shown(third, other, attacker)
    await shot(page, 'firefox-cards')
    // the pointer takes only the one that nobody keeps
    await page.point(2, 700)
    await shown(third, other)

    await press(third, 'Move: drag, or arrow keys')
    await until(async () => (await card(third)).focus).toBe('Move: drag, or arrow keys')
    const from = (await card(third)).box
    await page.press('\uE012')
    await page.press('\uE015')
    await page.press('\uE008', '\uE012')
    await until(async () => (await card(third)).box).toMatchObject({ x: from.x - 112, y: from.y + 16 })
    for (let i = 0; i < 16; i++) await page.press('\uE008', '\uE014')
    await onScreen()
    await move(third, -3000, 3000)
    await onScreen()
    // from inside the one with the focus, then from the page
    for (const left of [[other], []]) {
      await page.press('\uE00C')
      await shown(...left)
    }
    await switched(false)
  })

  test('right-click on a marked address in a link to another address: the card is about the one that was clicked', async () => {
    await switched(true)
    page = await paired.firefox.open(`${origin}/link`)
    await until(() => page.evaluateAsBrowser(marksIn)).toBe(1)
    const { x, y } = await page.evaluate(middleOf, attacker)
    await page.point(x, y, 2)
    await paired.firefox.pick('Look up IP or value here')
    await shown(attacker)
    await switched(false)
  })

  test('panels that are left out until they are near: every address on the screen is marked, wherever it is scrolled', async () => {
    await switched(true)
    page = await paired.firefox.open(`${origin}/panels`)
    const unmarked = () =>
      page.evaluate(() => {
        const marked = new Set<Node>()
        for (const [name, ranges] of CSS.highlights as unknown as Map<string, Iterable<StaticRange>>)
          for (const { startContainer } of ranges)
            if (getComputedStyle(startContainer.parentElement!, `::highlight(${name})`).textDecorationLine !== 'none')
              marked.add(startContainer)
        const shown = [...document.querySelectorAll('p')].filter(line => {
          const { top, bottom, height } = line.getBoundingClientRect()
          return height > 0 && bottom > 0 && top < innerHeight
        })
        return shown.length === 0
          ? 'none at all'
          : shown.flatMap(({ firstChild }) => (marked.has(firstChild!) ? [] : [firstChild!.textContent])).join()
      })
    await until(unmarked).toBe('')
    for (const part of [0.5, 0.53, 1, 0]) {
      await page.evaluate(part => scrollTo(0, document.documentElement.scrollHeight * part), part)
      await until(unmarked).toBe('')
    }
    await until(() => paired.ask({ type: 'here' })).toMatchObject({ found: 400 })
    await switched(false)
  })
})
