import { isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import { readIso } from '../../shared/time.ts'
import type { Problem } from '../lib/errors.ts'
import { parseJson } from '../lib/json.ts'
import type { ParsedLog } from '../lib/kinds.ts'
import { epoch } from './clock.ts'
import { levelOf } from './status.ts'
import { readWindowsEvent } from './windows-event.ts'

// Datadog's reserved attributes, and the names that other loggers have for the same. The first that holds a usable value is taken.
const messages = ['message', 'msg', 'log']
const times = [
  ...['timestamp', '@timestamp', '_timestamp', 'Timestamp', 'eventTime', 'date', 'published_date', 'time', 'ts'],
  // Azure, Microsoft Graph and 365
  ...['eventTimestamp', 'createdDateTime', 'activityDateTime', 'TimeGenerated', 'CreationTime'],
]
// Where a log may carry the event that it is about, as an object or its text; `aws cloudtrail lookup-events` has the latter.
const carriers = ['message', 'CloudTrailEvent']
const statuses = ['status', 'severity', 'level', 'lvl']
const words = {
  host: ['hostname', 'host', 'syslog.hostname'],
  service: ['service', 'dd.service', 'syslog.appname'],
  source: ['ddsource', 'source'],
}

/**
 * A log out of an object: reserved attributes are taken out, everything else stays an attribute. A message that is itself a JSON object is
 * merged under what stands beside it. `raw` is the message where the object has none; without it that is the object's JSON.
 */
export function readFields(object: JsonObject, zone: number, raw?: string): ParsedLog {
  const attributes = unwrapped(object)
  const log: ParsedLog = { message: '', attributes }
  const message = messages.find(key => typeof own(attributes, key) === 'string')
  log.message = message === undefined ? (raw ?? JSON.stringify(object)) : take(attributes, message)
  for (const [field, keys] of Object.entries(words) as [keyof typeof words, string[]][]) {
    const key = keys.find(key => typeof own(attributes, key) === 'string')
    const word = key === undefined ? '' : take(attributes, key).trim()
    if (word !== '') log[field] = word
  }
  const tags = own(attributes, 'ddtags')
  if (typeof tags === 'string' || Array.isArray(tags)) {
    log.tags = readTags(tags)
    delete attributes['ddtags']
  }
  readTime(log, zone)
  readStatus(log)
  readWindowsEvent(log)
  return log
}

const own = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined)

function take(object: JsonObject, key: string): string {
  const value = object[key] as string
  delete object[key]
  return value
}

/** A copy of the object, with the members of a message that is an object, or the text of one, in it. */
function unwrapped(object: JsonObject): JsonObject {
  const carrier = carriers.find(key => Object.hasOwn(object, key)) ?? 'message'
  const message = own(object, carrier)
  const inner = typeof message === 'string' ? objectIn(message) : message
  if (!isObject(inner)) return { ...object }
  const { [carrier]: _, ...rest } = object
  const merged = merge(rest, inner)
  if (!messages.some(key => typeof own(merged, key) === 'string')) {
    put(merged, 'message', typeof message === 'string' ? message : JSON.stringify(inner))
  }
  return merged
}

function objectIn(text: string): Json | undefined {
  if (!/^\s*\{/.test(text) || !text.trimEnd().endsWith('}')) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

// What a sender wrote as a string stays as it was; a number that says no more than the timestamp is not kept twice.
function readTime(log: ParsedLog, zone: number): void {
  for (const key of times) {
    const value = own(log.attributes, key)
    const at = timeOf(value, zone)
    if (at === undefined) continue
    log.timestamp = at
    if (value === at) delete log.attributes[key]
    return
  }
}

/** ms UTC of a time that a sender gave: ISO, or epoch time in any unit, as a number or in digits. */
function timeOf(value: Json | undefined, zone: number): number | undefined {
  if (typeof value === 'number') return epoch(value)
  if (typeof value !== 'string') return undefined
  return /^\d{9,19}(?:\.\d{1,9})?$/.test(value) ? epoch(Number(value)) : readIso(value.trim(), zone)
}

function readStatus(log: ParsedLog): void {
  for (const key of statuses) {
    const value = own(log.attributes, key)
    const level = levelOf(value)
    if (level === undefined) continue
    log.status = level
    // "completed" begins like critical, and what it said must not be lost
    const word = String(value).trim().toLowerCase()
    if (key === 'status' && (word.startsWith(level) || level.startsWith(word) || typeof value === 'number')) delete log.attributes[key]
    return
  }
}

/** `k:v,k:v`, or a list of such, into single tags: trimmed, none empty, none twice. */
export function readTags(tags: Json): string[] {
  const texts = (Array.isArray(tags) ? tags : [tags]).filter(tag => typeof tag === 'string')
  return [...new Set(texts.flatMap(text => text.split(',')).map(tag => tag.trim()))].filter(tag => tag !== '')
}

/** What was sent, and of what was found in its text all that it does not say itself; a literal dot in a key that was sent counts as nesting. */
export function fill(sent: JsonObject, found: JsonObject): JsonObject {
  for (const _ in found) return merge(sent, hasDots(sent) ? without(found, sent, []) : found)
  return sent
}

function hasDots(object: JsonObject): boolean {
  for (const key in object) {
    const value = object[key]!
    if (key.includes('.') || (isObject(value) && hasDots(value))) return true
  }
  return false
}

/** Both objects in a new one, member by member; where they disagree, the first is right. */
function merge(first: JsonObject, second: JsonObject): JsonObject {
  const merged = { ...first }
  for (const key in second) {
    const value = second[key]!
    const former = own(merged, key)
    if (former === undefined) put(merged, key, value)
    else if (isObject(former) && isObject(value)) put(merged, key, merge(former, value))
  }
  return merged
}

function without(found: JsonObject, sent: JsonObject, path: string[]): JsonObject {
  const left: JsonObject = {}
  for (const [key, value] of Object.entries(found)) {
    const at = [...path, key]
    if (isObject(value)) put(left, key, without(value, sent, at))
    else if (!has(sent, at, 0)) put(left, key, value)
  }
  return left
}

/** Whether an object has a member at the path from its `from`th key on, however many of the keys are written as one. */
function has(object: JsonObject, path: string[], from: number): boolean {
  let key = ''
  for (let i = from; i < path.length; i++) {
    key = i === from ? path[i]! : `${key}.${path[i]}`
    const value = own(object, key)
    if (value === undefined) continue
    if (i === path.length - 1 || (isObject(value) && has(value, path, i + 1))) return true
  }
  return false
}

/** What is wrong with an item as the wire has it, by field. An item that is neither text nor an object has no field to name. */
export function problemsOf(item: Json): Problem[] {
  if (typeof item === 'string') return []
  if (!isObject(item)) return [{ message: `A log is an object or a text, not ${kindOf(item)}` }]
  const problems: Problem[] = []
  const must = (field: string, kind: string, fine: (value: Json) => boolean) => {
    const value = own(item, field)
    if (value !== undefined && value !== null && !fine(value))
      problems.push({ field, message: `${field} must be ${kind}, not ${kindOf(value)}` })
  }
  const isText = (value: Json) => typeof value === 'string'
  must('message', 'a text or an object', value => isText(value) || isObject(value))
  for (const field of ['ddsource', 'hostname', 'service']) must(field, 'a text', isText)
  must('ddtags', 'a text such as "env:prod,team:web"', value => isText(value) || (Array.isArray(value) && value.every(isText)))
  return problems
}

const kindOf = (value: Json) =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : isObject(value)
        ? 'an object'
        : typeof value === 'string'
          ? 'a text'
          : `a ${typeof value}`
