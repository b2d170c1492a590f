import { isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'

/** What one log may hold: bytes of UTF-8 in all and in one attribute, keys, characters of a key, tags. */
export const limits = { bytes: 1_000_000, string: 256 * 1024, keys: 1000, keyLength: 512, tags: 1000 }

// What is left for the message where attributes alone would fill the log.
const leastMessage = 16 * 1024

const bytesOf = (text: string) => Buffer.byteLength(text)
const loneSurrogate = /\p{Surrogate}/u
const wellFormed = (text: string) => (loneSurrogate.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text)

/**
 * A log within `limits` whose texts are valid Unicode: the same log where it already is, which is nearly always. What had to be shortened is
 * marked by `signalbox.truncated: true`, and what has no room as an attribute stands in `signalbox.rest`, one JSON text of paths and values.
 */
export const bound = (log: NewLog): NewLog => (fits(log) ? log : shortened(log))

/** Whether a log is within the limits beyond doubt: each UTF-16 unit is counted as the three bytes that it takes at most. */
function fits(log: NewLog): boolean {
  let keys = 0
  let units = log.message.length
  const holds = (value: Json): boolean => {
    if (typeof value === 'string') {
      units += value.length
      return value.length * 3 <= limits.string && !loneSurrogate.test(value)
    }
    units += 8
    if (typeof value !== 'object' || value === null) return true
    if (Array.isArray(value)) return value.every(holds)
    for (const key in value) {
      units += key.length
      if (++keys > limits.keys || key.length > limits.keyLength || loneSurrogate.test(key) || !holds(value[key]!)) return false
    }
    return true
  }
  const words = [log.service ?? '', log.source ?? '', log.host ?? '']
  if (log.tags.length > limits.tags || loneSurrogate.test(log.message)) return false
  return holds(words) && holds(log.tags) && holds(log.attributes) && units * 3 <= limits.bytes
}

function shortened(log: NewLog): NewLog {
  let keys = 0
  let room = limits.bytes - leastMessage
  let truncated = false
  let paths = 0
  const rest: Json[] = []

  // a path can be far longer than the value at its end, so paths have a bound of their own
  const keep = (path: string, value: Json): void => {
    paths += path.length
    if (paths <= limits.string) rest.push({ path, value })
    else truncated = true
  }
  const word = (text: string): string => {
    const whole = wellFormed(text)
    const short = cut(whole, Math.min(limits.string, room))
    if (short.length < whole.length) truncated = true
    room -= bytesOf(short) + 4
    return short
  }
  const copy = (value: Json, path: string): Json => {
    if (typeof value === 'string') return word(value)
    room -= 8
    if (typeof value !== 'object' || value === null) return value
    if (!Array.isArray(value)) return members(value, path)
    const kept: Json[] = []
    for (const item of value) {
      if (room <= 0) break
      kept.push(copy(item, path))
    }
    if (kept.length < value.length) keep(path, value.slice(kept.length))
    return kept
  }
  const members = (object: JsonObject, path: string): JsonObject => {
    const kept: JsonObject = {}
    for (const key in object) {
      const value = object[key]!
      const at = path === '' ? key : `${path}.${key}`
      const name = wellFormed(key)
      if (++keys > limits.keys || key.length > limits.keyLength || room <= 0 || Object.hasOwn(kept, name)) {
        keep(at, value)
        continue
      }
      room -= bytesOf(key) + 4
      put(kept, name, copy(value, at))
    }
    return kept
  }

  const whole: NewLog = { ...log, tags: log.tags.slice(0, limits.tags).map(word) }
  for (const field of ['service', 'source', 'host'] as const) if (log[field] !== undefined) whole[field] = word(log[field])
  if (log.tags.length > limits.tags) keep('ddtags', log.tags.slice(limits.tags))
  whole.attributes = members(log.attributes, '')
  const restText = rest.length > 0 ? word(JSON.stringify(rest)) : undefined
  const message = wellFormed(log.message)
  whole.message = cut(message, room + leastMessage)
  if (truncated || restText !== undefined || whole.message.length < message.length) mark(whole.attributes, restText)
  return whole
}

/** The longest beginning of a text that takes at most `bytes`, never half a character. */
function cut(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || bytesOf(text) <= bytes) return text
  const buffer = Buffer.from(text)
  let end = Math.max(0, bytes)
  while (end > 0 && (buffer[end]! & 0xc0) === 0x80) end--
  return buffer.toString('utf8', 0, end)
}

function mark(attributes: JsonObject, rest: string | undefined): void {
  const sent = Object.hasOwn(attributes, 'signalbox') ? attributes['signalbox']! : {}
  const flags: JsonObject = isObject(sent) ? { ...sent } : { sent }
  if (rest !== undefined) flags['rest'] = rest
  flags['truncated'] = true
  attributes['signalbox'] = flags
}
