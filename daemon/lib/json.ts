import { isObject, type Json } from '../../shared/json.ts'

/** Deepest nesting of anything that comes in. */
export const maxDepth = 64

/** Thrown by `parseJson`. */
export class JsonError extends Error {}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const lossy = (number: string) => {
  const value = Number(number)
  return !Number.isFinite(value) || (/^-?\d+$/.test(number) && !Number.isSafeInteger(value))
}

/** Parse JSON without losing digits: integers beyond 2^53 - 1 and numbers beyond a double stay strings. Deeper than 64 levels is an error. */
export function parseJson(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
    // the text is valid JSON here, so a token is a string or a number and nothing else can look like one
    if (/\d{16}|e\+?\d{3}/i.test(text)) value = JSON.parse(text.replace(token, t => (t[0] !== '"' && lossy(t) ? `"${t}"` : t))) as Json
  } catch (error) {
    throw new JsonError(`Not JSON: ${(error as Error).message}`)
  }
  if (tooDeep(value)) throw new JsonError(`Nested deeper than ${maxDepth} levels`)
  return value
}

function tooDeep(root: Json): boolean {
  let level: Json[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true
    const next: Json[] = []
    for (const value of level) {
      if (Array.isArray(value)) {
        for (const item of value) if (typeof item === 'object' && item !== null) next.push(item)
      } else if (isObject(value)) for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) next.push(item)
    }
    level = next
  }
  return false
}
