import type { Field } from '../../../shared/query/ast.ts'
import type { Value } from '../../../shared/query/look.ts'
import { countedValues, shownValues } from '../search.ts'
import type { Column } from '../segments/column.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import { fixed, type Paths } from '../segments/paths.ts'
import type { Segment } from '../segments/segment.ts'
import type { KeptCounts, Selection } from '../selection.ts'
import type { Pace } from '../slices.ts'
import { type Counter, createCounter } from './code-counter.ts'
import { type Source, sourcesOf } from './sources.ts'
import { tagsWithKey } from './tag-keys.ts'
import { createTextCounter, type TextCounter } from './text-counter.ts'
import { createTop } from './top-values.ts'
import { unsaid } from './unsaid.ts'

/** Codes looked at between two looks at the clock. */
const step = 4096

/** What a field has in a segment. */
interface Counted {
  source: Source
  column: Column
}

/** Whether the engine can count a facet: it keeps no message as it was sent. */
export const canCount = ({ scope }: Field): boolean => scope !== 'message' && scope !== 'text' && scope !== 'any'

/** Counts the values of a field; a row counts once for each. */
export function createFacet(path: string, field: Field, paths: Paths) {
  const sources = sourcesOf(field, paths)
  const counters = new Map<Dictionary, { source: Source; counter: Counter }>()
  let texts: TextCounter | undefined

  function counterOf(dictionary: Dictionary, source: Source): Counter {
    let known = counters.get(dictionary)
    if (!known) counters.set(dictionary, (known = { source, counter: createCounter() }))
    return known.counter
  }

  function countCodes(counter: Counter, number: number, column: Column, kept: KeptCounts, selection: Selection): void {
    const before = kept.get(number)
    if (before) counter.addCounted(before, column.dictionary)
    else {
      const counted = counter.add(column, selection)
      if (counted) kept.set(number, counted)
    }
  }

  /** Add what was counted of one dictionary to what was counted of others. */
  async function fold(dictionary: Dictionary, source: Source, counter: Counter, pace: Pace): Promise<void> {
    texts ??= createTextCounter(countedValues)
    const { codes, counts } = await takeOf(dictionary, source, counter, pace)
    for (let i = 1; i < counts.length; i++) {
      if (i % step === 0) await pace()
      if (counts[i]! > 0) texts.addText(labelOf(source, dictionary.at(codes?.[i] ?? i))!, counts[i]!)
    }
  }

  async function countPart(source: Source, column: Column, kept: KeptCounts, selection: Selection, pace: Pace): Promise<void> {
    const { dictionary } = column
    const isShared = dictionary === paths.shared[source.column]
    // one of a segment's own is not held on to
    const counter = isShared ? counterOf(dictionary, source) : createCounter()
    countCodes(counter, source.column, column, kept, selection)
    if (!isShared) await fold(dictionary, source, counter, pace)
  }

  return {
    path,
    /** Count the rows of a segment that were found. */
    async count(segment: Segment, selection: Selection, pace: Pace): Promise<void> {
      const parts: Counted[] = []
      for (const source of sources) {
        const column = segment.column(source.column)
        if (column && (source.key === undefined || (await tagsWithKey(column.dictionary, source.key, pace)).length > 0))
          parts.push({ source, column })
      }
      const [only, other] = parts
      if (only && parts.every(isPlain) && (!other || (parts.length === 2 && segment.sealed))) {
        await countPart(only.source, only.column, selection.counts, selection, pace)
        const rest = other && (await unsaid(path, partOf(other), partOf(only), pace))
        if (rest && rest.count > 0) await countPart(other.source, rest, unkept, selection, pace)
      } else if (only) {
        texts ??= createTextCounter(countedValues)
        await texts.add(parts.map(partOf), selection, pace)
      }
    },
    async take(pace: Pace): Promise<{ values: { value: string; count: number }[]; cut: boolean }> {
      const [only] = counters
      if (only && counters.size === 1 && !texts && !only[0].twins) {
        const [dictionary, { source, counter }] = only
        const { codes, counts } = await takeOf(dictionary, source, counter, pace)
        return topOf(counts, i => labelOf(source, dictionary.at(codes?.[i] ?? i))!, pace)
      }
      for (const [dictionary, { source, counter }] of counters) await fold(dictionary, source, counter, pace)
      if (!texts) return { values: [], cut: false }
      const { values, cut } = await topOf(texts.counts, texts.textOf, pace)
      return { values, cut: cut || texts.cut }
    },
  }
}

/** What is counted is not all that a column has: it is of no use to another facet. */
const unkept: KeptCounts = { get: () => undefined, set: () => {} }

const partOf = ({ source, column }: Counted) => ({ column, label: (entry: Value) => labelOf(source, entry) })

/** What was counted; of tags, only those with the key. */
async function takeOf(dictionary: Dictionary, source: Source, counter: Counter, pace: Pace) {
  const { codes, counts } = counter.take()
  if (source.key === undefined) return { codes, counts }
  if (codes)
    return { codes, counts: counts.map((count, i) => (i > 0 && labelOf(source, dictionary.at(codes[i]!)) !== undefined ? count : 0)) }
  const own = Uint32Array.from([0, ...(await tagsWithKey(dictionary, source.key, pace))].filter(code => code < counts.length))
  return { codes: own, counts: own.map((code, i) => (i === 0 ? 0 : counts[code]!)) }
}

/** The most frequent values, from 1 on, and whether there are more than those. */
async function topOf(counts: Uint32Array, textOf: (value: number) => string, pace: Pace) {
  const top = createTop(shownValues, textOf)
  for (let from = 1; from < counts.length; from += step) {
    await pace()
    top.offer(counts, from, Math.min(from + step, counts.length))
  }
  const values = top.take()
  return { values, cut: values.length < top.size }
}

/** Whether no row of a column can have one text twice, under two codes. */
const isPlain = ({ source, column: { form, dictionary } }: Counted) =>
  source.column !== fixed.rest && (form === 'dense' || !dictionary.twins)

/** The text that an entry of a column is counted under; undefined where it is not. */
function labelOf({ read }: Source, entry: Value): string | undefined {
  const value = read(entry)
  return value === undefined ? undefined : String(value)
}
