import { mostFrames, mostSpoken, nothingRead, type Reading, type Seen } from '../messages.ts'
import type { From } from './guards.ts'
import type { Area } from './vault.ts'

type Page = Extract<From, { own: false }>
type Tabs = Record<string, Record<string, Reading & { origin: string }>>

/** Which frames of which tabs hold our script, and what they show. Kept over the worker's life, not the browser's. */
export interface Frames {
  load(): Promise<void>
  /** A frame asked something; `reading` where it told what it shows. Noted at once, before it is kept: what is told first is noted first. */
  note(from: Page, reading?: Reading): Promise<void>
  /** Whether its page had as many as are followed before it came. */
  turnsAway(from: Page): boolean
  /** It was taken out of its page, or shows another. */
  left(from: Page): Promise<void>
  /** Forget those of a tab that `hears` does not reach: a frame's last word can be lost with it. */
  sweep(tabId: number, hears: (tabId: number, frameId: number) => Promise<boolean>): Promise<void>
  gone(tabId: number): Promise<void>
  tabs(): number[]
  /** What frames of `origin` show in these tabs, each value once. */
  seen(origin: string, tabs: readonly (number | undefined)[]): Seen
  /** What a tab shows in all its frames, each known bad value once, and whether there are more than are followed; undefined where none holds our script. */
  reading(tabId: number | undefined): (Omit<Reading, 'told'> & { crowded: boolean }) | undefined
}

export function createFrames(area: Area): Frames {
  let tabs: Tabs = {}
  let crowded = new Set<number>()
  // never the page itself, whose script may come after those of its frames
  const hasNoRoom = ({ tabId, frameId }: Page) =>
    frameId !== 0 && !tabs[tabId]?.[frameId] && Object.keys(tabs[tabId] ?? {}).length >= mostFrames
  const save = () => area.set({ frames: tabs, crowded: [...crowded] })
  return {
    async load() {
      tabs = ((await area.get('frames'))['frames'] as Tabs | undefined) ?? {}
      crowded = new Set((await area.get('crowded'))['crowded'] as number[] | undefined)
    },
    async note(from, reading) {
      const { tabId, frameId, origin } = from
      const frames = (tabs[tabId] ??= {})
      const known = frames[frameId]
      const full = hasNoRoom(from)
      if (known ? !reading && known.origin === origin : full && crowded.has(tabId)) return
      if (!full) frames[frameId] = { ...nothingRead, ...reading, origin }
      else crowded.add(tabId)
      await save()
    },
    turnsAway: hasNoRoom,
    async left({ tabId, frameId }) {
      if (!tabs[tabId]?.[frameId]) return
      delete tabs[tabId][frameId]
      await save()
    },
    async sweep(tabId, hears) {
      const known = Object.entries(tabs[tabId] ?? {})
      const there = await Promise.all(known.map(([frameId]) => hears(tabId, Number(frameId))))
      // what has told something meanwhile is there, if only by another page
      const lost = known.filter(([frameId, before], i) => !there[i] && tabs[tabId]?.[frameId] === before)
      if (lost.length === 0) return
      for (const [frameId] of lost) delete tabs[tabId]![frameId]
      await save()
    },
    async gone(tabId) {
      if (!(tabId in tabs)) return
      delete tabs[tabId]
      crowded.delete(tabId)
      await save()
    },
    tabs: () => Object.keys(tabs).map(Number),
    seen: (origin, of) => distinct(of.flatMap(tabId => Object.values(tabs[tabId ?? -1] ?? {})).filter(frame => frame.origin === origin)),
    reading(tabId) {
      const frames = Object.values(tabs[tabId ?? -1] ?? {})
      if (frames.length === 0) return undefined
      return { ...frames.reduce<ReturnType<typeof together>>(together, nothingRead), ...distinct(frames), crowded: crowded.has(tabId!) }
    },
  }
}

/** How many different values frames show: those that each tells one by one, and of the rest as many as each has. */
function distinct(frames: readonly Reading[]): Seen {
  const count = (kind: keyof Seen) =>
    new Set(frames.flatMap(({ told }) => told[kind])).size +
    frames.reduce((rest, { [kind]: all, told }) => rest + Math.max(0, all - told[kind].length), 0)
  return { bad: count('bad'), signals: count('signals') }
}

const together = (a: Omit<Reading, keyof Seen | 'told'>, b: Omit<Reading, keyof Seen | 'told'>) => ({
  marking: a.marking || b.marking,
  found: a.found + b.found,
  cut: a.cut || b.cut,
  behind: a.behind || b.behind,
  drawn: a.drawn || b.drawn,
  spoken: [...new Set([...a.spoken, ...b.spoken])].slice(0, mostSpoken),
})
