import { isObject, type JsonObject, put } from '../../../shared/json.ts'
import { readIso } from '../../../shared/time.ts'
import { defineLogFormat, type ParsedLog } from '../../lib/kinds.ts'
import { closing } from '../../lib/quotes.ts'
import { unescaped } from '../quoted.ts'
import { priority, putHeader } from '../syslog.ts'

const header = /^1 (\S+) (\S+) (\S+) (\S+) (\S+)(?: |$)/
const given = (field: string | undefined) => (field === '-' ? undefined : field)

/** BSD's successor: `<PRI>1 TIME HOST APP PROCID MSGID [structured data] message`. Each element of structured data becomes an attribute. */
export const rfc5424 = defineLogFormat({
  name: 'rfc5424',
  recognises: line => line.charCodeAt(0) === 60 && /^<\d{1,3}>1 (?:-|\d{4}-\d\d-\d\dT)/.test(line),
  read(line) {
    const pri = priority(line)
    if (!pri) return undefined
    const match = header.exec(line.slice(pri.length))
    if (!match) return undefined
    const [whole, written, host, app, procid, msgid] = match
    const timestamp = written === '-' ? undefined : readIso(written!)
    if (timestamp === undefined && written !== '-') return undefined
    const log: ParsedLog = { message: '', status: pri.status, attributes: {} }
    if (timestamp !== undefined) log.timestamp = timestamp
    const end = readData(line, pri.length + whole.length, log.attributes)
    if (end === undefined) return undefined
    const text = line.slice(end).replace(/^ /, '')
    log.message = text.startsWith('\ufeff') ? text.slice(1) : text
    const pid = /^\d{1,10}$/.test(procid!) ? Number(procid) : undefined
    putHeader(log, { host: given(host), tag: given(app), pid, timestamp: given(written), facility: pri.facility, msgid: given(msgid) })
    if (pid === undefined && procid !== '-' && isObject(log.attributes['syslog'])) log.attributes['syslog']['procid'] = procid!
    return log
  },
})

const name = /[^\s=\]"]{1,128}/y

/** Read the structured data at `from` into `attributes`; where it ends, or undefined where it is broken. */
function readData(line: string, from: number, attributes: JsonObject): number | undefined {
  if (line[from] === '-') return from + 1
  if (line[from] !== '[') return undefined
  let at = from
  while (line[at] === '[') {
    const id = nameAt(line, at + 1)
    if (id === undefined) return undefined
    const values: JsonObject = {}
    at += 1 + id.length
    while (line[at] === ' ' && line[at + 1] !== ']') {
      const key = nameAt(line, at + 1)
      const open = at + 2 + (key?.length ?? 0)
      const close = key !== undefined && line.startsWith('="', open - 1) ? closing(line, open) : -1
      if (close < 0) return undefined
      put(
        values,
        key!,
        unescaped(line.slice(open + 1, close), /\\(["\\\]])/g, character => character),
      )
      at = close + 1
    }
    if (line[at] === ' ') at++
    if (line[at] !== ']') return undefined
    put(attributes, id, values)
    at++
  }
  return at
}

function nameAt(line: string, at: number): string | undefined {
  name.lastIndex = at
  return name.exec(line)?.[0]
}
