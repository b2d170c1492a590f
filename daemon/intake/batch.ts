import { isObject, type Json } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import { JsonError, parseJson } from '../lib/json.ts'
import type { ReadContext } from '../lib/kinds.ts'
import { wrappedIn } from '../lib/wrapped.ts'
import { problemsOf, readTags } from './fields.ts'
import { findFault } from './json-fault.ts'
import { type Defaults, normalise } from './normalise.ts'

/** Most logs of one request, as Datadog has it. */
export const maxItems = 1000
const maxProblems = 20

/** What the sender says in the query of all its logs. */
export interface Sender {
  ddsource?: string | undefined
  ddtags?: string | undefined
  hostname?: string | undefined
  service?: string | undefined
}

/**
 * The logs of one request body, all of them or none. `contentType` chooses how it is cut up: JSON (a list or one object; also where nothing
 * is said), a line a log for text/plain, a JSON object a line for NDJSON, Heroku's frames for logplex. Events that a service delivers in one
 * document, as CloudTrail does, are a log each. An import names its stream, and perhaps a format. Refuses 400 with the position or field, 413 above 1,000 logs, 415, and 422 for JSON that is no log. Each log is read when
 * it is asked for, so that whoever takes them can give others their turn.
 */
export function intakeBatch(
  text: string,
  contentType: string | undefined,
  sender: Sender,
  context: ReadContext,
  { stream = 'live', format }: { stream?: string; format?: string } = {},
): { count: number; logs: Iterable<NewLog> } {
  const items = itemsOf(text, contentType)
  if (items.length > maxItems) throw new Refusal(413, 'too_many_logs', `More than ${maxItems} logs in one request`)
  check(items)
  const { service, ddsource, hostname, ddtags } = sender
  const defaults: Defaults = {
    stream,
    format,
    service: given(service),
    source: given(ddsource),
    host: given(hostname),
    tags: readTags(ddtags ?? ''),
  }
  return { count: items.length, logs: normalised(items, defaults, context) }
}

function* normalised(items: readonly Item[], defaults: Defaults, context: ReadContext): Generator<NewLog> {
  for (const { value } of items) yield normalise(value, defaults, context)
}

/** One log to be, and where it stands: `[3]` in a list, `line 3` in lines, nothing where it is alone. */
interface Item {
  value: Json
  at: string
}

function itemsOf(text: string, contentType: string | undefined): Item[] {
  const type = (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase()
  switch (type || 'application/json') {
    case 'application/json':
      return listed(parse(text, '')).flatMap(unwrapped)
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
      return lines(text).flatMap(({ value, at }) => unwrapped({ value: parse(value, at), at }))
    case 'text/plain':
      return lines(text)
    case 'application/logplex-1':
      return frames(text)
    default:
      throw new Refusal(
        415,
        'unsupported_content_type',
        `Logs are taken as application/json, application/x-ndjson or text/plain, not ${contentType}`,
      )
  }
}

const given = (word: string | undefined) => word?.trim() || undefined
const listed = (value: Json): Item[] => (Array.isArray(value) ? value.map((value, i) => ({ value, at: `[${i}]` })) : [{ value, at: '' }])

/** What a JSON document holds as logs to be: itself, the items of its list, or the events that are delivered in it. */
export const eventsOf = (document: Json): Json[] =>
  listed(document)
    .flatMap(unwrapped)
    .map(({ value }) => value)

function unwrapped(item: Item): Item[] {
  const wrapped = wrappedIn(item.value)
  if (!wrapped) return [item]
  const list = item.at === '' ? wrapped.name : `${item.at}.${wrapped.name}`
  return wrapped.events.map((value, i) => ({ value, at: `${list}[${i}]` }))
}

/** The lines that hold anything, each without its end; one too many is enough to know that they are too many. */
function lines(text: string): { value: string; at: string }[] {
  const items: { value: string; at: string }[] = []
  for (let from = 0, number = 1; from < text.length && items.length <= maxItems; number++) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? text.length : end)
    if (line.trim() !== '') items.push({ value: line, at: `line ${number}` })
    from = end < 0 ? text.length : end + 1
  }
  return items
}

/** `83 <40>1 2012-… ` over and over: each frame starts with its length in bytes. */
function frames(text: string): Item[] {
  const bytes = Buffer.from(text)
  const items: Item[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = /^(\d{1,7}) /.exec(bytes.toString('latin1', at, at + 8))
    const from = at + (length?.[0].length ?? 0)
    const to = from + Number(length?.[1])
    if (!length || to > bytes.length) throw refuse('The frame is cut off or has no length in front', `frame ${items.length + 1}`)
    items.push({ value: bytes.toString('utf8', from, to), at: `frame ${items.length + 1}` })
    at = to
  }
  return items
}

function parse(text: string, at: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    const fault = findFault(text)
    const where = fault ? [at, fault.index === undefined ? '' : `[${fault.index}]`].filter(part => part !== '').join(' ') : at
    const place = fault ? ` at character ${fault.offset}${where === '' ? '' : ` (${where})`}` : ''
    throw refuse(`${error.message}${place}`, where, fault && [fault.offset, fault.offset + 1])
  }
}

function refuse(message: string, field: string, at?: readonly [number, number]): Refusal {
  const problem: Problem = { message }
  if (field !== '') problem.field = field
  if (at) problem.at = at
  return new Refusal(400, 'invalid_json', message, { problems: [problem] })
}

function check(items: Item[]): void {
  const problems: Problem[] = []
  let shapeless = false
  for (const { value, at } of items) {
    for (const { field, message } of problemsOf(value)) {
      shapeless ||= !isObject(value)
      const path = [at, field].filter(part => part !== undefined && part !== '').join('.')
      if (problems.length < maxProblems) problems.push(path === '' ? { message } : { field: path, message })
    }
  }
  if (problems.length === 0) return
  const [{ field, message }] = problems as [Problem]
  throw new Refusal(shapeless ? 422 : 400, 'invalid_log', field === undefined ? message : `${field}: ${message}`, { problems })
}
