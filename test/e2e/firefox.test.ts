import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Any, type Firefox, firefoxPath, openFirefox, type Tab } from './firefox.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Firefox with the extension as people load it, and the daemon as they run it; only the browser's own prompts and menus are pressed from inside.

const alt = '\uE00A'
const shift = '\uE008'
const attacker = '203.0.113.66'
const lines = Array.from(
  { length: 12 },
  (_, i) => `lab sshd[${24200 + i}]: Failed password for root from ${attacker} port ${40000 + i} ssh2`,
)
const html = `<!doctype html><title>auth.log</title><pre>${lines.join('\n')}</pre><p>from 198.51.100.1</p>
<x-now><template shadowrootmode="open"><p>in shadow ${attacker}</p></template></x-now><x-late></x-late>`
const names = `<!doctype html><title>report</title><p>mail to evil[.]example, <b>c2.evil</b><i>.example</i> and fine.example, CVE-2021-44228</p>
<x-names><template shadowrootmode="open"><p>in shadow https://evil.example/a?b=1</p></template></x-names>`
const framed = `<!doctype html><title>frames</title><p>from 198.51.100.1</p><iframe src="/" height="500"></iframe><iframe srcdoc="from ${attacker}"></iframe>`

let daemon: RealDaemon
let firefox: Firefox
/** A page of the extension, which asks the background as the popup does. */
let desk: Tab
let port: number
const server = createServer((request, response) => {
  const xml = request.url === '/log.xml'
  response.writeHead(200, { 'content-type': xml ? 'text/xml' : 'text/html; charset=utf-8' })
  response.end(
    xml ? `<log><line>from ${attacker}</line></log>` : request.url === '/framed' ? framed : request.url === '/names' ? names : html,
  )
})

const until = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 })
const ask = (request: object) =>
  desk.evaluateBehind(request => (globalThis as Any).browser.runtime.sendMessage(request), request) as Promise<Any>
const highlights = (tab: Tab) =>
  tab.evaluate(() =>
    [...(CSS.highlights as Any).values()].flatMap((ranges: Iterable<StaticRange>) =>
      [...ranges].map(({ startContainer, startOffset, endOffset }) => (startContainer as Text).data.slice(startOffset, endOffset)),
    ),
  )
/** The card lies in a closed tree, into which no script of the page sees. */
const cardText = (tab: Tab) =>
  tab.evaluateAsBrowser(
    () => (document.documentElement.lastElementChild as Any)?.openOrClosedShadowRoot?.querySelector('.card')?.textContent ?? '',
  )
const places = (tab: Tab, text: string) =>
  tab.evaluate(text => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    let node = walker.nextNode() as Text
    while (!node.data.includes(text)) node = walker.nextNode() as Text
    const range = new Range()
    range.setStart(node, node.data.indexOf(text))
    range.setEnd(node, node.data.indexOf(text) + text.length)
    getSelection()!.removeAllRanges()
    getSelection()!.addRange(range)
    const { x, y, width, height } = range.getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  }, text)
const shot = async (tab: Tab, name: string) => {
  const folder = process.env['SIGNALBOX_SHOTS']
  if (folder) await tab.screenshot(`${folder}/${name}.png`)
}
describe.skipIf(!firefoxPath)('Firefox', () => {
  beforeAll(async () => {
    daemon = await startRealDaemon()
    server.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    port = (server.address() as AddressInfo).port
    await daemon.call('POST', '/api/v2/logs', lines.map((line, i) => `Dec 10 06:10:${10 + i} ${line}`).join('\n'))
    firefox = await openFirefox(`${process.cwd()}/extension/.output/firefox-mv3`)
    desk = await firefox.open(`${firefox.root}/popup.html`)
  })
  afterAll(async () => {
    await firefox?.close()
    server.close()
    await daemon?.dispose()
  })

  test('paired with a code: the popup shows the queue, and the toolbar counts it', async () => {
    const { body } = await daemon.call('POST', '/api/local/pairing', {})
    expect(await ask({ type: 'pair', url: daemon.url, code: body.data.attributes.code })).toMatchObject({ connection: { state: 'live' } })
    await until(() => desk.evaluate(() => document.body.textContent)).toContain('SSH brute force')
    await until(() => desk.evaluate(() => (globalThis as Any).browser.action.getBadgeText({}))).toMatch(/^[1-9]/)
  })

  test('a site switched on: marks in the page, in a shadow root and in a late one; off, nothing is left', async () => {
    const origin = `http://127.0.0.1:${port}`
    const page = await firefox.open(origin)
    const before = await page.evaluate(() => document.documentElement.outerHTML)
    await ask({ type: 'setSite', origin, on: true })
    await until(() => highlights(page)).toEqual(Array(13).fill(attacker))
    expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(before)
    // with the sheets in both trees that draw them: a highlight without is not seen
    const sheets = () => [document, document.querySelector('x-now')!.shadowRoot!].map(root => root.adoptedStyleSheets.length)
    expect(await page.evaluate(sheets)).toEqual([1, 1])
    await page.evaluate(late => {
      document.querySelector('x-late')!.attachShadow({ mode: 'open' }).innerHTML = `<p>${late}</p>`
      document.body.append(` and ${late}`)
    }, attacker)
    await until(() => highlights(page)).toHaveLength(15)
    await shot(page, 'firefox-marks')
    await ask({ type: 'setSite', origin, on: false })
    await until(() => page.evaluate(() => [(CSS.highlights as Any).size, document.adoptedStyleSheets.length])).toEqual([0, 0])
    await page.close()
  })

  test('hover: the card opens by itself, its signal is archived by keys, and the daemon knows why', async () => {
    const origin = `http://127.0.0.1:${port}`
    const page = await firefox.open(origin)
    await ask({ type: 'setSite', origin, on: true })
    await until(() => highlights(page)).toHaveLength(13)
    const { x, y } = await places(page, attacker)
    await page.point(x - 6, y)
    await page.point(x, y)
    await until(() => cardText(page)).toContain('SSH brute force')
    await shot(page, 'firefox-hover')
    await page.point(x, y, 2)
    await firefox.pick('Look up IP')
    await until(() => page.evaluate(() => document.activeElement === document.documentElement.lastElementChild)).toBe(true)
    // people need a moment between seeing a card and acting in it; so does the guard
    await new Promise(resolve => setTimeout(resolve, 450))
    await page.press('e')
    await until(() => cardText(page)).toContain('Why is this done')
    await page.press('3')
    await page.press('\uE007')
    await until(() => cardText(page)).toContain('Archived as remediated')
    await shot(page, 'firefox-archived')
    const archived = async () => (await daemon.explore('signals', '@workflow.triage.state:archived', { limit: 0 })).meta.total
    expect(await archived()).toBe(1)
    await page.press('u')
    await until(archived).toBe(0)
    await ask({ type: 'setSite', origin, on: false })
    await page.close()
  })

  test('domains, CVEs and URLs that a feed and a signal name: marked, in pieces and in a shadow root; the card of one', async () => {
    const attributes = { name: 'Names', format: 'list', category: 'malware', intention: 'malicious' }
    await daemon.call('POST', '/api/local/feeds', { data: { type: 'feed', attributes } })
    expect((await daemon.call('PUT', '/api/local/feeds/names/content', 'evil.example\nhttps://evil.example/a?b=1')).status).toBe(200)
    const raised = { title: 'Log4Shell', message: 'CVE-2021-44228 was tried', severity: 'high' }
    await daemon.call('POST', '/api/local/signals', { data: { type: 'signal', attributes: raised } })
    const origin = `http://127.0.0.1:${port}`
    await ask({ type: 'setSite', origin, on: true })
    const page = await firefox.open(`${origin}/names`)
    const marks = () =>
      page.evaluate(() =>
        [...(CSS.highlights as Any).values()].flatMap((ranges: Iterable<StaticRange>) =>
          [...ranges].map(({ startContainer, startOffset, endContainer, endOffset }) => {
            const range = new Range()
            range.setStart(startContainer, startOffset)
            range.setEnd(endContainer, endOffset)
            return range.toString()
          }),
        ),
      )
    const domains = ['evil[.]example', 'c2.evil.example', 'evil.example']
    await until(async () => (await marks()).sort()).toEqual([...domains, 'CVE-2021-44228', 'https://evil.example/a?b=1'].sort())
    const { x, y } = await places(page, 'CVE-2021-44228')
    await page.point(x - 6, y)
    await page.point(x, y)
    await until(() => cardText(page)).toContain('Log4Shell')
    await shot(page, 'firefox-names')
    await ask({ type: 'setSite', origin, on: false })
    await page.close()
  })

  test('frames, also one that has no address of its own: each marks itself, and one that goes counts no longer', async () => {
    const origin = `http://127.0.0.1:${port}`
    const page = await firefox.open(`${origin}/framed`)
    await ask({ type: 'setSite', origin, on: true })
    const inFrames = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('iframe')].map(({ contentWindow }) =>
          [...(contentWindow as Any).CSS.highlights.values()].reduce((sum: number, { size }: { size: number }) => sum + size, 0),
        ),
      )
    await until(inFrames).toEqual([13, 1])
    await page.goto(`${origin}/framed`)
    await until(inFrames).toEqual([13, 1])
    await until(() => ask({ type: 'here' })).toMatchObject({ found: 4, signals: 1, marking: true })
    await page.evaluate(() => document.querySelector('iframe')!.remove())
    await until(() => ask({ type: 'here' })).toMatchObject({ found: 2, signals: 1 })
    await ask({ type: 'setSite', origin, on: false })
    await page.close()
  })

  test('right-click on a site that is off: the look-up opens a card there', async () => {
    const page = await firefox.open(`http://logs.example.test:${port}`)
    const { x, y } = await places(page, attacker)
    await page.point(x, y, 2)
    const labels = await firefox.pick('Look up IP')
    expect(labels).toEqual(
      expect.arrayContaining([`Look up IP or value “${attacker}”`, 'Keep these logs…', 'Search in Signalbox', 'Create signal…']),
    )
    await until(() => cardText(page)).toContain('SSH brute force')
    await shot(page, 'firefox-card')
    // kept open, it bears a press elsewhere on the page; Escape, pressed there, closes it
    await page.press('p')
    await page.point(5, 5, 0)
    expect(await cardText(page)).toContain('SSH brute force')
    await page.press('\uE00C')
    await until(() => cardText(page)).toBe('')
    expect((await highlights(page)).length).toBe(0)
    await page.close()
  })

  test('Alt Shift S opens the sidebar with the explorer in it', async () => {
    const names = await desk.evaluate(async () =>
      ((await (globalThis as Any).browser.commands.getAll()) as { name: string }[]).map(({ name }) => name),
    )
    expect(names.sort()).toEqual(['_execute_action', '_execute_sidebar_action', 'look-up', 'look-up-all', 'mark-page'])
    await desk.press(alt, shift, 's')
    const shown = () =>
      firefox.inBrowser(() => {
        const { SidebarController } = globalThis as Any
        const inner = SidebarController.browser?.contentDocument?.getElementById('webext-panels-browser')
        return inner?.currentURI?.spec as string | undefined
      })
    await until(shown).toContain(`${firefox.root}/sidepanel.html`)
  })

  test('Alt Shift M: marks on this page without any permission for its site, until it is left; the toolbar counts them', async () => {
    const url = `http://logs.example.test:${port}/`
    const page = await firefox.open(url)
    await firefox.shortcut('M')
    await until(() => highlights(page)).toEqual(Array(13).fill(attacker))
    await until(() => ask({ type: 'here' })).toMatchObject({
      origin: new URL(url).origin,
      reach: 'page',
      granted: false,
      marking: true,
      signals: 1,
    })
    const badge = () =>
      desk.evaluateBehind(async () => {
        const { tabs, action } = (globalThis as Any).browser
        const [{ id: tabId }] = await tabs.query({ active: true })
        return [await action.getBadgeText({ tabId }), await action.getTitle({ tabId })]
      })
    await until(badge).toEqual(['1', 'Signalbox: 1 in open signals on this page'])
    await firefox.shortcut('M')
    await until(() => highlights(page)).toEqual([])
    await firefox.shortcut('M')
    await until(() => highlights(page)).toHaveLength(13)
    await page.goto(url)
    await until(() => ask({ type: 'here' })).toMatchObject({ reach: 'off', marking: false })
    expect(await highlights(page)).toEqual([])
    await page.close()
  })

  test('Alt Shift L: the selected address is looked up', async () => {
    const page = await firefox.open(`http://other.example.test:${port}/`)
    await places(page, attacker)
    await firefox.shortcut('L')
    await until(() => cardText(page)).toContain('SSH brute force')
    await page.close()
  })

  test('a look-up where no card can stand, in Firefox’s own view of XML, opens the explorer', async () => {
    const page = await firefox.open(`http://other.example.test:${port}/log.xml`)
    await page.point(80, 100, 2)
    await firefox.pick('Look up IP')
    const urls = () =>
      desk.evaluateBehind(async () => ((await (globalThis as Any).browser.tabs.query({})) as { url?: string }[]).map(({ url }) => url))
    await until(urls).toContainEqual(expect.stringContaining(`${firefox.root}/explorer.html#/logs`))
    await page.close()
  })

  test('all sites: Firefox asks, then marks are on sites that nobody named; off, the permission is given back', async () => {
    const origins = () =>
      desk.evaluateBehind(async () => ((await (globalThis as Any).browser.permissions.getAll()) as { origins: string[] }).origins.sort())
    const before = await origins()
    expect(before).toEqual(['http://127.0.0.1/*', 'http://localhost/*'])
    const page = await firefox.open(`http://other.example.test:${port}/`)
    const options = await firefox.open(`${firefox.root}/options.html`)
    const press = async () => {
      const at = () =>
        options.evaluate(() => {
          const box = document.querySelector('[aria-label="Marks on all sites"]')
          box?.scrollIntoView({ block: 'center' })
          const { x = 0, y = 0, width = 0, height = 0 } = box?.getBoundingClientRect() ?? {}
          return { x: x + width / 2, y: y + height / 2 }
        })
      await until(at).not.toEqual({ x: 0, y: 0 })
      const { x, y } = await at()
      await options.point(x, y, 0)
    }
    await press()
    await firefox.answer('secondaryButton')
    await until(() => ask({ type: 'sites' })).toMatchObject({ all: false })
    await press()
    await firefox.answer('button')
    await until(() => ask({ type: 'sites' })).toMatchObject({ all: true })
    await shot(options, 'firefox-options-all')
    await until(() => highlights(page)).toHaveLength(13)
    await page.goto(`http://logs.example.test:${port}/`)
    await until(() => highlights(page)).toHaveLength(13)
    await press()
    await until(() => ask({ type: 'sites' })).toMatchObject({ all: false })
    await until(() => highlights(page)).toEqual([])
    expect(await origins()).toEqual(before)
    await options.close()
    await page.close()
  })

  test('the background is put to sleep: it wakes with a question, and is still paired', async () => {
    const asleep = () =>
      firefox.inBrowser(id => (globalThis as Any).WebExtensionPolicy.getByID(id).extension.backgroundState as string, firefox.addon)
    await firefox.inBrowser(
      id => (globalThis as Any).WebExtensionPolicy.getByID(id).extension.terminateBackground({ ignoreDevToolsAttached: true }),
      firefox.addon,
    )
    expect(await asleep()).not.toBe('running')
    await until(() => ask({ type: 'status' })).toMatchObject({ connection: { state: 'live' } })
    expect(await asleep()).toBe('running')
  })
})
