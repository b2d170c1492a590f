import type { LogFormat, ParsedLog, ReadContext } from '../lib/kinds.ts'
import { fill } from './fields.ts'
import { logFormats } from './log-formats/index.ts'

/** A log as its formats read it, before the sender's defaults come in. */
export interface Reading {
  log: ParsedLog
  /** The innermost message, which the line readers look at; `log.message` keeps the headers that a sender of JSON sent. */
  text: string
  /** What a syslog header names as the program. */
  program?: string | undefined
  /** A web server that could be told by the form of its line alone, so that the sender knows better. */
  guess?: string | undefined
  /** A status that the sender put into a field of its own. */
  status?: string | undefined
}

// What carries the lines of others: JSON from a log shipper, syslog from a daemon.
const syslog = new Set(['rfc5424', 'rfc3164'])
const web = new Set(['access', 'apache_error', 'nginx_error'])

/** Read one line by the first of `formats` that can, and what that carries by the others. */
export function readLine(line: string, context: ReadContext, formats: readonly LogFormat[] = logFormats): Reading | undefined {
  for (const format of formats) {
    if (!format.recognises(line)) continue
    const log = format.read(line, context)
    if (log) return readInside(log, format.name, context, formats)
  }
  return undefined
}

/** Read the message of a log that a format has read. JSON keeps its message as it was sent; a syslog header gives way to what it carries. */
export function readInside(log: ParsedLog, name: string, context: ReadContext, formats: readonly LogFormat[] = logFormats): Reading {
  if (web.has(name)) return { log: { ...log, source: undefined }, text: log.message, guess: log.source }
  const isSyslog = syslog.has(name)
  if (!isSyslog && name !== 'datadog') return { log, text: log.message }
  // a header twice, or a time at the start of what already has one, would be the message's word against its carrier's
  const others = formats.filter(format => format.name !== name && !(isSyslog && (format.name === 'plain' || syslog.has(format.name))))
  const inner = readLine(log.message.trimEnd(), context, others)
  const program = isSyslog ? log.source : inner?.program
  const status = isSyslog ? inner?.status : (log.status ?? inner?.status)
  if (!inner) return { log, text: log.message, program, status }
  return { log: merged(log, inner.log, isSyslog), text: inner.text, program, status, guess: inner.guess }
}

function merged(outer: ParsedLog, inner: ParsedLog, isSyslog: boolean): ParsedLog {
  const tags = [...(outer.tags ?? []), ...(inner.tags ?? [])]
  const log: ParsedLog = { ...inner, ...outer, tags, attributes: fill(outer.attributes, inner.attributes) }
  if (isSyslog) {
    log.message = inner.message
    // the priority says how the line was sent, not what it says
    const status = inner.status ?? outer.status
    if (status !== undefined) log.status = status
  }
  return log
}
