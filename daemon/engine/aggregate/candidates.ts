import type { GroupBy } from '../../../shared/aggregate.ts'
import type { Value } from '../../../shared/query/look.ts'
import { type Cell, startCell } from './measure.ts'

/** A group that may be shown. */
interface Candidate {
  label: string
  parent: string
  hash: number
  cell: Cell
  /** Entries in memory. */
  weight: number
}

/** Entries that all candidates of a level may come to: about a hundred bytes each. */
export const mostEntries = 2 ** 20
/** What a group costs beside the values kept of it. */
const ownEntries = 8
/** Distinct values counted in one group while groups are chosen. */
const mostValues = 100_000

/**
 * The groups of one level, each below a parent's key. Where they are too many, those with the least hashes are kept, as many as fit: which ones
 * depends on the groups alone, not on the order in which they came, and what is kept has been counted from its first log on.
 */
export function createCandidates({ sort, histogram }: GroupBy, budget = mostEntries) {
  const { aggregation } = sort.measure ?? { aggregation: 'count' as const }
  const byParent = new Map<string, Map<string, Candidate>>()
  let weight = 0
  /** The first that did not fit: nothing from it on is kept. */
  let bar: Candidate | undefined

  function begin(below: Map<string, Candidate>, parent: string, label: string): Candidate | undefined {
    const made = { label, parent, hash: hashOf(parent, label), cell: startCell(aggregation, mostValues), weight: ownEntries }
    if (bar && compareHashes(made, bar) >= 0) return undefined
    below.set(label, made)
    weight += ownEntries
    return made
  }

  function groupOf(parent: string, label: string): Candidate | undefined {
    let below = byParent.get(parent)
    if (!below) byParent.set(parent, (below = new Map()))
    return below.get(label) ?? begin(below, parent, label)
  }

  function prune(): void {
    if (weight <= budget) return
    const all = [...byParent.values()].flatMap(of => [...of.values()]).sort(compareHashes)
    weight = 0
    let fits = true
    for (const one of all) {
      fits &&= weight + one.weight <= budget
      if (fits) weight += one.weight
      else {
        bar = bar && compareHashes(bar, one) < 0 ? bar : one
        byParent.get(one.parent)!.delete(one.label)
      }
    }
  }

  return {
    /** Whether not all groups could be kept. */
    get cut() {
      prune()
      return bar !== undefined
    },
    /** So many logs of this group, where groups are ordered by the number of their logs. */
    addCount(parent: string, label: string, count: number): void {
      groupOf(parent, label)?.cell.add(1, count)
    },
    /** A log of this group, with its values of what the groups are ordered by. */
    add(parent: string, label: string, values: readonly Value[]): void {
      const group = groupOf(parent, label)
      if (!group) return
      for (const value of values) {
        const grown = group.cell.add(value)
        group.weight += grown
        weight += grown
      }
    },
    /** Keep no more than there is room for. Call it often; it is cheap. */
    trim(): void {
      if (weight > 2 * budget) prune()
    },
    /** The first groups below a parent, in order; one more than asked for tells that there are more. */
    take(parent: string, most: number): { label: string; cell: Cell }[] {
      prune()
      const sign = sort.order === 'asc' ? 1 : -1
      const byName = histogram ? compareNumbers : compareTexts
      const compare = sort.measure
        ? (a: Measured, b: Measured) => compareMeasured(a.measured, b.measured, sign) || byName(a.label, b.label)
        : (a: Measured, b: Measured) => sign * byName(a.label, b.label)
      const best: Measured[] = []
      let bar: Measured | undefined
      for (const { label, cell } of byParent.get(parent)?.values() ?? []) {
        const one = { label, cell, measured: cell.read() }
        if (bar && compare(one, bar) > 0) continue
        best.push(one)
        // few of many: no need to sort them all
        if (best.length < 2 * most + 1024) continue
        best.sort(compare).splice(most + 1)
        bar = best.at(-1)
      }
      return best.sort(compare).slice(0, most + 1)
    },
  }
}

interface Measured {
  label: string
  cell: Cell
  measured: number | null
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const compareHashes = (a: Candidate, b: Candidate): number =>
  a.hash - b.hash || compareTexts(a.parent, b.parent) || compareTexts(a.label, b.label)
/** What has no value comes last, whatever the order. */
const compareMeasured = (a: number | null, b: number | null, sign: number): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : sign * (a - b)
/** Numbers before what is none. */
const compareNumbers = (a: string, b: string): number =>
  compareMeasured(Number.isNaN(Number(a)) ? null : Number(a), Number.isNaN(Number(b)) ? null : Number(b), 1) || compareTexts(a, b)

/** FNV-1a over UTF-16 units, its bits mixed once more, since names often differ in their last letters only. */
function hashOf(parent: string, label: string): number {
  let hash = 0x811c9dc5
  for (const text of [parent, '\n', label]) for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
