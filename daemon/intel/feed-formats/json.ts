import type { Indicator } from '../../../shared/indicator.ts'
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { type Columns, defineFeedFormat } from '../../lib/kinds.ts'
import { jsonValues } from './json-text.ts'
import { mappedEntry } from './rows.ts'
import { refuseFeed, tally } from './text.ts'

// The member at a path of keys joined by dots, as text.
function cellOf(row: JsonObject, column: string | number): string | undefined {
  let value: Json | undefined = row
  for (const key of String(column).split('.')) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

// The rows of one value: of an array, of the arrays that an object holds, which may be by id, or the object itself.
function* rowsOf(value: Json): Generator<JsonObject> {
  if (Array.isArray(value)) for (const item of value) yield* rowsOf(item)
  else if (isObject(value)) {
    const inner = Object.values(value).filter(Array.isArray)
    if (inner.length > 0 && inner.length === Object.keys(value).length) for (const items of inner) yield* rowsOf(items)
    else yield value
  }
}

const entryOf = (columns: Columns, row: JsonObject): Indicator | string => mappedEntry(columns, column => cellOf(row, column))

/** Objects in an array, in arrays by key, or one a line. Columns say which member holds what. One without the value's member says something else. */
export const json = defineFeedFormat({
  name: 'json',
  *read({ text, columns }, skip) {
    if (!columns) throw refuseFeed('feed_invalid', 'The format json needs to know the member that holds the value: columns.value')
    const count = tally('json', skip)
    for (const [where, value] of jsonValues(text()))
      for (const row of rowsOf(value)) {
        if (cellOf(row, columns.value) === undefined) continue
        const entry = entryOf(columns, row)
        if (typeof entry === 'string') count.bad(where, entry)
        else {
          count.good()
          yield entry
        }
      }
    count.close()
  },
})
