import { isObject, type Json, type JsonObject, put } from '../../shared/json.ts'

// `{{ Source.signal.title }}`: a path into data, and nothing else. There are no functions, filters or conditions, so that no text can become code.

/** What a template names and is not there. */
export class Missing extends Error {
  readonly path: string
  constructor(path: string) {
    super(`{{ ${path} }} is not there`)
    this.path = path
  }
}

const path = /^\s*([A-Za-z]\w*(?:\.[\w@$:-]+|\["[^"{}]+"\]|\[\d+\])*)\s*$/
const part = /\.([\w@$:-]+)|\["([^"{}]+)"\]|\[(\d+)\]|^(\w+)/g

export interface Template {
  /** As written, and its keys. */
  path: string
  keys: string[]
  /** Half-open range in the text, braces included. */
  at: readonly [from: number, to: number]
}

/** The templates of a text; a wrong one has no keys. */
export function templatesIn(text: string): Template[] {
  const found: Template[] = []
  for (let from = text.indexOf('{{'); from >= 0; from = text.indexOf('{{', found.at(-1)!.at[1])) {
    const end = text.indexOf('}}', from)
    const inner = end < 0 ? '' : text.slice(from + 2, end)
    const keys = path.test(inner) ? [...inner.trim().matchAll(part)].map(([, a, b, c, d]) => (a ?? b ?? c ?? d)!) : []
    found.push({ path: inner.trim(), keys, at: [from, end < 0 ? text.length : end + 2] })
  }
  return found
}

/** Every text in a value, with the keys that lead there. */
export function* textsIn(value: Json, keys: string[] = []): Generator<[keys: string[], text: string]> {
  if (typeof value === 'string') yield [keys, value]
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsIn(item, [...keys, String(i)])
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...keys, key])
}
export const hasTemplates = (value: Json): boolean => [...textsIn(value)].some(([, text]) => text.includes('{{'))

/** The value with its templates filled in. One that is a whole text keeps its type. Throws `Missing`, or fills in null where `lenient`. */
export function fill(value: Json, data: JsonObject, lenient = false): Json {
  if (typeof value === 'string') return fillText(value, data, lenient)
  if (Array.isArray(value)) return value.map(item => fill(item, data, lenient))
  if (!isObject(value)) return value
  const filled: JsonObject = {}
  for (const [key, item] of Object.entries(value)) put(filled, key, fill(item, data, lenient))
  return filled
}

function fillText(text: string, data: JsonObject, lenient: boolean): Json {
  const templates = templatesIn(text)
  const named = ({ path, keys }: Template): Json => {
    const found = find(data, keys)
    if (found === undefined && !lenient) throw new Missing(path)
    return found ?? null
  }
  const [only] = templates
  if (only && templates.length === 1 && only.at[0] === 0 && only.at[1] === text.length) return named(only)
  let out = ''
  let done = 0
  for (const one of templates) {
    out += text.slice(done, one.at[0]) + shown(named(one))
    done = one.at[1]
  }
  return out + text.slice(done)
}
const shown = (value: Json): string => (typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value))

function find(data: JsonObject, keys: readonly string[]): Json | undefined {
  let value: Json | undefined = data
  for (const key of keys) {
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key]
    else return undefined
  }
  return value
}
