import type { BlockKind, DenylistEntry } from '../../shared/denylist.ts'
import { readSpan } from '../../shared/span.ts'

export const blockOrders = ['created_at', 'until', 'value'] as const
export type BlockOrder = (typeof blockOrders)[number]

/** A page of the denylist: what comes behind the page that `cursor` ended, or from `offset` on. What has ended comes the latest first. */
export interface BlocksAsked {
  state: 'current' | 'ended'
  kind?: BlockKind
  text: string
  sort: BlockOrder | `-${BlockOrder}`
  limit: number
  offset: number
  cursor?: string
}
/** `after` is the cursor of the next page, where there is one. */
export interface BlocksPage {
  entries: DenylistEntry[]
  total: number
  after?: string
}

/** Where an entry stands in every order. */
export interface Place {
  id: string
  created_at: number
  seq: number
  /** ms UTC; for good is later than any time. */
  end: number
  /** Its value, so that text compares as addresses do: 9.9.9.9 before 10.0.0.1, IPv4 before IPv6, users last. */
  key: string
}
interface Row extends Place {
  entry: DenylistEntry
  /** What a search looks in, in lower case: the value, a line end, the reason. */
  text: string
}

interface Asked {
  by: BlockOrder
  falling: boolean
  /** What stands in value or reason, in lower case; '': anything. */
  words: string
  /** Undefined: all of them that hold the words, of which none goes over a line. */
  keep: ((entry: DenylistEntry, text: string) => boolean) | undefined
  /** The last row that was seen; else `offset` says where to begin. */
  after: Place | undefined
  offset: number
  limit: number
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const byCreation = (a: Place, b: Place) => a.created_at - b.created_at || a.seq - b.seq || compareText(a.id, b.id)
const compares: Record<BlockOrder, (a: Place, b: Place) => number> = {
  created_at: byCreation,
  until: (a, b) => a.end - b.end || byCreation(a, b),
  value: (a, b) => compareText(a.key, b.key) || byCreation(a, b),
}

export const placeOf = (entry: DenylistEntry): Place => {
  const { id, created_at, seq, until } = entry
  return { id, created_at, seq, end: until ?? Number.MAX_SAFE_INTEGER, key: keyOf(entry) }
}
function keyOf({ kind, value }: DenylistEntry): string {
  const span = kind === 'ip' ? readSpan(value) : undefined
  return span ? `${span.family}${span.from.map(word => word.toString(16).padStart(8, '0')).join('')}` : `u${value.toLowerCase()}`
}

export type Ordered = ReturnType<typeof createOrdered>
/**
 * Entries that have not ended, in every order that they are listed in. Sorted when they are first asked for; what changes is merged in with the
 * next look, so that a page costs a search in them, and one run over them where it is of some.
 */
export function createOrdered(book: { all(): Iterable<DenylistEntry>; get(id: string): DenylistEntry | undefined }) {
  const orders = new Map<BlockOrder, { rows: Row[]; changed: Set<string>; texts?: Texts }>()
  /** What is the same in every order is there once. */
  const known = new Map<string, Row>()

  function rowOf(entry: DenylistEntry): Row {
    const before = known.get(entry.id)
    if (before?.entry === entry) return before
    const row = { ...placeOf(entry), entry, text: `${entry.value}\n${entry.reason}`.toLowerCase() }
    known.set(entry.id, row)
    return row
  }
  function inOrder(by: BlockOrder): readonly Row[] {
    const order = orders.get(by)
    if (!order) {
      const rows = [...book.all()].filter(({ ended }) => !ended).map(rowOf)
      orders.set(by, { rows: rows.sort(compares[by]), changed: new Set() })
      return rows
    }
    const { rows, changed } = order
    if (changed.size === 0) return rows
    const come = [...changed].flatMap(id => [book.get(id)].flatMap(entry => (entry && !entry.ended ? [rowOf(entry)] : [])))
    order.rows = merged(
      rows.filter(({ id }) => !changed.has(id)),
      come.sort(compares[by]),
      compares[by],
    )
    order.changed = new Set()
    delete order.texts
    return order.rows
  }

  return {
    /** An entry is new, or not what it was. */
    note(entry: DenylistEntry): void {
      for (const { changed } of orders.values()) changed.add(entry.id)
      if (entry.ended) known.delete(entry.id)
    },
    /** Those of a page, and how many there are of their kind. */
    page({ by, falling, words, keep, after, offset, limit }: Asked): { entries: DenylistEntry[]; total: number } {
      const rows = inOrder(by)
      const at = (i: number) => rows[falling ? rows.length - 1 - i : i]!
      const sign = falling ? -1 : 1
      const first = after ? firstOf(rows.length, i => sign * compares[by](at(i), after) > 0) : 0
      const found = words === '' ? undefined : holding((orders.get(by)!.texts ??= textsOf(rows)), words)
      const count = found ? found.length : rows.length
      /** Where in the order the nth of those that are looked at stands. */
      const placeOfNth = (n: number) => (!found ? n : falling ? rows.length - 1 - found[count - 1 - n]! : found[n]!)
      const entries: DenylistEntry[] = []
      if (!keep) {
        const from = after ? firstOf(count, n => placeOfNth(n) >= first) : offset
        for (let n = from; n < Math.min(count, from + limit); n++) entries.push(at(placeOfNth(n)).entry)
        return { entries, total: count }
      }
      let total = 0
      for (let n = 0; n < count; n++) {
        const i = placeOfNth(n)
        const row = at(i)
        if (!keep(row.entry, row.text)) continue
        total++
        if (entries.length < limit && (after ? i >= first : total > offset)) entries.push(row.entry)
      }
      return { entries, total }
    },
  }
}

/** Texts of rows one behind the other, so many at a time, with where each ends: searched as one, many times as fast as each by itself. */
type Texts = readonly { all: string; ends: Uint32Array }[]
/** As long as a text may be at its longest, so many together are no longer than a text can be. */
const together = 4096

function textsOf(rows: readonly Row[]): Texts {
  const texts: { all: string; ends: Uint32Array }[] = []
  for (let from = 0; from < rows.length; from += together) {
    const some = rows.slice(from, from + together)
    const ends = new Uint32Array(some.length)
    let at = 0
    some.forEach(({ text }, i) => {
      at += text.length + 1
      ends[i] = at
    })
    texts.push({ all: some.map(({ text }) => text).join('\n'), ends })
  }
  return texts
}
/** Which rows may hold some words: a find that goes from one text into the next is none, which whoever looks closer sees. */
function holding(texts: Texts, words: string): number[] {
  const found: number[] = []
  texts.forEach(({ all, ends }, chunk) => {
    let row = 0
    for (let at = all.indexOf(words); at >= 0; at = all.indexOf(words, ends[row])) {
      while (ends[row]! <= at) row++
      found.push(chunk * together + row)
      if (row === ends.length - 1) return
    }
  })
  return found
}

/** The first of so many for which something holds that then holds for all that follow. */
function firstOf(count: number, holds: (i: number) => boolean): number {
  let [from, to] = [0, count]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
function merged(a: readonly Row[], b: readonly Row[], compare: (a: Row, b: Row) => number): Row[] {
  const all: Row[] = []
  let at = 0
  for (const row of a) {
    while (at < b.length && compare(b[at]!, row) < 0) all.push(b[at++]!)
    all.push(row)
  }
  return all.concat(b.slice(at))
}
