import { type Json, type JsonObject, put } from '../../../shared/json.ts'
import { defineLogFormat } from '../../lib/kinds.ts'
import { readFields } from '../fields.ts'

const looks = /^[A-Za-z_@][\w.@/-]*=\S?.*\s[A-Za-z_@][\w.@/-]*=/
const pair = /([A-Za-z_@][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s+|$)/y
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function typed(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  // only what comes out again as it went in: 007 and 1e3 are names
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : text
}

/** `level=info msg="…" key=value`: every word of the line has to be such a pair. */
export const logfmt = defineLogFormat({
  name: 'logfmt',
  recognises: line => looks.test(line),
  read(line, context) {
    const fields: JsonObject = {}
    for (let at = 0; at < line.length; at = pair.lastIndex) {
      pair.lastIndex = at
      const match = pair.exec(line)
      if (!match) return undefined
      const [, key, quoted, bare] = match
      put(fields, key!, bare === undefined ? quoted!.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c) : typed(bare))
    }
    return readFields(fields, context.zone, line)
  },
})
