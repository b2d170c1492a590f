import type { Field } from '../../shared/query/ast.ts'
import type { Value } from '../../shared/query/look.ts'
import { hasBit } from './bits.ts'
import { type Counter, createCounter } from './code-counter.ts'
import type { Column } from './column.ts'
import type { Dictionary } from './dictionary.ts'
import { fixed, type Paths, readRest } from './paths.ts'
import { countedValues, shownValues } from './search.ts'
import type { Segment } from './segment.ts'
import type { Selection } from './selection.ts'
import type { Pace } from './slices.ts'
import { tagsWithKey } from './tag-keys.ts'
import { createTop } from './top-values.ts'

/** A column that a facet counts. */
interface Source {
  column: number
  /** Only tags with that key, counted by their value. */
  key?: string
  /** The text that a value is counted under; undefined where it is not. */
  label(value: Value): string | undefined
}

export type Facet = ReturnType<typeof createFacet>

/** Whether the engine can count a facet: it keeps no message as it was sent. */
export const canCount = ({ scope }: Field): boolean => scope !== 'message' && scope !== 'text' && scope !== 'any'

/** Counts the values of a field; a row counts once for each. */
export function createFacet(path: string, field: Field, paths: Paths) {
  const sources = sourcesOf(field, paths)
  const counts = new Map<Dictionary, { source: Source; counter: Counter }>()
  /** Counted with care: where values of different columns or types may read the same. */
  const byText = new Map<string, number>()
  let cut = false

  function addText(text: string, count: number): void {
    const before = byText.get(text)
    if (before === undefined && byText.size >= countedValues) cut = true
    else byText.set(text, (before ?? 0) + count)
  }

  return {
    path,
    count(segment: Segment, selection: Selection): void {
      const parts = sources.flatMap(source => {
        const column = segment.column(source.column)
        const isAsked = column && (source.key === undefined || tagsWithKey(column.dictionary, source.key).length > 0)
        return isAsked ? [{ source, column }] : []
      })
      if (parts.length > 1 || parts.some(({ source, column }) => source.column === fixed.rest || column.dictionary.twins)) {
        countWithCare(parts, selection, addText)
        return
      }
      for (const { source, column } of parts) {
        const { dictionary } = column
        let known = counts.get(dictionary)
        if (!known) counts.set(dictionary, (known = { source, counter: createCounter() }))
        known.counter.add(column, selection)
      }
    },
    async take(pace: Pace): Promise<{ values: { value: string; count: number }[]; cut: boolean }> {
      const top = createTop(shownValues)
      const simple = counts.size === 1 && byText.size === 0
      for (const [dictionary, { source, counter }] of counts) {
        const { byCode, codes } = counter.take()
        for (let i = 0; i < codes.length; i++) {
          if (i % 1024 === 0) await pace()
          const code = codes[i]!
          const text = source.key === undefined ? undefined : source.label(dictionary.at(code))
          if (code === 0 || (source.key !== undefined && text === undefined)) continue
          if (simple) top.offer(byCode[code]!, () => source.label(dictionary.at(code))!)
          else addText(source.label(dictionary.at(code))!, byCode[code]!)
        }
      }
      if (simple) {
        const values = top.take()
        return { values, cut: values.length < top.size }
      }
      for (const [text, count] of byText) top.offer(count, () => text)
      const values = top.take()
      return { values, cut: cut || values.length < byText.size }
    },
  }
}

function sourcesOf(field: Field, paths: Paths): Source[] {
  const tagsOf = (key: string): Source => ({
    column: fixed.tags,
    key,
    label: tag => (String(tag).startsWith(`${key}:`) && !key.includes(':') ? String(tag).slice(key.length + 1) : undefined),
  })
  switch (field.scope) {
    case 'reserved':
      return [{ column: fixed[field.name], label: String }, ...(field.name === 'status' ? [] : [tagsOf(field.name)])]
    case 'tags':
      return [{ column: fixed.tags, label: String }]
    case 'tag':
      return [tagsOf(field.key)]
    case 'attribute': {
      const column = paths.columnOf(field.path)
      if (column !== undefined) return [{ column, label: String }]
      const label = (entry: Value) => {
        const [path, value] = readRest(String(entry))
        return path === field.path ? String(value) : undefined
      }
      return [{ column: fixed.rest, label }]
    }
    default:
      return []
  }
}

/** Pairs of row and text are gathered and sorted, so that a row that has a text twice counts once. */
function countWithCare(
  parts: { source: Source; column: Column }[],
  selection: Selection,
  add: (text: string, count: number) => void,
): void {
  const numbers = new Map<string, number>()
  const pairs: number[] = []
  for (const { source, column } of parts) {
    const labels = new Map<number, number>()
    eachValue(column, selection, (row, code) => {
      let label = labels.get(code)
      if (label === undefined) {
        const text = source.label(column.dictionary.at(code))
        label = text === undefined ? 0 : (numbers.get(text) ?? numbers.size + 1)
        if (text !== undefined) numbers.set(text, label)
        labels.set(code, label)
      }
      if (label > 0) pairs.push(label * 65_536 + row)
    })
  }
  const texts = [...numbers.keys()]
  const counts = new Uint32Array(texts.length)
  const sorted = Float64Array.from(pairs).sort()
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) counts[Math.floor(sorted[i]! / 65_536) - 1]!++
  for (const [i, text] of texts.entries()) add(text, counts[i]!)
}

function eachValue(column: Column, { bits, rows, count }: Selection, visit: (row: number, code: number) => void): void {
  if (column.form === 'list') {
    for (let i = 0; i < column.count; i++) if (hasBit(bits, column.rows[i]!)) visit(column.rows[i]!, column.codes[i]!)
  } else for (let i = 0; i < count; i++) if (column.codes[rows[i]!]! > 0) visit(rows[i]!, column.codes[rows[i]!]!)
}
