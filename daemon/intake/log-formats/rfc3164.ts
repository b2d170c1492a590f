import { readIso } from '../../../shared/time.ts'
import { defineLogFormat, type ParsedLog, type ReadContext } from '../../lib/kinds.ts'
import { moment, monthOf, timeOfDay, yearless } from '../clock.ts'
import { priority, putHeader, readTag } from '../syslog.ts'

// `Dec 10 06:55:46`, `Dec  1 06:55:46.123`, and with the year that some devices add on either side of the time
const bsd = /^([A-Z][a-z]{2}) ([ \d]?\d) (?:(\d{4}) )?(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: (\d{4}))?:?(?: |$)/
const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /
// rsyslog writes its files with ISO times in microseconds; other programs' lines start alike, and what follows is a level there
const looksIso =
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?!(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)[^\s:[\]]+ [^\s:[\]]+(?:\[\d+\])?: /i
const sure = /^.{19}\.\d{6}(?:Z|[+-])|^\S+ \S+ \S+\[\d+\]: /

interface Stamp {
  timestamp: number
  written: string
  length: number
}

function stampOf(text: string, context: ReadContext): Stamp | undefined {
  const match = bsd.exec(text)
  if (!match) {
    const written = iso.exec(text)?.[1]
    const timestamp = written === undefined ? undefined : readIso(written)
    return timestamp === undefined ? undefined : { timestamp, written: written!, length: written!.length + 1 }
  }
  const [whole, name, date, before, clock, after] = match
  const month = monthOf(name!)
  const time = timeOfDay(clock!)
  if (month === undefined || time === undefined) return undefined
  const year = before ?? after
  const timestamp = year ? moment(Number(year), month, Number(date), time, context.zone) : yearless(month, Number(date), time, context)
  return timestamp === undefined ? undefined : { timestamp, written: whole.trimEnd(), length: whole.length }
}

/** BSD syslog, with or without `<PRI>`, as sockets carry it and as files under /var/log hold it. */
export const rfc3164 = defineLogFormat({
  name: 'rfc3164',
  recognises(line) {
    const start = priority(line)?.length ?? 0
    const first = line.charCodeAt(start)
    if (first >= 65 && first <= 90) return bsd.test(start === 0 ? line : line.slice(start))
    if (first < 48 || first > 57) return false
    const text = line.slice(start)
    return start > 0 ? iso.test(text) : looksIso.test(text) && sure.test(text)
  },
  read(line, context) {
    const pri = priority(line)
    const start = pri?.length ?? 0
    const stamp = stampOf(start === 0 ? line : line.slice(start), context)
    if (!stamp) return undefined
    let rest = line.slice(start + stamp.length)
    let host: string | undefined
    let tag = readTag(rest)
    if (!tag) {
      // what is sent to the machine's own socket names no host
      const space = rest.indexOf(' ')
      host = space < 0 ? rest : rest.slice(0, space)
      rest = space < 0 ? '' : rest.slice(space + 1)
      tag = readTag(rest)
    }
    const log: ParsedLog = { timestamp: stamp.timestamp, message: tag ? rest.slice(tag.length) : rest, attributes: {} }
    if (pri) log.status = pri.status
    putHeader(log, { host, tag: tag?.tag, pid: tag?.pid, timestamp: stamp.written, facility: pri?.facility })
    return log
  },
})
