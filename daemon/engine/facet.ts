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
import { createTextCounter } from './text-counter.ts'
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
  const texts = createTextCounter(countedValues)

  function countCodes(source: Source, column: Column, selection: Selection): void {
    let known = counters.get(column.dictionary)
    if (!known) counters.set(column.dictionary, (known = { source, counter: createCounter() }))
    const before = selection.counts?.get(source.number)
    if (before) known.counter.addCounted(before)
    else {
      const counted = known.counter.add(column, selection)
      if (counted) selection.counts?.set(source.number, counted)
    }
  }

  /** Give every code that was found, and how often. */
  async function eachCode(
    { source: { key }, counter }: { source: Source; counter: Counter },
    dictionary: Dictionary,
    pace: Pace,
    visit: (code: number, count: number) => void,
  ): Promise<void> {
    const { counts } = counter
    const codes = key === undefined ? undefined : await tagsWithKey(dictionary, key, pace)
    const end = codes ? codes.length : counts.length
    for (let i = codes ? 0 : 1; i < end; i++) {
      if (i % step === 0) await pace()
      const code = codes ? codes[i]! : i
      if (counts[code]! > 0) visit(code, counts[code]!)
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
      const [first] = parts
      if (parts.length === 1 && first && isPlain(first.source, first.column)) countCodes(first.source, first.column, selection)
      else
        await texts.add(
          parts.map(({ source: { label }, column }) => ({ column, label })),
          selection,
          pace,
        )
    },
    async take(pace: Pace): Promise<{ values: { value: string; count: number }[]; cut: boolean }> {
      const [only] = counters
      if (only && counters.size === 1 && texts.size === 0 && !only[0].twins) {
        const [dictionary, known] = only
        const top = createTop(shownValues, code => known.source.label(dictionary.at(code))!)
        await eachCode(known, dictionary, pace, top.offer)
        const values = top.take()
        return { values, cut: values.length < top.size }
      }
      for (const [dictionary, known] of counters)
        await eachCode(known, dictionary, pace, (code, count) => texts.addText(known.source.label(dictionary.at(code))!, count))
      const top = createTop(shownValues, texts.textOf)
      const { counts } = texts
      for (let number = 1; number < counts.length; number++) {
        if (number % step === 0) await pace()
        top.offer(number, counts[number]!)
      }
      const values = top.take()
      return { values, cut: texts.cut || values.length < top.size }
    },
  }
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
