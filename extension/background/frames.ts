import type { From } from './guards.ts'
import type { Area } from './pending.ts'

type Page = Extract<From, { own: false }>
interface Seen {
  origin: string
  /** Distinct known-bad addresses that it shows. */
  bad: number
}
type Tabs = Record<string, Record<string, Seen>>

/** Which frames of which tabs hold our script, and how much bad they show. Kept over the worker's life, not the browser's. */
export interface Frames {
  load(): Promise<void>
  /** A frame asked something; `bad` where it told how much it shows. */
  note(from: Page, bad?: number): Promise<void>
  gone(tabId: number): Promise<void>
  tabs(): number[]
  /** Known-bad addresses shown by frames of `origin` in these tabs. */
  bad(origin: string, tabs: readonly (number | undefined)[]): number
}

export function createFrames(area: Area): Frames {
  let tabs: Tabs = {}
  const save = () => area.set({ frames: tabs })
  return {
    async load() {
      tabs = ((await area.get('frames'))['frames'] as Tabs | undefined) ?? {}
    },
    async note({ tabId, frameId, origin }, bad) {
      const frames = (tabs[tabId] ??= {})
      const known = frames[frameId]
      if (known?.origin === origin && (bad === undefined || known.bad === bad)) return
      frames[frameId] = { origin, bad: bad ?? 0 }
      await save()
    },
    async gone(tabId) {
      if (!(tabId in tabs)) return
      delete tabs[tabId]
      await save()
    },
    tabs: () => Object.keys(tabs).map(Number),
    bad: (origin, of) =>
      of
        .flatMap(tabId => Object.values(tabs[tabId ?? -1] ?? {}))
        .filter(seen => seen.origin === origin)
        .reduce((sum, { bad }) => sum + bad, 0),
  }
}
