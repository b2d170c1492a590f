import { mostSpoken, type Reading, type Seen } from '../messages.ts'
import type { From } from './guards.ts'
import type { Area } from './pending.ts'

type Page = Extract<From, { own: false }>
type Tabs = Record<string, Record<string, Reading & { origin: string }>>

export const nothingRead: Reading = { bad: 0, signals: 0, marking: false, found: 0, cut: false, drawn: false, spoken: [] }

/** Which frames of which tabs hold our script, and what they show. Kept over the worker's life, not the browser's. */
export interface Frames {
  load(): Promise<void>
  /** A frame asked something; `reading` where it told what it shows. */
  note(from: Page, reading?: Reading): Promise<void>
  gone(tabId: number): Promise<void>
  tabs(): number[]
  /** What frames of `origin` show in these tabs. */
  seen(origin: string, tabs: readonly (number | undefined)[]): Seen
  /** What a tab shows in all its frames; undefined where none holds our script. */
  reading(tabId: number | undefined): Reading | undefined
}

export function createFrames(area: Area): Frames {
  let tabs: Tabs = {}
  const save = () => area.set({ frames: tabs })
  return {
    async load() {
      tabs = ((await area.get('frames'))['frames'] as Tabs | undefined) ?? {}
    },
    async note({ tabId, frameId, origin }, reading) {
      const frames = (tabs[tabId] ??= {})
      const known = frames[frameId]
      if (!reading && known?.origin === origin) return
      frames[frameId] = { ...nothingRead, ...reading, origin }
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
    reading(tabId) {
      const frames = Object.values(tabs[tabId ?? -1] ?? {})
      return frames.length === 0 ? undefined : frames.reduce(together, nothingRead)
    },
  }
}

const together = (a: Reading, b: Reading): Reading => ({
  bad: a.bad + b.bad,
  signals: a.signals + b.signals,
  marking: a.marking || b.marking,
  found: a.found + b.found,
  cut: a.cut || b.cut,
  drawn: a.drawn || b.drawn,
  spoken: [...new Set([...a.spoken, ...b.spoken])].slice(0, mostSpoken),
})
