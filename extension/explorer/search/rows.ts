import { signal } from '@preact/signals'
import type { Found, FoundRow, Page, SearchAsked, Sort } from '../../search-messages.ts'

/** A place in the list from which a page can be asked for: the row it begins with, and how. */
interface Anchor {
  index: number
  cursor?: string
  /** The end of the time range that the list goes on from there, and the other end of the stretch that the next anchor begins after. */
  near?: number
  far?: number
}

export type Fetch = (asked: Partial<SearchAsked> & Page) => Promise<Found | undefined>

/** Rows of a page, and of the longest page that is asked for to reach a row further down. */
const pageRows = 100
const most = 1000
/** A stretch of time with more rows than this in front of the wanted one is looked at more closely. */
const tooFar = 2000
const finer = 200
/** Rows that are kept: those nearest to what is seen. */
const kept = 3000
/** No list in a browser is higher; the rest is reached by narrowing. */
export const mostRows = 300_000

/**
 * The rows of a long list, of which only those near to what is seen are there. A page follows from the one before by its cursor; where the
 * list is in the order of time, the histogram says which row each stretch of it begins with, so that the middle is reached at once.
 */
export function createRows(fetch: Fetch) {
  const changed = signal(0)
  let rows = new Map<number, FoundRow>()
  let anchors: Anchor[] = []
  let total = 0
  let wanted: [number, number] = [0, 0]
  let generation = 0
  /** The generation whose rows are being fetched. */
  let filling = -1
  let sort: Sort = '-timestamp'

  const tell = () => {
    changed.value++
  }
  function anchor(added: Anchor): void {
    const at = anchors.findIndex(({ index }) => index >= added.index)
    if (at < 0) anchors.push(added)
    else if (anchors[at]!.index > added.index) anchors.splice(at, 0, added)
    else if (added.far !== undefined) anchors[at] = added
  }
  /** Every stretch of time that has rows, as a place to begin at. */
  function landmarks(histogram: Found['histogram'], start: number, end: number, first: number): void {
    if (sort === 'severity') return
    const stretches = histogram.map(({ time, count }, i) => ({ from: time, to: (histogram[i + 1]?.time ?? end + 1) - 1, count }))
    let index = first
    for (const { from, to, count } of sort === '-timestamp' ? stretches.reverse() : stretches) {
      if (count === 0) continue
      const [near, far] = sort === '-timestamp' ? [Math.min(to, end), from] : [Math.max(from, start), to]
      anchor({ index, near, far })
      index += count
    }
  }
  const lacking = () => {
    for (let i = wanted[0]; i < Math.min(wanted[1], total); i++) if (!rows.has(i)) return i
    return -1
  }
  function put(index: number, found: Found): void {
    for (const [i, row] of found.rows.entries()) rows.set(index + i, row)
    if (found.after) anchor({ index: index + found.rows.length, cursor: found.after })
    if (rows.size <= kept) return
    const middle = (wanted[0] + wanted[1]) / 2
    const near = [...rows].sort(([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle)).slice(0, kept - 500)
    rows = new Map(near)
  }
  const rangeFrom = ({ near }: Anchor) => (near === undefined ? {} : sort === '-timestamp' ? { to: near } : { from: near })

  async function fill(): Promise<void> {
    if (filling === generation) return
    const mine = generation
    filling = mine
    for (let lack = lacking(); lack >= 0; lack = lacking()) {
      const start = anchors.findLast(({ index }) => index <= lack)!
      const gap = lack - start.index
      const stretch = anchors.findLast(({ index, near }) => index <= lack && near !== undefined)
      if (gap > tooFar && stretch?.far !== undefined && stretch.near !== stretch.far) {
        const [from, to] = [stretch.near!, stretch.far].sort((a, b) => a - b) as [number, number]
        const found = await fetch({ from, to, limit: 0, buckets: finer })
        if (mine !== generation) return
        if (!found) break
        delete stretch.far
        landmarks(found.histogram, from, to, stretch.index)
        continue
      }
      const limit = Math.min(most, gap + pageRows)
      const found = await fetch({ ...rangeFrom(start), ...(start.cursor !== undefined && { cursor: start.cursor }), limit, sort })
      if (mine !== generation) return
      if (!found) break
      const end = start.index + found.rows.length
      // fewer than were counted: some have gone meanwhile
      if (found.after === null && end <= lack) total = Math.min(total, end)
      else if (found.rows.length === 0) total = Math.min(total, lack)
      put(start.index, found)
      tell()
    }
    filling = -1
  }

  return {
    changed,
    get total() {
      return Math.min(total, mostRows)
    },
    at: (index: number) => rows.get(index),
    indexOf(id: string): number {
      for (const [index, row] of rows) if (row.id === id) return index
      return -1
    },
    /** Begin anew with the first page of an answer. */
    reset(found: Found, asked: { sort: Sort }): void {
      generation++
      filling = -1
      sort = asked.sort
      rows = new Map()
      total = found.total
      anchors = []
      wanted = [0, 0]
      anchor({ index: 0 })
      put(0, found)
      tell()
    },
    /** Where in time they all lie. */
    chart: (histogram: Found['histogram'], { from, to }: { from: number; to: number }) => landmarks(histogram, from, to, 0),
    /** These rows are seen, from `first` to before `last`: fetch what is not there. */
    want(first: number, last: number): void {
      wanted = [Math.max(0, first), last]
      void fill()
    },
    /** Rows as they are now, in their places. */
    renew(fresh: readonly FoundRow[]): void {
      const byId = new Map(fresh.map(row => [row.id, row]))
      for (const [index, row] of rows) {
        const now = byId.get(row.id)
        if (now) rows.set(index, now)
      }
      tell()
    },
    /** Which of these are among the rows that are there. */
    known: (ids: readonly string[]): string[] => {
      const set = new Set(ids)
      return [...rows.values()].filter(({ id }) => set.has(id)).map(({ id }) => id)
    },
    /** Those that are there, in order. */
    all: (): FoundRow[] => [...rows].sort(([a], [b]) => a - b).map(([, row]) => row),
  }
}
export type Rows = ReturnType<typeof createRows>
