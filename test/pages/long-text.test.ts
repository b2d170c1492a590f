import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealDaemon, startRealDaemon } from '../e2e/real-daemon.ts'
import { servePage } from '../e2e/serve.ts'
import { type Browser, browsers, openPaired } from './browsers.ts'

// A text of 60 MB as the browser shows it: marks are where it is scrolled, and past its limit the overlay says that it stopped counting.

const size = 60_000_000
const lines: string[] = []
for (let i = 0, length = 0; length < size; i++) {
  // few enough addresses that the text is what ends the count
  const line = `Dec 10 06:${i % 60}:01 web-${i % 9} nginx: 10.0.${(i >> 6) & 15}.${i & 63} - - "GET /item/${i} HTTP/1.1" 200 153 "-" "probe/3"`
  length += lines.push(line) && line.length + 1
}
const body = lines.join('\n')
let daemon: RealDaemon
let browser: Browser
let site: Awaited<ReturnType<typeof servePage>>
const until = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 120_000, interval: 250 })

beforeAll(async () => {
  daemon = await startRealDaemon()
  site = await servePage('text/plain; charset=utf-8', body)
})
afterAll(async () => {
  site?.close()
  await daemon?.dispose()
})

/** The line in the middle of the screen: in which tenth of the text it is, and whether its address is marked. Runs in the page. */
function middle() {
  const caret = document.caretPositionFromPoint(innerWidth / 4, innerHeight / 2)
  if (!(caret?.offsetNode instanceof Text)) return undefined
  const { data } = caret.offsetNode
  const line = data.slice(data.lastIndexOf('\n', caret.offset - 1) + 1, data.indexOf('\n', caret.offset))
  const from = data.indexOf('10.0.', data.lastIndexOf('\n', caret.offset - 1))
  const marked = [...(CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values()].some(ranges =>
    [...ranges].some(({ startContainer, startOffset }) => startContainer === caret.offsetNode && startOffset === from),
  )
  return { part: Math.round((10 * caret.offset) / data.length), line: /10\.0\.\d+\.\d+/.test(line), marked }
}

const scrolls: [part: number, scroll: () => void][] = [
  [5, () => scrollTo(0, document.documentElement.scrollHeight / 2)],
  [10, () => scrollTo(0, document.documentElement.scrollHeight)],
  [2, () => scrollTo(0, document.documentElement.scrollHeight / 5)],
]

describe.each(browsers)('%s', (_, open) => {
  beforeAll(async () => {
    browser = await openPaired(open, daemon)
    await browser.ask({ type: 'setSite', origin: site.origin, on: true })
  })
  afterAll(() => browser?.close())

  test('60 MB of text: marks wherever it is scrolled, it is said what was counted, and the page goes on working', {
    timeout: 900_000,
  }, async () => {
    await browser.visit(site.origin)
    expect(await browser.evaluate(() => document.body.textContent!.length)).toBeGreaterThanOrEqual(60_000_000)
    await until(() => browser.evaluate(middle)).toEqual({ part: 0, line: true, marked: true })
    await until(() => browser.ask({ type: 'here' })).toMatchObject({ marking: true, cut: true, found: 1024 })
    for (const [part, scroll] of scrolls) {
      await browser.evaluate(scroll)
      await until(() => browser.evaluate(middle)).toEqual({ part, line: true, marked: true })
    }
    expect(await browser.errors()).toEqual([])
  })
})
