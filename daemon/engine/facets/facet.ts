import type { Field } from '../../../shared/query/ast.ts'
import type { Value } from '../../../shared/query/look.ts'
import { countedValues, shownValues } from '../search.ts'
import type { Column } from '../segments/column.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import { fixed, type Paths } from '../segments/paths.ts'
import type { Segment } from '../segments/segment.ts'
import type { Selection } from '../selection.ts'
import type { Pace } from '../slices.ts'
import { type Counter, createCounter } from './code-counter.ts'
import { type Source, sourcesOf } from './sources.ts'
import { tagsWithKey } from './tag-keys.ts'
import { createTextCounter, type TextCounter } from './text-counter.ts'
import { createTop } from './top-values.ts'

/** Codes looked at between two looks at the clock. */
const step = 4096

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

  function countCodes(counter: Counter, source: Source, column: Column, selection: Selection): void {
    const before = selection.counts?.get(source.column)
    if (before) counter.addCounted(before, column.dictionary)
    else {
      const counted = counter.add(column, selection)
      if (counted) selection.counts?.set(source.column, counted)
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

  return {
    path,
    /** Count the rows of a segment that were found. */
    async count(segment: Segment, selection: Selection, pace: Pace): Promise<void> {
      const parts: { source: Source; column: Column }[] = []
      for (const source of sources) {
        const column = segment.column(source.column)
        if (column && (source.key === undefined || (await tagsWithKey(column.dictionary, source.key, pace)).length > 0))
          parts.push({ source, column })
      }
      const [only] = parts
      if (only && parts.length === 1 && isPlain(only.source, only.column)) {
        const { source, column } = only
        const { dictionary } = column
        if (dictionary === paths.shared[source.column]) return countCodes(counterOf(dictionary, source), source, column, selection)
        // it is this segment's own, and is not held on to
        const counter = createCounter()
        countCodes(counter, source, column, selection)
        await fold(dictionary, source, counter, pace)
      } else if (only) {
        texts ??= createTextCounter(countedValues)
        await texts.add(
          parts.map(({ source, column }) => ({ column, label: entry => labelOf(source, entry) })),
          selection,
          pace,
        )
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

/** What was counted; of tags, only those with the key. */
async function takeOf(dictionary: Dictionary, source: Source, counter: Counter, pace: Pace) {
  const { codes, counts } = counter.take()
  if (source.key === undefined) return { codes, counts }
  if (codes)
    return { codes, counts: counts.map((count, i) => (i > 0 && labelOf(source, dictionary.at(codes[i]!)) !== undefined ? count : 0)) }
  const own = new Uint32Array(counts.length)
  for (const code of await tagsWithKey(dictionary, source.key, pace)) if (code < own.length) own[code] = counts[code]!
  return { codes, counts: own }
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
const isPlain = ({ column }: Source, { form, dictionary }: Column) => column !== fixed.rest && (form === 'dense' || !dictionary.twins)

/** The text that an entry of a column is counted under; undefined where it is not. */
function labelOf({ read }: Source, entry: Value): string | undefined {
  const value = read(entry)
  return value === undefined ? undefined : String(value)
}
