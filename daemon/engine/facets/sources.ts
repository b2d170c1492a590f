import type { Field } from '../../../shared/query/ast.ts'
import type { Value } from '../../../shared/query/look.ts'
import { fixed, type Paths, readRest } from '../segments/paths.ts'

/** A column in which a field has values. */
export interface Source {
  column: number
  /** Only tags with that key. */
  key?: string
  /** What the field has of an entry of the column; undefined where that is nothing. */
  read(entry: Value): Value | undefined
}

const whole = (entry: Value): Value => entry

/** Where the values of a field stand: those of `valuesAt`, but for texts, which are not kept as they were sent. */
export function sourcesOf(field: Field, paths: Paths): Source[] {
  switch (field.scope) {
    case 'reserved':
      return [{ column: fixed[field.name], read: whole }, ...(field.name === 'status' ? [] : [tagsOf(field.name)])]
    case 'tags':
      return [{ column: fixed.tags, read: whole }]
    case 'tag':
      return [tagsOf(field.key)]
    case 'attribute': {
      const rest: Source = {
        column: fixed.rest,
        read(entry) {
          const [path, value] = readRest(String(entry))
          return path === field.path ? value : undefined
        },
      }
      const column = paths.columnOf(field.path)
      return column === undefined ? [rest] : [{ column, read: whole }]
    }
    default:
      return []
  }
}

/** The values of tags with a key, which ends at the first colon. */
const tagsOf = (key: string): Source => ({
  column: fixed.tags,
  key,
  read(entry) {
    const tag = String(entry)
    return tag.startsWith(`${key}:`) && !key.includes(':') ? tag.slice(key.length + 1) : undefined
  },
})
