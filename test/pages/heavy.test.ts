import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mostFrames } from '../../extension/messages.ts'
import { type RealDaemon, startRealDaemon } from '../e2e/real-daemon.ts'
import { type Browser, browsers, openPaired } from './browsers.ts'

// A page that is too much: marks are where somebody looks, and past its limit the extension says that it stopped. The browser itself takes a minute over it.

const address = '203.0.113.66'
// it throws as well: what it throws is what it threw without us
const html = `<script>null.thrown</script><p>from ${address}</p>${`<iframe srcdoc="from ${address}"></iframe>`.repeat(10_000)}`
/** What marks may take of memory, bytes: a little in each of the frames that a browser opens, most of it the browser's own. */
const most = 400_000_000
let daemon: RealDaemon
let browser: Browser
let origin: string
const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html))
const until = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 120_000, interval: 500 })

beforeAll(async () => {
  daemon = await startRealDaemon()
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await openPaired(browsers[0]![1], daemon)
})
afterAll(async () => {
  await browser?.close()
  server.closeAllConnections()
  server.close()
  await daemon?.dispose()
})

test('ten thousand frames: the first are marked, the rest are left alone, that is said, and the page throws what it threw', {
  timeout: 900_000,
}, async () => {
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
