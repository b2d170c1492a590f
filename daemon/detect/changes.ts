import { isObject, type Json, type JsonObject } from '../../shared/json.ts'

/** One field that differs between two versions, by its dotted path; lists are taken whole. */
export interface FieldChange {
  field: string
  type: 'create' | 'update' | 'delete'
  before: Json | undefined
  after: Json | undefined
}

/** What has changed from one version to the next, in the order of the fields. */
export function changesBetween(before: JsonObject, after: JsonObject, prefix = ''): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key): FieldChange[] => {
    const field = prefix + key
    const from = Object.hasOwn(before, key) ? before[key] : undefined
    const to = Object.hasOwn(after, key) ? after[key] : undefined
    if (isObject(from) && isObject(to)) return changesBetween(from, to, `${field}.`)
    if (JSON.stringify(from) === JSON.stringify(to)) return []
    return [{ field, type: from === undefined ? 'create' : to === undefined ? 'delete' : 'update', before: from, after: to }]
  })
}
