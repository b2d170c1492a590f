import type { Seen } from '../messages.ts'
import type { From } from './guards.ts'
import type { Area } from './pending.ts'

type Page = Extract<From, { own: false }>
type Tabs = Record<string, Record<string, Seen & { origin: string }>>

/** Which frames of which tabs hold our script, and what bad they show. Kept over the worker's life, not the browser's. */
export interface Frames {
  load(): Promise<void>
  /** A frame asked something; `seen` where it told what it shows. */
  note(from: Page, seen?: Seen): Promise<void>
  gone(tabId: number): Promise<void>
  tabs(): number[]
  /** What frames of `origin` show in these tabs. */
  seen(origin: string, tabs: readonly (number | undefined)[]): Seen
}

export function createFrames(area: Area): Frames {
  let tabs: Tabs = {}
  const save = () => area.set({ frames: tabs })
  return {
    async load() {
      tabs = ((await area.get('frames'))['frames'] as Tabs | undefined) ?? {}
    },
    async note({ tabId, frameId, origin }, seen) {
      const frames = (tabs[tabId] ??= {})
      const known = frames[frameId]
      if (known?.origin === origin && (!seen || (known.bad === seen.bad && known.signals === seen.signals))) return
      frames[frameId] = { bad: 0, signals: 0, ...seen, origin }
      await save()
    },
    async gone(tabId) {
      if (!(tabId in tabs)) return
      delete tabs[tabId]
      await save()
    },
    tabs: () => Object.keys(tabs).map(Number),
    seen: (origin, of) =>
      of
        .flatMap(tabId => Object.values(tabs[tabId ?? -1] ?? {}))
        .filter(frame => frame.origin === origin)
        .reduce((sum, { bad, signals }) => ({ bad: sum.bad + bad, signals: sum.signals + signals }), { bad: 0, signals: 0 }),
  }
}
