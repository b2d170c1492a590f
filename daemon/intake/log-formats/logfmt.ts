import { type Json, type JsonObject, put } from '../../../shared/json.ts'
import { defineLogFormat } from '../../lib/kinds.ts'
import { closing } from '../../lib/quotes.ts'
import { readFields } from '../fields.ts'
import { unescaped } from '../quoted.ts'

const looks = /^[A-Za-z_@][\w.@/-]*=\S?.*\s[A-Za-z_@][\w.@/-]*=/
const key = /([A-Za-z_@][\w.@/-]*)=/y
const bare = /[^\s"]*/y
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function typed(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  // only what comes out again as it went in: 007 and 1e3 are names
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : text
}

/** The value that starts at `from`, and where it ends; -1 where its quote does not close. */
function valueAt(line: string, from: number): [value: Json, end: number] {
  if (line[from] === '"') {
    const end = closing(line, from)
    return [unescaped(line.slice(from + 1, end), /\\(.)/g, character => escapes[character] ?? character), end < 0 ? end : end + 1]
  }
  bare.lastIndex = from
  const text = bare.exec(line)![0]
  return [typed(text), from + text.length]
}

/** `level=info msg="…" key=value`: every word of the line has to be such a pair. */
export const logfmt = defineLogFormat({
  name: 'logfmt',
  recognises: line => looks.test(line),
  read(line, context) {
    const fields: JsonObject = {}
    for (let at = 0; at < line.length; ) {
      key.lastIndex = at
      const name = key.exec(line)?.[1]
      if (name === undefined) return undefined
      const [value, end] = valueAt(line, key.lastIndex)
      if (end < 0 || (end < line.length && !/\s/.test(line[end]!))) return undefined
      put(fields, name, value)
      at = end
      while (at < line.length && /\s/.test(line[at]!)) at++
    }
    return readFields(fields, context.zone, line)
  },
})
