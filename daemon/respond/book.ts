import { readBlock } from '../../shared/block.ts'
import { type DenylistEntry, spanOfBlocked } from '../../shared/denylist.ts'
import { type Address, printAddress, readAddress } from '../../shared/ip.ts'
import { holdsAll, meets, printSpan, readSpan, type Span } from '../../shared/span.ts'

/** What an enforcer is to forget and what it is to keep out, since it last asked; an entry that changed is in both. */
export type Book = ReturnType<typeof createBook>
export interface Delta {
  gone: DenylistEntry[]
  come: DenylistEntry[]
}

/** Whether its time has come, ms UTC. */
export const isOver = ({ until }: Pick<DenylistEntry, 'until'>, now: number): boolean => until !== null && until <= now

const keyOf = ({ kind, value }: Pick<DenylistEntry, 'kind' | 'value'>) => `${kind} ${value}`
const longer = (a: DenylistEntry, b: DenylistEntry) =>
  (a.until ?? Infinity) === (b.until ?? Infinity) ? a.seq > b.seq : (a.until ?? Infinity) > (b.until ?? Infinity)
/** The one that stays in force the longest; of equal ones the latest. */
export const longestOf = (entries: readonly DenylistEntry[]): DenylistEntry | undefined =>
  entries.reduce<DenylistEntry | undefined>((best, entry) => (best && longer(best, entry) ? best : entry), undefined)

/**
 * The denylist in memory: what is in force, what has ended of late, and in which order things changed. A time that has come ends an entry here,
 * whether or not that can be written down.
 */
export function createBook(now: () => number) {
  const entries = new Map<string, DenylistEntry>()
  const byValue = new Map<string, readonly DenylistEntry[]>()
  /** How many active entries there are by family and prefix length, so that a look-up asks only for lengths that exist. */
  const lengths = new Map<number, number>()
  /** What changed at which place, in that order. */
  let changes: { at: number; key: string }[] = []

  const of = (key: string): readonly DenylistEntry[] => byValue.get(key) ?? []
  const isCounted = ({ seq, ended }: DenylistEntry) => seq > 0 && !ended
  const isActive = (entry: DenylistEntry) => isCounted(entry) && !isOver(entry, now())

  function count(entry: DenylistEntry | undefined, by: 1 | -1): void {
    const block = entry && isCounted(entry) && entry.kind === 'ip' ? readBlock(entry.value) : undefined
    if (!block) return
    const key = block.family * 1000 + block.length
    lengths.set(key, (lengths.get(key) ?? 0) + by)
  }

  function around(text: string): DenylistEntry[] {
    const block = readBlock(text)
    if (!block) return []
    const found: DenylistEntry[] = []
    for (const [key, count] of lengths) {
      if (count === 0 || Math.floor(key / 1000) !== block.family || key % 1000 > block.length) continue
      found.push(...of(`ip ${blockOf(block, key % 1000)}`).filter(isActive))
    }
    return found.sort((a, b) => lengthOf(b.value) - lengthOf(a.value))
  }

  return {
    /** Put an entry in as it is now. */
    put(entry: DenylistEntry): void {
      const before = entries.get(entry.id)
      count(before, -1)
      count(entry, 1)
      entries.set(entry.id, entry)
      const key = keyOf(entry)
      byValue.set(key, [...of(key).filter(({ id }) => id !== entry.id), entry])
      const at = Math.max(entry.seq, entry.ended?.seq ?? 0)
      if (at > 0) changes.push({ at, key })
    },
    /** Leave out what ended at or before a place: nobody asks for it any more. */
    forget(until: number): void {
      for (const entry of entries.values()) {
        if (!entry.ended || entry.ended.seq > until) continue
        entries.delete(entry.id)
        const key = keyOf(entry)
        const left = of(key).filter(({ id }) => id !== entry.id)
        if (left.length > 0) byValue.set(key, left)
        else byValue.delete(key)
      }
      changes = changes.filter(({ at }) => at > until)
    },
    /** Place of the last change; 0 where there never was one. */
    changed: (): number => changes.at(-1)?.at ?? 0,
    get: (id: string): DenylistEntry | undefined => entries.get(id),
    all: (): IterableIterator<DenylistEntry> => entries.values(),
    /** Active entries about exactly this. */
    about: (kind: DenylistEntry['kind'], value: string): DenylistEntry[] => of(keyOf({ kind, value })).filter(isActive),
    /** The same, and those that wait for a second person. */
    unended: (kind: DenylistEntry['kind'], value: string): DenylistEntry[] =>
      of(keyOf({ kind, value })).filter(entry => isActive(entry) || (entry.seq === 0 && !entry.ended)),
    /** Active entries that keep an address out, the narrowest first. */
    covering: (text: string): DenylistEntry[] => (readAddress(text) ? around(text) : []),
    /** Active entries that keep all of a value out: those about it, and of an address or a block the wider ones too, the narrowest first. */
    holding: (kind: DenylistEntry['kind'], value: string): DenylistEntry[] =>
      kind === 'ip' ? around(value) : of(keyOf({ kind, value })).filter(isActive),
    /** The same of a range of addresses. */
    over: (span: Span): DenylistEntry[] =>
      around(printAddress({ family: span.family, words: span.from })).filter(({ value }) => holdsAll(readSpan(value)!, span)),
    /** Active entries that have an address in common with a span. */
    meeting: (span: Span): DenylistEntry[] =>
      [...entries.values()].filter(entry => {
        const own = isActive(entry) ? spanOfBlocked(entry.kind, entry.value) : undefined
        return own !== undefined && meets(own, span)
      }),
    /** For each value in force the entry that lasts longest. */
    inForce(): DenylistEntry[] {
      const best: DenylistEntry[] = []
      for (const all of byValue.values()) {
        const entry = all.length > 1 ? longestOf(all.filter(isActive)) : all[0]
        if (entry && isActive(entry)) best.push(entry)
      }
      return best.sort((a, b) => a.seq - b.seq)
    },
    /** One entry in force of each value, in no order. */
    *values(): Generator<DenylistEntry> {
      for (const all of byValue.values()) {
        const entry = all.find(isActive)
        if (entry) yield entry
      }
    },
    /** For each value that is not in force any more the entry that ended last. */
    ended(): DenylistEntry[] {
      const gone: DenylistEntry[] = []
      for (const all of byValue.values()) {
        if (all.some(isActive)) continue
        const last = all.filter(entry => entry.ended && entry.seq > 0).sort((a, b) => b.ended!.seq - a.ended!.seq)[0]
        if (last) gone.push(last)
      }
      return gone.sort((a, b) => a.ended!.seq - b.ended!.seq)
    },
    /**
     * What has changed for whoever knows all up to a place. Where a longer entry ends and a shorter one survives it, both are told: else the
     * longer one would stay in force at the enforcer.
     */
    since(place: number): Delta {
      let from = changes.length
      while (from > 0 && changes[from - 1]!.at > place) from--
      const gone: DenylistEntry[] = []
      const come: DenylistEntry[] = []
      for (const key of new Set(changes.slice(from).map(({ key }) => key))) {
        const all = of(key)
        const before = longestOf(all.filter(({ since, ended }) => since > 0 && since <= place && !(ended && ended.seq <= place)))
        const now = longestOf(all.filter(isActive))
        if (before && before.id === now?.id && now.seq <= place) continue
        if (before) gone.push(before)
        if (now) come.push(now)
      }
      return { gone, come }
    },
  }
}

const lengthOf = (value: string) => readBlock(value)?.length ?? 0

/** The block of a length, of 128 bits, that an address lies in, as it is written. */
function blockOf(address: Address, length: number): string {
  const text = printAddress(address)
  return length === 128 ? text : printSpan(readSpan(`${text}/${address.family === 4 ? length - 96 : length}`)!)
}
