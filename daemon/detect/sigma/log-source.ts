import { isObject, type JsonObject } from '../../../shared/json.ts'
import type { Field, Query } from '../../../shared/query/ast.ts'
import { toField } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { everywhere, type LogSource, logSources, reserved } from './log-sources.ts'
import { CannotImport } from './refused.ts'

const keys = ['product', 'category', 'service'] as const

/** Which logs a rule is about. */
export interface Source {
  queries: Query[]
  groupBy: string[]
  /** Where a field of Sigma's is in its logs; one that they never have is lost, and taken by its name. */
  fieldsOf(name: string, lose: (what: string) => void): Field[]
  /** What of it is not in our table. */
  unknown: string | undefined
}

/** Find the log source of a rule in the table; one that is not there is taken by its names. */
export function readSource(logsource: unknown): Source {
  if (!isObject(logsource)) throw new CannotImport('must name where its logs come from', ['logsource'])
  const asked = Object.fromEntries(keys.flatMap(key => wordOf(logsource, key)))
  if (Object.keys(asked).length === 0) throw new CannotImport('must name a product, a category or a service', ['logsource'])
  const found = logSources.filter(one => keys.every(key => one[key] === undefined || one[key] === asked[key]))
  const covered = keys.every(key => asked[key] === undefined || found.some(one => one[key] !== undefined))
  const all: LogSource[] = covered
    ? found
    : [...found, { query: `source:${JSON.stringify(asked['service'] ?? asked['product'] ?? asked['category'])}` }]
  const queries = all.flatMap(({ query }) => (query === undefined ? [] : [parse(query)]))
  // a product by itself whose entries name no source of their own
  if (queries.length === 0)
    queries.push(parse(asked['product'] === 'linux' ? '(source:(linux OR syslog OR auth) OR @syslog:*)' : `source:"${asked['product']}"`))
  const fields = Object.assign(Object.create(null) as NonNullable<LogSource['fields']>, ...all.map(one => one.fields ?? {}))
  const named = keys.flatMap(key => asked[key] ?? [])
  const only = all.flatMap(one => one.only ?? [])
  const isThere = (field: Field) =>
    only.length === 0 || field.scope !== 'attribute' || only.includes(field.path) || everywhere.test(field.path)
  return {
    queries,
    groupBy: all.findLast(({ groupBy }) => groupBy)?.groupBy ?? [],
    fieldsOf(name, lose) {
      const found = [fields[name] ?? (Object.hasOwn(reserved, name) ? reserved[name]! : `@${name}`)].flat().map(toField)
      if (!found.some(isThere)) lose(`logs of ${named.join(' ')} have no field “${name}” here`)
      return found
    },
    unknown: covered ? undefined : keys.flatMap(key => (asked[key] === undefined ? [] : `${key} ${asked[key]}`)).join(', '),
  }
}

function wordOf(logsource: JsonObject, key: (typeof keys)[number]): [string, string][] {
  const value = Object.hasOwn(logsource, key) ? logsource[key]! : null
  if (value === null) return []
  if (typeof value !== 'string' || value.length > 100) throw new CannotImport('must be a text', ['logsource', key])
  return [[key, value.trim().toLowerCase()]]
}
