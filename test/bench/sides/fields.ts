import { isObject, type Json } from '../../../shared/json.ts'
import { facets } from '../queries.ts'
import type { MadeLog } from '../workload.ts'

/** Fields with one value a log: the facets first, then what is only asked for. */
export const singles = [...facets, '@http.url', '@http.useragent'] as const
/** Fields with any number of values a log. */
export const lists = ['@network.ip.list', '@threat_intel.indicators_matched', '@resources.name'] as const

/** The values at a path, by the shortest way for logs as they are made here, so that no peer waits for it. */
function readerOf(path: string): (log: MadeLog) => string[] {
  if (path === 'source' || path === 'service' || path === 'status' || path === 'host') return log => [log[path]!]
  if (!path.startsWith('@')) return log => log.tags.filter(tag => tag.startsWith(`${path}:`)).map(tag => tag.slice(path.length + 1))
  const keys = path.slice(1).split('.')
  return log => {
    let found: Json[] = [log.attributes]
    for (const key of keys) found = found.flatMap(node => (isObject(node) ? (node[key] ?? []) : []))
    return found.map(String)
  }
}
const readers = new Map([...singles, ...lists].map(path => [path as string, readerOf(path)]))
export const valuesOf = (log: MadeLog, path: string): string[] => readers.get(path)!(log)

const errorOf = readerOf('@error.message')
/** What words and phrases look at, lower-cased. */
export const textOf = (log: MadeLog): string => [log.message, ...errorOf(log)].join('\n').toLowerCase()

/** What `*:word` looks at beside the text: the other values, lower-cased. */
export function restOf(log: MadeLog): string {
  const found: string[] = [
    log.service ?? '',
    log.source ?? '',
    log.host ?? '',
    log.status,
    ...log.tags.map(tag => tag.slice(tag.indexOf(':') + 1)),
  ]
  const walk = (node: Json): void => {
    if (typeof node === 'object' && node !== null) for (const inner of Object.values(node)) walk(inner)
    else found.push(String(node))
  }
  walk(log.attributes)
  return found.join('\n').toLowerCase()
}

/** Values of the fields in `singles` as small numbers, counted from 1; 0 stands for none. */
export function createDictionaries() {
  const values: string[][] = singles.map(() => [''])
  const codes = singles.map(() => new Map<string, number>())
  return {
    codesOf: (log: MadeLog): number[] =>
      singles.map((path, field) => {
        const [value] = valuesOf(log, path)
        if (value === undefined) return 0
        const known = codes[field]!.get(value)
        if (known !== undefined) return known
        codes[field]!.set(value, values[field]!.length)
        values[field]!.push(value)
        return values[field]!.length - 1
      }),
    valueOf: (field: number, code: number): string => values[field]![code]!,
    codeOf: (path: string, value: string): number | undefined => codes[indexOf(path)]!.get(value),
    /** Codes of the values that pass. */
    codesWhere: (path: string, keep: (value: string) => boolean): number[] =>
      values[indexOf(path)]!.flatMap((value, code) => (code > 0 && keep(value) ? [code] : [])),
    toJson: () => values,
    fromJson(stored: string[][]): void {
      for (const [field, list] of stored.entries()) {
        values[field] = list
        codes[field] = new Map(list.slice(1).map((value, i) => [value, i + 1]))
      }
    },
  }
}
export type Dictionaries = ReturnType<typeof createDictionaries>

export const indexOf = (path: string): number => (singles as readonly string[]).indexOf(path)
export const isList = (path: string): boolean => (lists as readonly string[]).includes(path)
