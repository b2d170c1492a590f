/** Plain data, as JSON has it. Keys such as `__proto__` are data too: read them with `Object.hasOwn`, write them with `put`. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Set a key without ever reaching a prototype. */
export function put(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

/** The member at a path of keys, own keys only; undefined where there is none. */
export function get(object: JsonObject, ...path: string[]): Json | undefined {
  let value: Json | undefined = object
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** Set the member at a path of keys and make the objects on the way; a value that stands in the way is kept and nothing is set. */
export function set(object: JsonObject, path: string[], value: Json): void {
  let at = object
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(at, key)) put(at, key, {})
    const next = at[key]
    if (!isObject(next)) return
    at = next
  }
  put(at, path[path.length - 1]!, value)
}
