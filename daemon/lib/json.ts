import { isObject, type Json } from '../../shared/json.ts'
import { closing } from './quotes.ts'

/** Deepest nesting of anything that comes in. */
export const maxDepth = 64

/** Thrown by `parseJson`. */
export class JsonError extends Error {}

/** Found wherever a number stands that may lose digits, and in some strings: it saves most texts a second look. */
const mayBeLossy = /(?:^|[:,[])\s*-?(?:\d{16}|[\d.]+e\+?\d{3})/i
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const lossy = (digits: string) => {
  const value = Number(digits)
  return !Number.isFinite(value) || (/^-?\d+$/.test(digits) && !Number.isSafeInteger(value))
}

/** Put quotes around every number of a JSON text that a double cannot hold. Strings are stepped over by hand: an expression would need a stack as long as the longest. */
function quoteLossy(text: string): string {
  let out = ''
  let copied = 0
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i)
    if (code === 34) i = closing(text, i) + 1
    else if (code === 45 || (code >= 48 && code <= 57)) {
      number.lastIndex = i
      const [digits] = number.exec(text)!
      if (lossy(digits)) {
        out += `${text.slice(copied, i)}"${digits}"`
        copied = i + digits.length
      }
      i += digits.length
    } else i++
  }
  return out + text.slice(copied)
}

/** Parse JSON without losing digits: integers beyond 2^53 - 1 and numbers beyond a double stay strings. Deeper than 64 levels is an error. */
export function parseJson(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
    // the text is valid JSON here, so a quote begins a string and a digit a number
    if (mayBeLossy.test(text)) value = JSON.parse(quoteLossy(text)) as Json
  } catch (error) {
    throw new JsonError(`Not JSON: ${(error as Error).message}`)
  }
  if (tooDeep(value)) throw new JsonError(`Nested deeper than ${maxDepth} levels`)
  return value
}

function tooDeep(root: Json): boolean {
  let level: Json[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= maxDepth) return true
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
