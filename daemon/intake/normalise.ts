import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'
import { Refusal } from '../lib/errors.ts'
import type { ReadContext } from '../lib/kinds.ts'
import { readAuditLog } from './audit-logs.ts'
import { decodedUrl } from './decoded-url.ts'
import { fill, problemsOf, readFields } from './fields.ts'
import { bound } from './limits.ts'
import { readMessage } from './lines/index.ts'
import { logFormats } from './log-formats/index.ts'
import { type Reading, readInside, readLine } from './read.ts'
import { worse } from './status.ts'

/** What the sender says of all its logs at once. `format` names a log format for lines; left out, each line is recognised by itself. */
export interface Defaults {
  stream: string
  service?: string | undefined
  source?: string | undefined
  host?: string | undefined
  tags?: string[] | undefined
  format?: string | undefined
}

/**
 * One intake item as a log: a raw line, or an object in Datadog's form. A line that nobody recognises becomes a plain log. Refuses (400) an
 * object whose fields have wrong types and an unknown format, and (422) what is neither line nor object.
 */
export function normalise(item: Json, defaults: Defaults, context: ReadContext): NewLog {
  const problems = problemsOf(item)
  if (problems.length > 0) throw new Refusal(isObject(item) ? 400 : 422, 'invalid_log', problems[0]!.message, { problems })
  const reading = isObject(item)
    ? readInside(readFields(item, context.zone), 'datadog', context)
    : readNamed(withoutEnd(String(item)), defaults.format, context)
  return complete(reading, defaults, context)
}

function withoutEnd(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === '\n' || line[end - 1] === '\r')) end--
  return line.slice(0, end)
}

function readNamed(line: string, name: string | undefined, context: ReadContext): Reading {
  const format = name === undefined ? undefined : logFormats.find(format => format.name === name)
  if (name !== undefined && !format) {
    const message = `There is no log format “${name}”; there are ${logFormats.map(format => format.name).join(', ')}`
    throw new Refusal(400, 'unknown_format', message, { problems: [{ field: 'format', message }] })
  }
  const log = format?.read(line, context)
  if (format && log) return readInside(log, format.name, context)
  return readLine(line, context) ?? { log: { message: line, attributes: {} }, text: line }
}

/** Add what the message says and what the sender said of all its logs. What the sender said of this log stands. */
function complete({ log: parsed, text, program, guess, status }: Reading, defaults: Defaults, { now }: ReadContext): NewLog {
  const said = readMessage(text, program)
  const told = guess ?? said?.program
  const named = parsed.source ?? defaults.source ?? told
  const audit = readAuditLog(named, parsed.attributes)
  const source = named ?? audit?.source
  const service = parsed.service ?? defaults.service ?? (told === undefined ? undefined : source)
  const host = parsed.host ?? defaults.host
  const found = audit?.attributes ?? said?.attributes
  const failed = found !== undefined && get(found, 'evt', 'outcome') === 'failure'
  const log: NewLog = {
    stream: defaults.stream,
    timestamp: parsed.timestamp ?? audit?.timestamp ?? now,
    received: now,
    message: parsed.message,
    status: status ?? (failed ? worse(parsed.status, 'warn') : (parsed.status ?? 'info')),
    tags: [...new Set([...(parsed.tags ?? []), ...(defaults.tags ?? [])])],
    attributes: withDecodedUrl(found ? fill(audit?.event ?? parsed.attributes, found) : parsed.attributes),
  }
  if (service !== undefined) log.service = service
  if (source !== undefined) log.source = source
  if (host !== undefined) log.host = host
  return bound(log)
}

/** Rules look for payloads in `http.url_details.decoded`; the URL itself stays what was sent. */
function withDecodedUrl(attributes: JsonObject): JsonObject {
  const url = get(attributes, 'http', 'url')
  const decoded = typeof url === 'string' ? decodedUrl(url) : undefined
  return decoded === undefined ? attributes : fill(attributes, { http: { url_details: { decoded } } })
}
