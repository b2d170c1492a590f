import { isObject, type JsonObject, put } from '../../../shared/json.ts'
import { readIso } from '../../../shared/time.ts'
import { defineLogFormat, type ParsedLog } from '../../lib/kinds.ts'
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

const element = /\[([^\s=\]"]{1,128})((?: [^\s=\]"]{1,128}="(?:[^"\\\]]|\\.)*")*) ?\]/sy
const parameter = /([^\s=\]"]+)="((?:[^"\\\]]|\\.)*)"/gs

/** Read the structured data at `from` into `attributes`; where it ends, or undefined where it is broken. */
function readData(line: string, from: number, attributes: JsonObject): number | undefined {
  if (line[from] === '-') return from + 1
  if (line[from] !== '[') return undefined
  let at = from
  while (line[at] === '[') {
    element.lastIndex = at
    const match = element.exec(line)
    if (!match) return undefined
    const values: JsonObject = {}
    for (const [, name, value] of match[2]!.matchAll(parameter)) put(values, name!, value!.replace(/\\(["\\\]])/g, '$1'))
    put(attributes, match[1]!, values)
    at += match[0].length
  }
  return at
}
