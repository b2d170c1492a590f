import type { Query } from '../../shared/query/ast.ts'
import type { Kept, LeafCache } from './leaf-cache.ts'
import { type LeafQuery, type Look, type Looks, looksOf } from './looks.ts'
import { and, type Bits, bitsFor, invert, isEmpty, or, setAll, setBit } from './segments/bits.ts'
import type { Column } from './segments/column.ts'
import { addAmong, addEqual, addPresent } from './segments/column-scan.ts'
import type { Paths } from './segments/paths.ts'
import type { Segment } from './segments/segment.ts'
import type { Pace } from './slices.ts'

/** A query, or a part of one, ready for any segment. */
export interface Plan {
  /** Whether texts may have to be read: such parts come last, when few rows are left. */
  readsText: boolean
  /**
   * The rows of a segment, of its first `rows`, that pass; not to be written to. With `within`, what it says of other rows means nothing.
   */
  find(segment: Segment, rows: number, within: Bits | undefined, pace: Pace): Promise<Bits>
}

interface Tables {
  paths: Paths
  cache: LeafCache
}

/** Plan a query. What was found in sealed segments is kept for the next time that it, or a condition of it, is asked. */
export function toPlan(query: Query, tables: Tables): Plan {
  const plan = compile(query, tables)
  return query.kind === 'and' || query.kind === 'or' ? kept(plan, keyOf(query), tables.cache) : plan
}

function compile(query: Query, tables: Tables): Plan {
  switch (query.kind) {
    case 'all':
      return { readsText: false, find: async (_, rows) => full(rows) }
    case 'not': {
      const { readsText, find } = compile(query.item, tables)
      return {
        readsText,
        async find(segment, rows, within, pace) {
          const bits = (await find(segment, rows, within, pace)).slice()
          invert(bits, rows)
          return bits
        },
      }
    }
    case 'and':
      return all(query.items.map(item => compile(item, tables)))
    case 'or':
      return some(query.items.map(item => compile(item, tables)))
    default:
      return leaf(query, tables)
  }
}

function full(rows: number): Bits {
  const bits = bitsFor(rows)
  setAll(bits, rows)
  return bits
}

function all(plans: Plan[]): Plan {
  const ordered = [...plans].sort((a, b) => Number(a.readsText) - Number(b.readsText))
  return {
    readsText: plans.some(plan => plan.readsText),
    async find(segment, rows, within, pace) {
      let bits: Bits | undefined
      for (const plan of ordered) {
        const found = await plan.find(segment, rows, bits ?? within, pace)
        if (bits) and(bits, found)
        else bits = found.slice()
        if (isEmpty(bits)) break
      }
      return bits!
    },
  }
}

function some(plans: Plan[]): Plan {
  return {
    readsText: plans.some(plan => plan.readsText),
    async find(segment, rows, within, pace) {
      const bits = bitsFor(rows)
      for (const plan of plans) or(bits, await plan.find(segment, rows, within, pace))
      return bits
    },
  }
}

function leaf(query: LeafQuery, { paths, cache }: Tables): Plan {
  const looks = looksOf(query, paths)
  const key = keyOf(query)
  const values = cache.of(key)
  const plan: Plan = {
    readsText: looks.message !== undefined,
    async find(segment, rows, within, pace) {
      const bits = bitsFor(rows)
      for (const look of looks.columns) {
        const column = segment.column(look.column)
        if (column) await addLook(column, look, values, cache, bits, pace)
      }
      await addMessages(segment, rows, looks.message, values, cache, within, bits, pace)
      return bits
    },
  }
  return kept(plan, key, cache)
}

async function addLook(
  column: Column,
  { test, candidates, needle }: Look,
  values: Kept,
  cache: LeafCache,
  bits: Bits,
  pace: Pace,
): Promise<void> {
  if (!test) return addPresent(column, bits)
  const { dictionary } = column
  if (candidates) {
    for (const code of new Set(candidates.map(value => dictionary.find(value))))
      if (code > 0 && test(dictionary.at(code))) addEqual(column, code, bits)
    return
  }
  const { count, last, hits } = await cache.passing(values, dictionary, { test, needle }, pace)
  if (count === 1) addEqual(column, last, bits)
  else if (count > 1) addAmong(column, hits, bits)
}

async function addMessages(
  segment: Segment,
  rows: number,
  message: Looks['message'],
  values: Kept,
  cache: LeafCache,
  within: Bits | undefined,
  bits: Bits,
  pace: Pace,
): Promise<void> {
  if (message === undefined) return
  if (message === 'any') {
    for (let row = 0; row < rows; row++) if (segment.message.has(row)) setBit(bits, row)
  } else if (segment.sealed) await segment.message.find(message, 0, rows, within, bits, pace)
  else {
    // what a row holds never changes: only rows that have come since are looked at
    const known = cache.messagesOf(values, segment.id)
    if (known.rows < rows) {
      const from = known.rows
      await segment.message.find(message, from, rows, undefined, known.bits, pace)
      known.rows = Math.max(known.rows, rows)
    }
    or(bits, known.bits)
  }
}

/** Keep what a plan finds in sealed segments. Where it reads texts of some rows only, there is nothing to keep. */
function kept(plan: Plan, key: string, cache: LeafCache): Plan {
  const known = cache.of(key)
  return {
    readsText: plan.readsText,
    async find(segment, rows, within, pace) {
      const before = segment.sealed ? known.rows.get(segment.key) : undefined
      if (before) return before
      const bits = await plan.find(segment, rows, within, pace)
      if (segment.sealed && !(within && plan.readsText)) cache.keepRows(known, segment.key, bits)
      return bits
    },
  }
}

/** Two conditions that are written differently in the same words are one: the places of their words are left out. */
export const keyOf = (query: Query): string =>
  JSON.stringify(query, (name, value: unknown) => (name === 'at' || name === 'in' ? undefined : value))
