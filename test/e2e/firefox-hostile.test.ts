import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { detecting, look, nothing } from './detection.ts'
import { type Any, type Firefox, firefoxPath, middleOf, openFirefox, type Tab } from './firefox.ts'
import { attacker, hostilePages, makeEvents, storm } from './hostile-pages.ts'
import { logPage, wrap } from './overlay-data.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Pages that fight back, in Firefox and with the daemon: none gets an error more, none learns or does anything.

let daemon: RealDaemon
let firefox: Firefox
let desk: Tab
let page: Tab
let origin: string
let signal: string
const served: [html: string, headers: Record<string, string>][] = []
const server = createServer((request, response) => {
  const [html, headers] = served[Number(request.url?.slice(1))] ?? ['', {}]
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
})

const marked = { blocked: true, signal: true, match: true, trusted: true, unknown: true }
const until = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 })
const ask = (request: object) =>
  desk.evaluateBehind(request => (globalThis as Any).browser.runtime.sendMessage(request), request) as Promise<Any>
const switched = (on: boolean) => ask({ type: 'setSite', origin, on })
const serve = (html: string, headers: Record<string, string> = {}) => `${origin}/${served.push([html, headers]) - 1}`

// with the rights of the browser: what a page has broken is whole there
const marks = () =>
  page.evaluateAsBrowser(() => {
    let sum = 0
    ;(CSS.highlights as Any).forEach(({ size }: { size: number }) => {
      sum += size
    })
    return sum
  })
const cardText = () =>
  page.evaluateAsBrowser(() => (document.lastChild?.lastChild as Any)?.openOrClosedShadowRoot?.querySelector('.card')?.textContent ?? '')
const middle = async (text: string, card = false) => {
  const { x, y } = await page.evaluateAsBrowser(middleOf, text, card)
  return [x, y] as const
}
async function visit(html: string, headers?: Record<string, string>) {
  page = await firefox.open(serve(html, headers))
  await firefox.errors()
}
async function hover() {
  const [x, y] = await middle(attacker)
  await page.point(x - 4, y)
  await page.point(x, y)
  await until(cardText).toContain('AS4134')
}
/** The signal as it was: nobody has taken, moved or looked it up for a page. */
const untouched = async () => {
  const { custom } = (await daemon.call('GET', `/api/v2/security_monitoring/signals/${signal}`)).body.data.attributes
  expect(custom.workflow.triage).toMatchObject({ state: 'open', assignee: { id: -1 } })
}

describe.skipIf(!firefoxPath)('Firefox', () => {
  beforeAll(async () => {
    daemon = await startRealDaemon()
    const raised = { title: 'SSH brute force', severity: 'high', entities: [`@network.client.ip:${attacker}`] }
    signal = (await daemon.call('POST', '/api/local/signals', { data: { attributes: raised } })).body.data.id
    server.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    firefox = await openFirefox(`${process.cwd()}/extension/.output/firefox-mv3`)
    desk = await firefox.open(`${firefox.root}/options.html`)
    const { body } = await daemon.call('POST', '/api/local/pairing', {})
    await ask({ type: 'pair', url: daemon.url, code: body.data.attributes.code })
    await ask({ type: 'setSettings', marks: marked })
  })
  afterAll(async () => {
    await firefox?.close()
    server.close()
    await daemon?.dispose()
  })
  afterEach(async () => {
    await switched(false)
    await page.close()
    await untouched()
  })

  // its own view of JSON lets no extension in
  test.each(
    hostilePages.filter(([name]) => name !== 'JSON'),
  )('%s: marks and card as anywhere, and the page has no error more', async (_, html, headers, count) => {
    await visit(html, headers)
    await switched(true)
    await until(marks).toBe(count)
    await hover()
    expect(await firefox.errors()).toEqual([])
  })

  test('sandboxed frames: each marks itself or is left alone, and the page has no error more', async () => {
    const inner = serve(wrap(`<p>from ${attacker}</p>`))
    await visit(
      wrap(
        `<p>from ${attacker}</p><iframe sandbox src="${inner}"></iframe><iframe sandbox="allow-scripts" srcdoc="from ${attacker}"></iframe>`,
      ),
    )
    await switched(true)
    await until(marks).toBe(1)
    await hover()
    expect(await firefox.errors()).toEqual([])
  })

  test('document.open: the new page is marked, and a pointer at rest still opens a card', async () => {
    await visit(wrap('<p>from 203.0.113.9</p>'))
    await switched(true)
    await until(marks).toBe(1)
    await page.evaluate(html => {
      document.open()
      document.write(html)
      document.close()
    }, logPage)
    await until(marks).toBe(15)
    await hover()
    expect(await firefox.errors()).toEqual([])
  })

  test('100,000 nodes change in a second: the page keeps its turns, it is said that marks wait, and they come back', async () => {
    await visit(wrap(`<p>from ${attacker}</p><div id="storm"></div>`))
    await switched(true)
    await until(marks).toBe(1)
    await page.evaluate(
      (storm, length) => {
        // biome-ignore lint/security/noGlobalEval: the page's own, beside which others can be asked
        void (eval(`(${storm})`) as (length: number) => Promise<number>)(length).then(turns => Object.assign(window, { turns }))
      },
      String(storm),
      8_000,
    )
    await until(() => ask({ type: 'here' })).toMatchObject({ behind: true })
    await until(() => page.evaluate(() => (window as Any).turns)).toBeGreaterThan(200)
    await until(marks).toBeGreaterThan(200)
    await until(() => ask({ type: 'here' })).toMatchObject({ behind: false })
    expect(await firefox.errors()).toEqual([])
  })

  test.each<[string, string, found: number]>([
    ['with addresses, none of which is marked', '<p>from 10.1.2.3, v1.2.3</p>', 1],
    ['without an address', '<p>nothing here</p><x-widget><template shadowrootmode="open">nor here</template></x-widget>', 0],
  ])('a page %s, that tries to find out, finds nothing', async (_, body, found) => {
    await ask({ type: 'setSettings', marks: { ...marked, unknown: false } })
    await visit(wrap(detecting(body)))
    const before = await page.evaluate(look, firefox.root)
    expect(before).toMatchObject(nothing)
    await switched(true)
    await until(() => ask({ type: 'here' })).toMatchObject({ marking: true, found })
    expect(await page.evaluate(look, firefox.root)).toEqual(before)
    await ask({ type: 'setSettings', marks: marked })
  })

  test('a page with marks finds the highlights and their rules, and when they are switched off nothing', async () => {
    await visit(wrap(detecting(`<p>from ${attacker}</p>`)))
    const before = await page.evaluate(look, firefox.root)
    expect(before).toMatchObject(nothing)
    await switched(true)
    await until(marks).toBe(1)
    expect(await page.evaluate(look, firefox.root)).toEqual({
      ...{ ...before, styles: [before.styles[0], 1] },
      highlights: [expect.stringMatching(/^n[0-9a-z]{20,}$/)],
    })
    await switched(false)
    await until(marks).toBe(0)
    expect(await page.evaluate(look, firefox.root)).toEqual(before)
  })

  test('events that the page makes open nothing, close nothing, send nothing', async () => {
    await visit(logPage)
    await switched(true)
    await until(marks).toBe(15)
    const at = await middle(attacker)
    await page.evaluate(makeEvents, at)
    // longer than a pointer has to rest
    await new Promise(resolve => setTimeout(resolve, 600))
    expect(await cardText()).toBe('')
    await page.point(...at, 2)
    await firefox.pick('Look up IP')
    await until(cardText).toContain('Assign to me')
    await page.evaluate(makeEvents, await middle('Assign to me', true))
    await page.evaluate(() => (document.documentElement.lastElementChild as HTMLElement).click())
    expect(await cardText()).toContain('Assign to me')
    expect(await firefox.errors()).toEqual([])
  })

  test.each<[name: string, style: string, told: boolean]>([
    ['that lets clicks through, above it', 'opacity: 0; pointer-events: none', true],
    ['that takes clicks, above it', 'opacity: 0', false],
  ])('an invisible overlay %s: a click on the card does nothing unseen', async (_, style, told) => {
    await visit(logPage)
    await switched(true)
    await until(marks).toBe(15)
    await page.point(...(await middle(attacker)), 2)
    await firefox.pick('Look up IP')
    await until(cardText).toContain('Assign to me')
    await page.evaluate(style => {
      const decoy = document.body.appendChild(document.createElement('div'))
      decoy.style.cssText = `position: fixed; inset: 0; margin: 0; width: 100%; height: 100%; ${style}`
      decoy.popover = 'manual'
      decoy.showPopover()
    }, style)
    // people need a moment between seeing a card and acting in it; so does the guard
    await new Promise(resolve => setTimeout(resolve, 450))
    await page.point(...(await middle('Assign to me', true)), 0)
    if (told) await until(cardText).toMatch(/Not done: something on this page hides the card/)
  })
})
