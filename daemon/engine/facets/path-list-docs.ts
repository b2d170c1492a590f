import { isObject, type Json } from '../../../shared/json.ts'
import type { Doc } from '../../../shared/log.ts'
import type { Value } from '../../../shared/query/look.ts'
import { attributePath, type PathList, tagPath } from './path-list.ts'

const reserved = ['service', 'source', 'host', 'status'] as const

/** Add a document to a list of paths; `row` is another number for each. */
export function addDocPaths(list: PathList, { tags, attributes, ...doc }: Doc, row: number): void {
  function add(path: string, value: Value): void {
    const entry = list.entryOf(path)
    if (!entry) return
    list.addRow(entry, row)
    list.addValue(entry, value)
  }
  function walk(node: Json, path: string | undefined): void {
    if (Array.isArray(node)) for (const item of node) walk(item, path)
    else if (isObject(node)) for (const key of Object.keys(node)) walk(node[key]!, path === undefined ? key : `${path}.${key}`)
    else if (node !== null && path !== undefined) add(attributePath(path), node)
  }
  for (const name of reserved) for (const value of [doc[name] ?? []].flat()) add(name, value)
  for (const tag of tags) {
    const known = tagPath(tag)
    if (known) add(known.path, known.value)
  }
  walk(attributes, undefined)
}
