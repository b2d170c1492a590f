import { browser } from 'wxt/browser'
import { isObject } from '../../shared/json.ts'
import type { Protocol, Push, Seen, Site } from '../messages.ts'
import type { Frames } from './frames.ts'

/** Where WXT puts `entrypoints/page.ts`. The script must bear being run twice in one frame. */
export const pageScript = '/page.js'
/** Where it puts `entrypoints/card.ts`. */
const cardScript = '/card.js'
const registration = 'page'

/** `https://logs.example.net:8443` → `https://logs.example.net/*`: patterns know no ports. */
export const patternOf = (origin: string): string => {
  const { protocol, hostname } = new URL(origin)
  return `${protocol}//${hostname}/*`
}

const isSite = (url: string | undefined): url is string => url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)

/** Put the card's script beside the page's, in one frame that has the page's already. */
export async function injectCard({ tabId, frameId }: { tabId: number; frameId: number }): Promise<void> {
  await browser.scripting.executeScript({ target: { tabId, frameIds: [frameId] }, files: [cardScript] })
}

/** Sites on which marks appear. The person grants a site in popup or options, with a click; here it takes effect. */
export type Sites = ReturnType<typeof createSites>

export function createSites(frames: Frames, push: (tabId: number, message: Push) => void) {
  const stored = async (): Promise<Record<string, boolean>> => {
    const { sites } = await browser.storage.local.get('sites')
    return isObject(sites) ? (sites as Record<string, boolean>) : {}
  }
  const granted = (origin: string) => browser.permissions.contains({ origins: [patternOf(origin)] })
  const isOn = async (origin: string) => (await stored())[origin] === true && (await granted(origin))
  const tabsOf = async (origin: string) =>
    (await browser.tabs.query({ url: patternOf(origin) })).filter(({ url }) => isSite(url) && new URL(url).origin === origin)

  async function register(matches: string[]) {
    const ids = [registration]
    const [known] = await browser.scripting.getRegisteredContentScripts({ ids })
    if (matches.length === 0) return known && browser.scripting.unregisterContentScripts({ ids })
    const script = {
      id: registration,
      matches,
      js: [pageScript],
      allFrames: true,
      runAt: 'document_idle' as const,
      ...(import.meta.env.FIREFOX ? {} : { matchOriginAsFallback: true }),
    }
    await (known ? browser.scripting.updateContentScripts([script]) : browser.scripting.registerContentScripts([script]))
  }

  /** Make the browser's registration say what is stored and granted: an update of the extension drops it, and people revoke grants in the browser. */
  async function sync() {
    const origins = Object.keys(await stored())
    const on: string[] = []
    for (const origin of origins) if (await isOn(origin)) on.push(origin)
    await register([...new Set(on.map(patternOf))])
    return on
  }

  async function inject(origin: string) {
    for (const { id } of await tabsOf(origin)) {
      if (id === undefined) continue
      await browser.scripting.executeScript({ target: { tabId: id, allFrames: true }, files: [pageScript] }).catch(() => {})
      push(id, { type: 'marking', on: true })
    }
  }

  return {
    sync,
    isOn,
    /** What was granted takes effect in tabs that are already open. */
    async granted(): Promise<void> {
      for (const origin of await sync()) await inject(origin)
    },
    async set(origin: string, on: boolean): Promise<void> {
      const open = on ? [] : await tabsOf(origin)
      await browser.storage.local.set({ sites: { ...(await stored()), [origin]: on } })
      const active = await sync()
      if (active.includes(origin)) await inject(origin)
      for (const { id } of open) if (id !== undefined) push(id, { type: 'marking', on: false })
    },
    async forget(origin: string): Promise<void> {
      await this.set(origin, false)
      const { [origin]: _, ...rest } = await stored()
      await browser.storage.local.set({ sites: rest })
      // another port of the same host may still need it
      const shared = Object.keys(rest).some(other => patternOf(other) === patternOf(origin))
      // the daemon's own address is ours from the start and cannot be given back
      if (!shared) await browser.permissions.remove({ origins: [patternOf(origin)] }).catch(() => {})
    },
    async list(): Promise<Protocol['sites'][1]['sites']> {
      const all: (Site & Seen)[] = []
      for (const origin of Object.keys(await stored()).sort()) {
        const on = await isOn(origin)
        const tabs = on ? await tabsOf(origin) : []
        const seen = frames.seen(
          origin,
          tabs.map(({ id }) => id),
        )
        all.push({ origin, on, ...seen })
      }
      return all
    },
    /** The site of the tab that the popup was opened over. `null` for pages that are no site. */
    async current(): Promise<Protocol['site'][1]> {
      const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true })
      if (!tab || !isSite(tab.url)) return { origin: null, on: false, bad: 0, signals: 0 }
      const { origin } = new URL(tab.url)
      const on = await isOn(origin)
      return { origin, on, ...frames.seen(origin, on ? [tab.id] : []) }
    },
  }
}
