import { get, type JsonObject } from '../../../shared/json.ts'

const isHash = (id: unknown): id is string => typeof id === 'string' && /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/.test(id)

/** What was done, and only then the hash of what it was done to. */
export function hashLast(message: string, attributes: JsonObject): string {
  const id = get(attributes, 'asset', 'id')
  if (!isHash(id) || !message.includes(` ${id}`)) return message
  return `${message.replace(` ${id}`, '')} (${id})`
}
