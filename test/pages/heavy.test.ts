import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mostFrames } from '../../extension/messages.ts'
import { type RealDaemon, startRealDaemon } from '../e2e/real-daemon.ts'
import { servePage } from '../e2e/serve.ts'
import { type Browser, browsers, openPaired } from './browsers.ts'

// A page that is too much: marks are where somebody looks, and past its limit the extension says that it stopped. The browser itself takes a minute over it.

const address = '203.0.113.66'
/**
 * How many frames, and what marks may take of memory, bytes: a little in each of the frames that a browser opens, marked or not. In Chromium most of it is
 * the browser's own. Firefox without us does not open ten thousand in two minutes, and needs longer for each thousand than for the one before.
 */
const heavy: Record<string, { frames: number; most: number }> = {
  Chromium: { frames: 10_000, most: 400_000_000 },
  Firefox: { frames: 1_000, most: 800_000_000 },
}
let daemon: RealDaemon
let browser: Browser
let site: Awaited<ReturnType<typeof servePage>>
const until = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 300_000, interval: 1_000 })

beforeAll(async () => {
  daemon = await startRealDaemon()
})
afterAll(() => daemon?.dispose())

describe.each(browsers)('%s', (name, open) => {
  const { frames, most } = heavy[name]!
  beforeAll(async () => {
    // it throws as well: what it throws is what it threw without us
    const html = `<script>null.thrown</script><p>from ${address}</p>${`<iframe srcdoc="from ${address}"></iframe>`.repeat(frames)}`
    site = await servePage('text/html', html)
    browser = await openPaired(open, daemon)
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
  })

  test(`${frames} frames: at most two hundred are marked, the rest are left alone, that is said, and the page throws what it threw`, {
    timeout: 900_000,
  }, async () => {
    const { origin } = site
    await browser.visit(origin)
    const before = { errors: await browser.errors(), memory: await browser.memory() }
    await browser.visit('about:blank')
    await browser.ask({ type: 'setSite', origin, on: true })
    await browser.visit(origin)
    await until(() => browser.ask({ type: 'here' })).toMatchObject({ marking: true, crowded: true })
    const marks = () =>
      browser.evaluate(() =>
        [...(CSS.highlights as unknown as Map<string, { size: number }>).values()].reduce((sum, { size }) => sum + size, 0),
      )
    await until(marks).toBe(1)
    expect((await browser.ask({ type: 'here' })).found).toBeLessThanOrEqual(mostFrames + 1)
    expect(before.errors).toHaveLength(1)
    expect(await browser.errors()).toEqual(before.errors)
    expect((await browser.memory()) - before.memory).toBeLessThan(most)
  })
})
