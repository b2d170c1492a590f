import { maxDepth } from '../lib/json.ts'
import { closing } from '../lib/quotes.ts'

/** Where a JSON text goes wrong: the UTF-16 offset, and the place in the outermost list where it is one. */
export interface Fault {
  offset: number
  index: number | undefined
}

const space = /[ \t\n\r]*/y
const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const known = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/g

/** Where the text, number or word that starts at `from` ends, or -1 where it is none. */
function endOf(text: string, from: number): number {
  if (text[from] === '"') {
    const end = closing(text, from)
    const inside = end < 0 ? '\\' : text.slice(from + 1, end).replace(known, '')
    return inside.includes('\\') || /[\u0000-\u001f]/.test(inside) ? -1 : end + 1
  }
  literal.lastIndex = from
  return literal.test(text) ? literal.lastIndex : -1
}

/** The first fault of a text that `parseJson` refused; JavaScript's own messages do not always say where. Undefined for faultless JSON. */
export function findFault(text: string): Fault | undefined {
  const open: string[] = []
  let index: number | undefined
  let at = 0
  let wants: 'value' | 'key' | 'comma' = 'value'
  let first = false
  const skip = () => {
    space.lastIndex = at
    space.test(text)
    at = space.lastIndex
  }
  const read = (onlyText: boolean): boolean => {
    const end = onlyText && text[at] !== '"' ? -1 : endOf(text, at)
    if (end >= 0) at = end
    return end >= 0
  }
  const fault = (): Fault => ({ offset: at, index })

  for (;;) {
    skip()
    const char = text[at]
    const inside = open[open.length - 1]
    if (wants === 'comma' && inside === undefined) return at === text.length ? undefined : fault()
    if ((first || wants === 'comma') && char !== undefined && char === (inside === '[' ? ']' : '}')) {
      open.pop()
      at++
      wants = 'comma'
    } else if (wants === 'comma') {
      if (char !== ',') return fault()
      at++
      if (open.length === 1 && index !== undefined) index++
      wants = inside === '{' ? 'key' : 'value'
    } else if (wants === 'key') {
      if (!read(true)) return fault()
      skip()
      if (text[at++] !== ':') return { ...fault(), offset: at - 1 }
      wants = 'value'
    } else if (char === '[' || char === '{') {
      if (open.push(char) > maxDepth + 1) return fault()
      if (open.length === 1 && char === '[') index = 0
      at++
      first = true
      wants = char === '{' ? 'key' : 'value'
      continue
    } else {
      if (!read(false)) return fault()
      wants = 'comma'
    }
    first = false
  }
}
