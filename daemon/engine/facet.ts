import type { Field } from '../../shared/query/ast.ts'
import type { Value } from '../../shared/query/look.ts'
import { type Counter, createCounter } from './code-counter.ts'
import type { Column } from './column.ts'
import type { Dictionary } from './dictionary.ts'
import { fixed, type Paths, readRest } from './paths.ts'
import { countedValues, shownValues } from './search.ts'
import type { Segment } from './segment.ts'
import type { Selection } from './selection.ts'
import type { Pace } from './slices.ts'
import { tagsWithKey } from './tag-keys.ts'
import { createTextCounter, type TextCounter } from './text-counter.ts'
import { createTop } from './top-values.ts'

/** A column that a facet counts. */
interface Source {
  /** Its number in `Paths`. */
  number: number
  /** Only tags with that key, counted by their value. */
  key?: string
  /** The text that a value is counted under; undefined where it is not. */
  label(value: Value): string | undefined
}

export type Facet = ReturnType<typeof createFacet>

/** Codes looked at between two looks at the clock. */
const step = 4096

/** Whether the engine can count a facet: it keeps no message as it was sent. */
export const canCount = ({ scope }: Field): boolean => scope !== 'message' && scope !== 'text' && scope !== 'any'

/** Counts the values of a field; a row counts once for each. */
export function createFacet(path: string, field: Field, paths: Paths) {
  const sources = sourcesOf(field, paths)
  const counters = new Map<Dictionary, { source: Source; counter: Counter }>()
  let texts: TextCounter | undefined

  function countCodes(source: Source, column: Column, selection: Selection): void {
    let known = counters.get(column.dictionary)
    if (!known) counters.set(column.dictionary, (known = { source, counter: createCounter() }))
    const before = selection.counts?.get(source.number)
    if (before) known.counter.addCounted(before, column.dictionary)
    else {
      const counted = known.counter.add(column, selection)
      if (counted) selection.counts?.set(source.number, counted)
    }
  }

  return {
    path,
    /** Count the rows of a segment that were found. */
    async count(segment: Segment, selection: Selection, pace: Pace): Promise<void> {
      const parts: { source: Source; column: Column }[] = []
      for (const source of sources) {
        const column = segment.column(source.number)
        if (column && (source.key === undefined || (await tagsWithKey(column.dictionary, source.key, pace)).length > 0))
          parts.push({ source, column })
      }
      const [only] = parts
      if (only && parts.length === 1 && isPlain(only.source, only.column)) countCodes(only.source, only.column, selection)
      else if (only) {
        texts ??= createTextCounter(countedValues)
        await texts.add(
          parts.map(({ source: { label }, column }) => ({ column, label })),
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
        return topOf(counts, i => source.label(dictionary.at(codes?.[i] ?? i))!, pace)
      }
      const all = texts ?? createTextCounter(countedValues)
      for (const [dictionary, { source, counter }] of counters) {
        const { codes, counts } = await takeOf(dictionary, source, counter, pace)
        for (let i = 1; i < counts.length; i++) {
          if (i % step === 0) await pace()
          if (counts[i]! > 0) all.addText(source.label(dictionary.at(codes?.[i] ?? i))!, counts[i]!)
        }
      }
      const { values, cut } = await topOf(all.counts, all.textOf, pace)
      return { values, cut: cut || all.cut }
    },
  }
}

/** What was counted; of tags, only those with the key. */
async function takeOf(dictionary: Dictionary, { key, label }: Source, counter: Counter, pace: Pace) {
  const { codes, counts } = counter.take()
  if (key === undefined) return { codes, counts }
  if (codes) return { codes, counts: counts.map((count, i) => (i > 0 && label(dictionary.at(codes[i]!)) !== undefined ? count : 0)) }
  const own = new Uint32Array(counts.length)
  for (const code of await tagsWithKey(dictionary, key, pace)) if (code < own.length) own[code] = counts[code]!
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
const isPlain = ({ number }: Source, { form, dictionary }: Column) => number !== fixed.rest && (form === 'dense' || !dictionary.twins)

function sourcesOf(field: Field, paths: Paths): Source[] {
  const tagsOf = (key: string): Source => ({
    number: fixed.tags,
    key,
    label: tag => (String(tag).startsWith(`${key}:`) && !key.includes(':') ? String(tag).slice(key.length + 1) : undefined),
  })
  switch (field.scope) {
    case 'reserved':
      return [{ number: fixed[field.name], label: String }, ...(field.name === 'status' ? [] : [tagsOf(field.name)])]
    case 'tags':
      return [{ number: fixed.tags, label: String }]
    case 'tag':
      return [tagsOf(field.key)]
    case 'attribute': {
      const number = paths.columnOf(field.path)
      if (number !== undefined) return [{ number, label: String }]
      const label = (entry: Value) => {
        const [path, value] = readRest(String(entry))
        return path === field.path ? String(value) : undefined
      }
      return [{ number: fixed.rest, label }]
    }
    default:
      return []
  }
}
