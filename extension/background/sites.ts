import { browser } from 'wxt/browser'
import { isObject } from '../../shared/json.ts'
import { parseUrl } from '../../shared/url.ts'
import { type Here, nothingRead, type Protocol, type Push, type Reach, type Seen, type Site } from '../messages.ts'
import { layers, rulesOf } from '../page/looks.ts'
import type { Frames } from './frames.ts'

/** Where WXT puts `entrypoints/page.ts`. The script must bear being run twice in one frame. */
export const pageScript = '/page.js'
/** Where it puts `entrypoints/card.ts`. */
const cardScript = '/card.js'
/** Where it puts `entrypoints/early.ts`. */
const earlyScript = '/early.js'
/** Early alone in the page itself: ten thousand frames are not asked twice. */
const scripts = [
  { id: 'page', js: [pageScript], allFrames: true, matchOriginAsFallback: true, runAt: 'document_idle' as const },
  ...(import.meta.env.FIREFOX ? [] : [{ id: 'early', js: [earlyScript], runAt: 'document_start' as const }]),
]

/** What is asked of the browser for marks on all sites. */
export const everySite = '*://*/*'
/** `https://logs.example.net:8443` → `https://logs.example.net/*`: patterns know no ports. */
export const patternOf = (origin: string): string => {
  const { protocol, hostname } = new URL(origin)
  return `${protocol}//${hostname}/*`
}

const isSite = (url: string | undefined): url is string => url !== undefined && /^https?:$/.test(parseUrl(url)?.protocol ?? '')

/** Put the card's script beside the page's, in one frame that has the page's already. */
export async function injectCard({ tabId, frameId }: { tabId: number; frameId: number }): Promise<void> {
  await browser.scripting.executeScript({ target: { tabId, frameIds: [frameId] }, files: [cardScript] })
}

/** Rules for marks in one document, as the person's own style sheet, which no script of the page can list. One that has gone gets none. */
const rulesIn = (tabId: number, documentId: string, names: readonly string[]) => ({
  target: { tabId, documentIds: [documentId] },
  css: layers.flatMap((layer, i) => rulesOf(layer, names[i]!, [':root'])).join('\n'),
  origin: 'USER' as const,
})
export const injectRules = (...of: Parameters<typeof rulesIn>): Promise<void> => browser.scripting.insertCSS(rulesIn(...of))
export const removeRules = (...of: Parameters<typeof rulesIn>): Promise<void> => browser.scripting.removeCSS(rulesIn(...of))

/** The page that somebody looks at: of the last window that had the focus. */
export const currentTab = async () => (await browser.tabs.query({ active: true, lastFocusedWindow: true }))[0]

/** Whether our script is in a frame: it takes an empty message, and does nothing about it. A frame that is too busy to say so is there. */
export const hears = (tabId: number, frameId: number): Promise<boolean> =>
  Promise.race([
    browser.tabs.sendMessage(tabId, {}, { frameId }).then(
      () => true,
      () => false,
    ),
    new Promise<boolean>(resolve => setTimeout(() => resolve(true), 200)),
  ])

/** Sites on which marks appear. The person grants a site in popup or options, with a click; here it takes effect. */
export type Sites = ReturnType<typeof createSites>

export function createSites(frames: Frames, push: (tabId: number, message: Push) => void) {
  async function stored(): Promise<{ all: boolean; sites: Record<string, boolean> }> {
    const { sites, allSites } = await browser.storage.local.get(['sites', 'allSites'])
    return { all: allSites === true, sites: isObject(sites) ? (sites as Record<string, boolean>) : {} }
  }
  const isGranted = (...origins: string[]) => browser.permissions.contains({ origins })
  async function isOn(origin: string): Promise<boolean> {
    const { all, sites } = await stored()
    return (sites[origin] ?? (all && isSite(origin))) && isGranted(patternOf(origin))
  }
  const tabsOf = async (origin: string) =>
    (await browser.tabs.query({ url: patternOf(origin) })).filter(({ url }) => isSite(url) && new URL(url).origin === origin)

  async function register(matches: string[], excludeMatches: string[]) {
    const known = (await browser.scripting.getRegisteredContentScripts({ ids: scripts.map(({ id }) => id) })).map(({ id }) => id)
    if (matches.length === 0) return known.length > 0 && browser.scripting.unregisterContentScripts({ ids: known })
    const wanted = scripts.map(script => ({ ...script, matches, excludeMatches }))
    const old = wanted.filter(({ id }) => known.includes(id))
    const missing = wanted.filter(({ id }) => !known.includes(id))
    if (old.length > 0) await browser.scripting.updateContentScripts(old)
    if (missing.length > 0) await browser.scripting.registerContentScripts(missing)
  }

  /** Make the browser's registration say what is stored and granted: an update of the extension drops it, and people revoke grants in the browser. One at a time: two would register the same. */
  let last: Promise<unknown> = Promise.resolve()
  function sync(): Promise<string[]> {
    const turn = last.then(syncNow, syncNow)
    last = turn
    return turn
  }
  async function syncNow() {
    const { all, sites } = await stored()
    const on: string[] = []
    for (const origin of Object.keys(sites)) if (await isOn(origin)) on.push(origin)
    const patterns = new Set(on.map(patternOf))
    const off = Object.keys(sites).map(patternOf)
    if (all && (await isGranted(everySite)))
      await register(
        [everySite],
        off.filter(pattern => !patterns.has(pattern)),
      )
    else await register([...patterns], [])
    return on
  }

  async function run(tabId: number) {
    await browser.scripting.executeScript({ target: { tabId, allFrames: true }, files: [pageScript] }).catch(() => {})
    push(tabId, { type: 'marking', on: true })
  }
  /** What was chosen takes effect in tabs that are open already. */
  async function apply(tabs: Awaited<ReturnType<typeof tabsOf>>) {
    for (const { id, url } of tabs) {
      if (id === undefined || !isSite(url)) continue
      if (await isOn(new URL(url).origin)) await run(id)
      else push(id, { type: 'marking', on: false })
    }
  }
  const openTabs = () => browser.tabs.query({ url: everySite })

  return {
    sync,
    isOn,
    /** What was granted takes effect in tabs that are already open. */
    async granted(): Promise<void> {
      const on = await sync()
      const { all } = await stored()
      await apply((await openTabs()).filter(({ url }) => isSite(url) && (all || on.includes(new URL(url).origin))))
    },
    async set(origin: string, on: boolean): Promise<void> {
      const open = await tabsOf(origin)
      await browser.storage.local.set({ sites: { ...(await stored()).sites, [origin]: on } })
      await sync()
      await apply(open)
    },
    /** On every site that was not switched off by itself. */
    async setAll(on: boolean): Promise<void> {
      const open = await openTabs()
      await browser.storage.local.set({ allSites: on })
      await sync()
      await apply(open)
      // Chromium would take away every site with it, the daemon's own address too; there it stays granted, and unused
      if (!on && import.meta.env.FIREFOX) await browser.permissions.remove({ origins: [everySite] })
    },
    /** On the current page until it is left: the click on the toolbar lets us in there. */
    async setPage(on: boolean): Promise<void> {
      const { id } = (await currentTab()) ?? {}
      if (id === undefined) return
      if (on) await run(id)
      else push(id, { type: 'marking', on: false })
    },
    async forget(origin: string): Promise<void> {
      await this.set(origin, false)
      const { [origin]: _, ...rest } = (await stored()).sites
      await browser.storage.local.set({ sites: rest })
      // another port of the same host may still need it
      const shared = Object.keys(rest).some(other => patternOf(other) === patternOf(origin))
      // the daemon's own address is ours from the start and cannot be given back
      if (!shared) await browser.permissions.remove({ origins: [patternOf(origin)] }).catch(() => {})
      await sync()
    },
    async list(): Promise<Protocol['sites'][1]> {
      const { all, sites } = await stored()
      const list: (Site & Seen)[] = []
      for (const origin of Object.keys(sites).sort()) {
        const on = await isOn(origin)
        const tabs = on ? await tabsOf(origin) : []
        const seen = frames.seen(
          origin,
          tabs.map(({ id }) => id),
        )
        list.push({ origin, on, ...seen })
      }
      return { all, sites: list }
    },
    /** The page of a tab, such as that which the popup was opened over. */
    async here(tab: { id?: number | undefined; url?: string | undefined } | undefined): Promise<Here> {
      const { told: _, ...nothing } = nothingRead
      const reading = frames.reading(tab?.id) ?? { ...nothing, crowded: false }
      if (!tab || !isSite(tab.url)) return { ...reading, origin: null, on: false, reach: 'off', granted: false }
      const { origin } = new URL(tab.url)
      const { all, sites } = await stored()
      const chosen: Reach = sites[origin] === false ? 'off' : all ? 'all' : sites[origin] ? 'site' : 'off'
      const granted = await isGranted(patternOf(origin))
      const on = chosen !== 'off' && granted
      return { ...reading, origin, on, reach: chosen === 'off' && reading.marking ? 'page' : chosen, granted }
    },
  }
}
