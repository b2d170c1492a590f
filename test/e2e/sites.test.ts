import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { BrowserContext, Page, Worker } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { look as lookAt } from './axe.ts'
import { openChromium } from './chromium.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, outside } from './surfaces.ts'

// How far marks reach, and what the popup says where there are none: the popup beside the page that it is about.

interface Chrome {
  action: { getBadgeText(of: object): Promise<string>; getTitle(of: object): Promise<string> }
  tabs: { query(of: object): Promise<{ id?: number; url?: string }[]> }
}
const bad = '93.184.7.7'
const pages: Record<string, string> = {
  '/log': `<pre>from ${bad} and 198.51.100.7</pre>`,
  '/quiet': '<pre>from 198.51.100.7</pre>',
  '/words': '<p>nothing to see</p>',
  '/names': '<p>to evil.example and fine.example, then evil.example</p>',
  '/both': `<p>from ${bad} and 198.51.100.7 to evil.example</p>`,
  '/raw': `<pre>from ${bad}</pre>`,
  '/raw-scripts': `<pre>from ${bad}</pre>`,
  '/sandboxes': '<iframe sandbox="allow-scripts" src="/log"></iframe><iframe sandbox src="/log"></iframe>',
  '/frames': `<p>from ${bad}</p>${'<iframe src="/both"></iframe>'.repeat(3)}`,
  '/frame': '<p>a frame below</p><iframe src="/log"></iframe>',
  '/terminal': `<style>body { margin: 0 }</style><div><canvas width="1200" height="600" aria-label="tail -f auth.log">last from ${bad}</canvas></div>`,
}
let daemon: RealDaemon
let context: BrowserContext
let worker: Worker
let id: string
let popup: Page
let page: Page
let origin: string
/** As stores of raw files send them: such a page has no origin of its own. */
const sandboxed = { '/raw': 'sandbox', '/raw-scripts': 'sandbox allow-scripts' } as Record<string, string>
const server = createServer((request, response) => {
  const policy = sandboxed[request.url ?? '']
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(policy && { 'content-security-policy': policy }) })
  response.end(`<!doctype html><title>Logs</title>${pages[request.url ?? ''] ?? ''}`)
})

beforeAll(async () => {
  daemon = await startRealDaemon()
  const block = { kind: 'ip', value: bad, duration: '1h', reason: 'brute force' }
  expect((await daemon.call('POST', '/api/local/denylist', { data: { attributes: block } })).status).toBe(201)
  const feed = { name: 'Names', format: 'list', category: 'malware', intention: 'malicious' }
  expect((await daemon.call('POST', '/api/local/feeds', { data: { type: 'feed', attributes: feed } })).status).toBe(201)
  expect((await daemon.call('PUT', '/api/local/feeds/names/content', 'evil.example')).status).toBe(200)
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  ;({ context, worker, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`))
  popup = await context.newPage()
  await popup.goto(`chrome-extension://${id}/popup.html`)
  await popup.setViewportSize({ width: 400, height: 580 })
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(popup, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  page = await context.newPage()
  // here the popup is a tab: the one that it lies over is said
  await worker.evaluate(() => {
    const { tabs } = (globalThis as unknown as { chrome: Chrome }).chrome
    const query = tabs.query.bind(tabs)
    // the click on the toolbar lets us know where it was
    const withheld = { id: -1, url: 'http://logs.example.test/' }
    tabs.query = async of =>
      'lastFocusedWindow' in of ? [(await query({})).find(({ url }) => url?.startsWith('http')) ?? withheld] : query(of)
  })
})
afterAll(async () => {
  await context?.close()
  server.close()
  await daemon?.dispose()
})
afterEach(async () => {
  await background(popup, { type: 'forgetSite', origin })
  await background(popup, { type: 'setAllSites', on: false })
})

const marks = () =>
  page.evaluate(() => [...(CSS.highlights as unknown as Map<string, { size: number }>).values()].reduce((sum, { size }) => sum + size, 0))
async function visit(path: string) {
  await page.goto(origin + path)
  await page.bringToFront()
  await popup.getByText(new URL(origin).host, { exact: true }).waitFor()
}
async function choose(reach: string) {
  await popup.getByRole('button', { name: /^Marks: / }).click()
  await popup.getByRole('menuitemradio', { name: reach }).waitFor()
  expect(await outside(popup)).toEqual([])
  await popup.getByRole('menuitemradio', { name: reach }).click()
  await popup.getByRole('button', { name: /^Marks: / }).waitFor()
}
/** What nobody sees does not move, and is not drawn. */
async function look(name: string) {
  await popup.bringToFront()
  await lookAt(popup, name)
  await page.bringToFront()
}
const says = (text: string | RegExp) => popup.locator('.why', { hasText: text }).waitFor()
const toolbar = (what: 'getBadgeText' | 'getTitle') =>
  worker.evaluate(
    async ([what, url]) => {
      const { tabs, action } = (globalThis as unknown as { chrome: Chrome }).chrome
      const [tab] = (await tabs.query({})).filter(tab => tab.url === url)
      return action[what]({ tabId: tab!.id })
    },
    [what, page.url()] as const,
  )

test('this page: marks until it is left', async () => {
  await visit('/log')
  await choose('This page, until you leave it')
  await expect.poll(marks).toBe(1)
  await popup.getByRole('button', { name: 'Marks: this page' }).waitFor()
  expect(await background(popup, { type: 'sites' })).toMatchObject({ sites: [{ origin, on: false }] })
  await page.reload()
  await popup.getByRole('button', { name: 'Marks: off' }).waitFor()
  expect(await marks()).toBe(0)
})

test('this site: marks on every page of it, and Off takes them away', async () => {
  await visit('/log')
  await choose('This site, always')
  await expect.poll(marks).toBe(1)
  await page.reload()
  await expect.poll(marks).toBe(1)
  await popup.getByText('1 known bad').waitFor()
  await look('site-on')
  await choose('Off here')
  await expect.poll(marks).toBe(0)
})

test('a site that was switched on before its page: the rules for marks are none that the page can list, reach what comes later, and go', async () => {
  await background(popup, { type: 'setSite', origin, on: true })
  await visit('/log')
  await expect.poll(marks).toBe(1)
  const look = () =>
    page.evaluate(name => {
      const line = document.querySelector('pre')!
      line.after(...(document.querySelector('x-later') ? [] : [document.createElement('x-later')]))
      const later = document.querySelector('x-later')!
      const inside = later.shadowRoot ?? later.attachShadow({ mode: 'open' })
      inside.innerHTML = '<p>from nobody</p>'
      return [line, inside.firstElementChild!].map(element => getComputedStyle(element, `::highlight(${name})`).textDecorationLine)
    }, name)
  const name = await page.evaluate(() => [...(CSS.highlights as unknown as Map<string, unknown>).keys()][0]!)
  expect(await look()).toEqual(['line-through', 'line-through'])
  expect(await page.evaluate(() => document.adoptedStyleSheets.length + document.styleSheets.length)).toBe(0)
  await choose('Off here')
  await expect.poll(marks).toBe(0)
  await expect.poll(look).toEqual(['none', 'none'])
  // the rules have gone: from here on it has some of its own
  await choose('This site, always')
  await expect.poll(marks).toBe(1)
  expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(1)
})

test('200 %: of a popup half is seen, all of it is reached, and axe finds nothing', async () => {
  await visit('/log')
  await popup.setViewportSize({ width: 400, height: 300 })
  await look('site-200')
  expect(await popup.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
  await popup.getByText('all keys').scrollIntoViewIfNeeded()
  const { bottom, high } = await popup.evaluate(() => ({
    bottom: document.querySelector('footer')!.getBoundingClientRect().bottom,
    high: innerHeight,
  }))
  expect(bottom).toBeLessThanOrEqual(high + 1)
  await popup.setViewportSize({ width: 400, height: 580 })
})

test('the toolbar counts what is known bad on the page, and forgets it with the page', async () => {
  await visit('/log')
  await choose('This site, always')
  await expect.poll(() => toolbar('getBadgeText')).toBe('1')
  expect(await toolbar('getTitle')).toBe('Signalbox: 1 known bad on this page')
  await page.goto(`${origin}/quiet`)
  await expect.poll(() => toolbar('getBadgeText')).toBe('')
  expect(await toolbar('getTitle')).toBe('Signalbox: nothing open')
})

test.each([
  ['without an address, with a name in a feed', '/names', 1],
  ['with both', '/both', 2],
])('a page %s: toolbar and popup count what is known, and nothing is missing', async (_, path, count) => {
  await visit(path)
  await choose('This site, always')
  await expect.poll(() => toolbar('getTitle')).toBe(`Signalbox: ${count} known bad on this page`)
  await popup.getByText(`${count} known bad here`).waitFor()
  expect(await popup.locator('.why').count()).toBe(0)
  await look(`site${path.replace('/', '-')}`)
})

test.each(['/raw', '/raw-scripts'])('a page of a switched-on site that is sandboxed by its server (%s) → marks', async path => {
  await background(popup, { type: 'setSite', origin, on: true })
  await visit(path)
  await expect.poll(marks).toBe(1)
  await expect.poll(() => toolbar('getBadgeText')).toBe('1')
})

test('sandboxed frames of a switched-on site → counted', async () => {
  await background(popup, { type: 'setSite', origin, on: true })
  await visit('/sandboxes')
  await expect.poll(() => background(popup, { type: 'here' })).toMatchObject({ found: 4, bad: 1 })
  await expect.poll(() => toolbar('getBadgeText')).toBe('1')
})

test('a value that several frames show is counted once', async () => {
  await background(popup, { type: 'setSite', origin, on: true })
  await visit('/frames')
  await expect.poll(() => background(popup, { type: 'here' })).toMatchObject({ found: 7, bad: 2 })
  await expect.poll(() => toolbar('getBadgeText')).toBe('2')
  expect(await background(popup, { type: 'sites' })).toMatchObject({ sites: [{ origin, bad: 2 }] })
})

test('what a frame shows counts as long as it is there', async () => {
  await visit('/frame')
  await choose('This site, always')
  await expect.poll(() => toolbar('getBadgeText')).toBe('1')
  await page.evaluate(() => document.querySelector('iframe')!.remove())
  await expect.poll(() => toolbar('getBadgeText')).toBe('')
  expect(await background(popup, { type: 'here' })).toMatchObject({ bad: 0, marking: true })
})

test('an address that comes with a new path of the same document stays counted', async () => {
  await visit('/log')
  await choose('This site, always')
  await expect.poll(() => toolbar('getBadgeText')).toBe('1')
  await page.evaluate(() => history.pushState({}, '', '/log?page=2'))
  await expect.poll(() => background(popup, { type: 'here' })).toMatchObject({ bad: 1, marking: true })
  await expect.poll(() => toolbar('getBadgeText')).toBe('1')
})

test.each<[string, string, RegExp]>([
  ['a page without addresses', '/words', /No IP address stands on this page/],
  ['a page with nothing known bad', '/quiet', /1 address here, none known bad\. Unknown ones are not marked/],
])('%s says so', async (_, path, text) => {
  await visit(path)
  await choose('This site, always')
  await says(text)
})

test('a page that draws its text says so, lists what it reads aloud, and one press opens the card', async () => {
  await visit('/terminal')
  await choose('This site, always')
  await says(/draws its text as a picture/)
  await look('site-drawn')
  await popup.evaluate(() => {
    // the popup would be gone
    window.close = () => {}
  })
  await popup.getByRole('button', { name: bad }).click()
  const host = () => page.evaluate(() => document.documentElement.lastElementChild?.matches(':popover-open') ?? false)
  await expect.poll(host).toBe(true)
})

test('a site that the browser does not let us into says so', async () => {
  await background(popup, { type: 'setSite', origin: 'http://logs.example.test', on: true })
  await page.goto('about:blank')
  await says(/The browser keeps Signalbox off this site/)
  await look('site-withheld')
  await popup.getByRole('button', { name: 'Allow…' }).waitFor()
  await background(popup, { type: 'forgetSite', origin: 'http://logs.example.test' })
})

test('the daemon is gone: the popup says what was asked and what to start', async () => {
  await visit('/log')
  await daemon.stop()
  await popup.getByText('The daemon does not answer.').waitFor()
  await popup.getByText(`${new URL(daemon.url).host} was asked`).waitFor()
  await look('site-away')
})

/** What the browser says where it closes this machine to extensions. Runs in the popup. */
function denyMachine() {
  const { query } = navigator.permissions
  navigator.permissions.query = async of =>
    of.name.endsWith('network') || of.name.startsWith('local')
      ? ({ state: 'denied' } as PermissionStatus)
      : query.call(navigator.permissions, of)
}

test('the daemon takes the connection and hangs: that is said, and the browser is not blamed', async () => {
  const hangs = createTcpServer().listen(Number(new URL(daemon.url).port), '127.0.0.1')
  const held: Socket[] = []
  hangs.on('connection', socket => void held.push(socket.on('error', () => {})))
  await once(hangs, 'listening')
  try {
    await popup.addInitScript(denyMachine)
    await popup.reload()
    // longer than an answer is waited for
    await popup.getByText('It takes the connection and says nothing').waitFor({ timeout: 30_000 })
    await expect(popup.getByText('The browser closes this machine').count()).resolves.toBe(0)
    expect(held.length).toBeGreaterThan(0)
    await look('site-silent')
  } finally {
    for (const socket of held) socket.destroy()
    hangs.close()
  }
})

test('this machine is closed by the browser: the popup says where to open it', async () => {
  await popup.addInitScript(denyMachine)
  await popup.reload()
  await popup.getByText('The browser closes this machine to Signalbox').waitFor()
  await look('site-local-network')
})

test('the daemon’s address was taken back in the browser: the popup asks for it', async () => {
  await popup.addInitScript(() => {
    const { permissions } = (globalThis as unknown as { chrome: { permissions: { contains: unknown } } }).chrome
    permissions.contains = async () => false
  })
  await popup.reload()
  await popup.getByText('The browser keeps Signalbox from 127.0.0.1.').waitFor()
  await popup.getByRole('button', { name: 'Allow 127.0.0.1…' }).waitFor()
  await look('site-blocked')
})
