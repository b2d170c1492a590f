import { openChromium } from '../e2e/chromium.ts'
import { type Any, firefoxPath, openFirefox } from '../e2e/firefox.ts'
import type { RealDaemon } from '../e2e/real-daemon.ts'

/** What these tests ask of either browser. */
export interface Browser {
  visit(url: string): Promise<void>
  /** Select the first address of a terminal's screen, right-click it and look it up; undefined where no test can open the browser's menu. */
  lookUp: ((text: string) => Promise<void>) | undefined
  evaluate<R>(body: () => R | Promise<R>): Promise<R>
  /** Ask the background as the popup does. */
  ask(request: object): Promise<Any>
  /** What the page threw since this was asked last, and whatever else the browser noted of it as an error. */
  errors(): Promise<string[]>
  /** Bytes that scripts hold, those of the page and ours: in Firefox of all that its process holds. */
  memory(): Promise<number>
  picture(name: string): Promise<void>
  close(): Promise<void>
}

async function inChromium(): Promise<Browser> {
  const { context, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`)
  const desk = await context.newPage()
  await desk.goto(`chrome-extension://${id}/options.html`)
  const page = await context.newPage()
  let errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('console', message => message.type() === 'error' && errors.push(message.text()))
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  return {
    visit: async url => void (await page.goto(url, { timeout: 0 })),
    evaluate: body => page.evaluate(body),
    ask: request => desk.evaluate(request => (globalThis as Any).chrome.runtime.sendMessage(request), request),
    async errors() {
      const all = errors
      errors = []
      return all
    },
    async memory() {
      await session.send('HeapProfiler.collectGarbage')
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value
    },
    picture: async path => void (await page.screenshot({ path })),
    lookUp: undefined,
    close: () => context.close(),
  }
}
async function inFirefox(): Promise<Browser> {
  const firefox = await openFirefox(`${process.cwd()}/extension/.output/firefox-mv3`)
  const desk = await firefox.open(`${firefox.root}/options.html`)
  const page = await firefox.open('about:blank')
  return {
    visit: async url => void (await page.goto(url)),
    evaluate: body => page.evaluate(body),
    ask: request => desk.evaluateBehind(request => (globalThis as Any).browser.runtime.sendMessage(request), request),
    errors: firefox.errors,
    async memory() {
      await page.evaluateAsBrowser(() => (globalThis as Any).Cu.forceGC())
      const pid = await page.evaluateAsBrowser(() => (globalThis as Any).Services.appinfo.processID as number)
      return firefox.inBrowser(async pid => {
        const { children } = await (globalThis as Any).ChromeUtils.requestProcInfo()
        return children.find((child: Any) => child.pid === pid).memory as number
      }, pid)
    },
    picture: path => page.screenshot(path),
    async lookUp(text) {
      const { x, y } = await page.evaluate(text => {
        const { terminal } = window as Any
        const column = terminal.buffer.active.getLine(terminal.buffer.active.viewportY).translateToString().indexOf(text)
        terminal.select(column, terminal.buffer.active.viewportY, text.length)
        const { left, top, width } = document.querySelector('.xterm-screen')!.getBoundingClientRect()
        return { x: left + ((column + 1) * width) / terminal.cols, y: top + 6 }
      }, text)
      await page.point(x, y, 2)
      await firefox.pick('Look up IP')
    },
    close: firefox.close,
  }
}

/** Those that there are. */
export const browsers: [name: string, open: () => Promise<Browser>][] = [
  ['Chromium', inChromium],
  ...(firefoxPath ? [['Firefox', inFirefox] satisfies [string, unknown]] : []),
]

/** Open, with marks of all kinds wherever a site is switched on. */
export async function openPaired(open: () => Promise<Browser>, daemon: RealDaemon): Promise<Browser> {
  const browser = await open()
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await browser.ask({ type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await browser.ask({ type: 'setSettings', marks: { blocked: true, signal: true, match: true, trusted: true, unknown: true } })
  return browser
}
