import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectMarionette } from './marionette.ts'

/** Of whoever runs this, or Debian's; undefined where there is none, and then its tests are left out. */
export const firefoxPath = [process.env['FIREFOX_PATH'], '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(path => path && existsSync(path))

const prefs = {
  // a free one, which it writes down
  'marionette.port': 0,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  // a page that was left is gone, and what it held
  'browser.sessionhistory.max_total_viewers': 0,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // sites of other names, all of them here
  'network.dns.localDomains': 'logs.example.test,other.example.test',
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
}

type Body<A extends unknown[], R> = (...args: A) => R | Promise<R>
/** The globals of the browser's own scripts, and of pages with rights. */
// biome-ignore lint/suspicious/noExplicitAny: they have no types here
export type Any = any
type Point = { x: number; y: number }
export type Firefox = Awaited<ReturnType<typeof openFirefox>>
export type Tab = Awaited<ReturnType<Firefox['open']>>

/** A headless Firefox with an unpacked extension as a temporary add-on, on a profile that is gone afterwards. */
export async function openFirefox(extension: string) {
  const profile = mkdtempSync(join(tmpdir(), 'signalbox-firefox-'))
  const downloads = join(profile, 'downloads')
  const saving = { 'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.alwaysOpenPanel': false }
  const lines = Object.entries({ ...prefs, ...saving }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const child = spawn(firefoxPath!, ['--headless', '--no-remote', '--marionette', '--remote-allow-system-access', '--profile', profile], {
    env: { ...process.env, HOME: profile, MOZ_HEADLESS_WIDTH: '1280', MOZ_HEADLESS_HEIGHT: '900' },
    stdio: 'ignore',
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const portFile = join(profile, 'MarionetteActivePort')
  while (!existsSync(portFile) || readFileSync(portFile, 'utf8') === '') {
    if (child.exitCode !== null) throw new Error(`Firefox ended with ${child.exitCode}`)
    await pause(50)
  }
  const { send, close } = await connectMarionette(Number(readFileSync(portFile, 'utf8')))
  await send('WebDriver:NewSession', { capabilities: { alwaysMatch: { unhandledPromptBehavior: 'ignore' } } })
  const addon = await send<string>('Addon:Install', { path: extension, temporary: true })

  let queue: Promise<unknown> = Promise.resolve()
  /** What is said to Firefox depends on its context and its current tab: one thing after the other. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => {})
    return done
  }
  const run = <A extends unknown[], R>(body: Body<A, R>, args: A, sandbox: 'system' | null = null) =>
    send<R>('WebDriver:ExecuteScript', { script: `return (${body})(...arguments)`, args, sandbox, newSandbox: false })
  /** Run in the browser's own window, where `Services`, menus and prompts are. */
  const inBrowser = <A extends unknown[], R>(body: Body<A, R>, ...args: A): Promise<R> =>
    alone(async () => {
      await send('Marionette:SetContext', { value: 'chrome' })
      try {
        return await run(body, args, 'system')
      } finally {
        await send('Marionette:SetContext', { value: 'content' })
      }
    })
  const host = await inBrowser(id => (globalThis as Any).WebExtensionPolicy.getByID(id).mozExtensionHostname as string, addon)

  const handles = () => send<string[]>('WebDriver:GetWindowHandles')
  function tabOf(handle: string) {
    const here = <T>(work: () => Promise<T>, focus = true) =>
      alone(async () => {
        await send('WebDriver:SwitchToWindow', { handle, focus })
        return work()
      })
    const mouse = (...actions: object[]) =>
      here(() => send('WebDriver:PerformActions', { actions: [{ type: 'pointer', id: 'mouse', actions }] }))
    const to = ({ x, y }: Point) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y) })
    return {
      goto: (url: string) => here(() => send('WebDriver:Navigate', { url })),
      evaluate: <A extends unknown[], R>(body: Body<A, R>, ...args: A): Promise<R> => here(() => run(body, args)),
      /** The same, in a tab that stays where it is: what another shows is asked from here. */
      evaluateBehind: <A extends unknown[], R>(body: Body<A, R>, ...args: A): Promise<R> => here(() => run(body, args), false),
      /** Run with the rights of the browser, which sees into closed shadow roots. */
      evaluateAsBrowser: <A extends unknown[], R>(body: Body<A, R>, ...args: A): Promise<R> => here(() => run(body, args, 'system')),
      /** The same in its first frames, of whatever site. */
      evaluateInFrame: <A extends unknown[], R>(frame: number, body: Body<A, R>, ...args: A): Promise<R> =>
        here(async () => {
          await send('WebDriver:SwitchToFrame', { id: frame })
          return run(body, args, 'system')
        }),
      /** Press keys together, such as `Alt`, `Shift` and `s`; those with a name as WebDriver numbers them. Of web pages, only the page hears them. */
      press: (...keys: string[]) =>
        here(() => {
          const down = keys.map(value => ({ type: 'keyDown', value }))
          const up = [...keys].reverse().map(value => ({ type: 'keyUp', value }))
          return send('WebDriver:PerformActions', { actions: [{ type: 'key', id: 'keys', actions: [...down, ...up] }] })
        }),
      /** Move there and press a button of the mouse: 0 is the left one, 2 the right one; without one, rest there. */
      point: (x: number, y: number, button?: 0 | 2) =>
        mouse(to({ x, y }), ...(button === undefined ? [] : ['pointerDown', 'pointerUp'].map(type => ({ type, button })))),
      /** Rest at a point of one of its frames: what is sent to the page reaches no frame of another process. */
      pointInFrame: (frame: number, ...way: Point[]) =>
        here(async () => {
          await send('WebDriver:SwitchToFrame', { id: frame })
          await send('WebDriver:PerformActions', { actions: [{ type: 'pointer', id: 'mouse', actions: way.map(to) }] })
        }),
      resize: (width: number, height: number) => here(() => send('WebDriver:SetWindowRect', { width, height })),
      drag: (from: Point, ...way: Point[]) =>
        mouse(to(from), { type: 'pointerDown', button: 0 }, ...way.map(to), { type: 'pointerUp', button: 0 }),
      screenshot: (path: string) =>
        here(async () => writeFileSync(path, Buffer.from(await send<string>('WebDriver:TakeScreenshot', { full: false }), 'base64'))),
      close: () =>
        here(async () => {
          const [left] = await send<string[]>('WebDriver:CloseWindow')
          await send('WebDriver:SwitchToWindow', { handle: left })
        }),
    }
  }
  /** A tab of its own. */
  async function open(url: string) {
    const tab = tabOf(await alone(async () => (await send<{ handle: string }>('WebDriver:NewWindow', { type: 'tab' })).handle))
    await tab.goto(url)
    return tab
  }
  /** The tab that is opened by this. */
  async function opened(by: () => Promise<unknown>) {
    const before = new Set(await alone(handles))
    await by()
    for (;;) {
      const handle = (await alone(handles)).find(one => !before.has(one))
      if (handle) return tabOf(handle)
      await pause(50)
    }
  }
  /** Pick an entry of the menu that a right-click has opened; answers what the extension has in there. */
  const pick = (label: string) =>
    inBrowser(async label => {
      const shown = (menu: Any) =>
        menu.state === 'open' ? undefined : new Promise(resolve => menu.addEventListener('popupshown', resolve, { once: true }))
      const menu = (globalThis as Any).document.getElementById('contentAreaContextMenu')
      await shown(menu)
      const ours: Any[] = [...menu.querySelectorAll('menu, menuitem')].filter(item => item.id.includes('signalbox'))
      const wanted = ours.find(item => item.label.startsWith(label))
      if (!wanted) throw new Error(`Only ${ours.map(item => item.label).join(', ')}`)
      const folder = ours.find(item => item.localName === 'menu')
      folder?.openMenu(true)
      if (folder) await shown(folder.menupopup)
      wanted.parentNode.activateItem(wanted)
      return ours.map(item => item.label as string)
    }, label)
  /** Do what the browser does for Alt, Shift and this key; keys that WebDriver presses go to the page alone. */
  const shortcut = (key: string) =>
    inBrowser(key => {
      const found = (globalThis as Any).document.querySelector(`keyset[id^="ext-keyset-id"] key[modifiers="alt,shift"][key="${key}"]`)
      if (!found) throw new Error(`No extension has Alt Shift ${key}`)
      found.doCommand()
    }, key)
  /** Answer what the browser asks about permissions. */
  const answer = (button: 'button' | 'secondaryButton') =>
    inBrowser(async button => {
      const { PopupNotifications } = globalThis as Any
      while (!PopupNotifications.isPanelOpen)
        await new Promise(resolve => PopupNotifications.panel.addEventListener('popupshown', resolve, { once: true }))
      PopupNotifications.panel.firstElementChild[button].click()
    }, button)
  /** What pages and extensions have thrown since this was asked last, and whatever else stands in the console as an error. */
  const errors = () =>
    inBrowser(() => {
      const { Services, Ci } = globalThis as Any
      const found: string[] = Services.console
        .getMessageArray()
        .filter((one: Any) => one instanceof Ci.nsIScriptError && !(one.flags & Ci.nsIScriptError.warningFlag))
        .filter(({ sourceName }: Any) => /^(?:https?|moz-extension|about:srcdoc|data):/.test(sourceName))
        .map(({ sourceName, errorMessage }: Any) => `${sourceName}: ${errorMessage}`)
      Services.console.reset()
      return found
    })
  return {
    addon,
    /** Where files are saved. */
    downloads,
    pick,
    errors,
    shortcut,
    answer,
    root: `moz-extension://${host}`,
    open,
    opened,
    inBrowser,
    async close() {
      await send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => {})
      close()
      await ended
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** The middle of a text of the page, or of a control of the card. Runs in the page or a frame of it; for the card with the rights of the browser, since its tree is closed. */
export function middleOf(text: string, card = false) {
  const closed = () => (document.lastChild?.lastChild as Element & { openOrClosedShadowRoot: ShadowRoot }).openOrClosedShadowRoot
  const walker = document.createTreeWalker(card ? closed() : document, NodeFilter.SHOW_TEXT)
  let node = walker.nextNode() as Text
  while (!node.data.includes(text)) node = walker.nextNode() as Text
  const range = new Range()
  range.setStart(node, node.data.indexOf(text))
  range.setEnd(node, node.data.indexOf(text) + text.length)
  const { x, y, width, height } = range.getBoundingClientRect()
  return { x: x + width / 2, y: y + height / 2 }
}
