import type { Json, JsonObject } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import type { Sample } from '../../shared/signal.ts'

const maxMessage = 8192
const maxAttributes = 16_384
/** Members of attributes too large to copy whole that are kept where they are small. */
const maxMember = 2048
/** What a sample costs beside its texts, bytes. */
const overhead = 200
const plenty = Number.MAX_SAFE_INTEGER
const firsts = 5
/** The first 5 and the last 5. */
export const maxSamples = 10

/** A copy of a log as far as a signal keeps it: message cut at 8,192 characters, attributes at 16,384 of JSON. */
export function sampleOf(log: Log): Sample {
  const { id, timestamp, message, service, source, host, status, tags, attributes } = log
  return {
    id,
    queryIndex: 0,
    timestamp,
    message: message.length <= maxMessage ? message : `${message.slice(0, maxMessage).replace(/[\uD800-\uDBFF]$/, '')}…`,
    ...(service !== undefined && { service }),
    ...(source !== undefined && { source }),
    ...(host !== undefined && { host }),
    status,
    tags: tags.slice(0, 100),
    attributes: smallEnough(attributes),
  }
}

function smallEnough(attributes: JsonObject): JsonObject {
  if (sizeWithin(attributes, maxAttributes) >= 0) return attributes
  let left = maxAttributes
  const fits = ([key, value]: [string, Json]) => {
    if (sizeWithin(value, maxMember) < 0) return false
    const after = sizeWithin(value, left) - key.length - 4
    if (after >= 0) left = after
    return after >= 0
  }
  // fromEntries defines its keys, so that one called __proto__ stays data
  return Object.fromEntries(Object.entries(attributes).filter(fits))
}

/** What is left of `room` after a value's JSON, or below 0 as soon as it is too long. Nearly: it runs for every log that matches. */
function sizeWithin(value: Json, room: number): number {
  if (typeof value === 'string') return room - value.length - 2
  if (typeof value !== 'object' || value === null) return room - 5
  let left = room - 2
  if (Array.isArray(value)) for (let i = 0; i < value.length && left >= 0; i++) left = sizeWithin(value[i]!, left - 1)
  else for (const key in value) if ((left = sizeWithin(value[key]!, left - key.length - 4)) < 0) break
  return left
}

/** Bytes that a sample takes, nearly: its texts, the JSON of its attributes, and what every object costs. */
export const sizeOf = ({ message, host = '', service = '', source = '', tags, attributes }: Sample): number =>
  overhead + plenty - sizeWithin([message, host, service, source, tags, attributes], plenty)

/**
 * Put a sample in its place by event time and, past ten, take one out of the middle, but not a query's only one while there is another. Answers
 * the one that was taken out.
 */
export function addSample(samples: Sample[], sample: Sample): Sample | undefined {
  let at = samples.length
  while (at > 0 && samples[at - 1]!.timestamp > sample.timestamp) at--
  samples.splice(at, 0, sample)
  if (samples.length <= maxSamples) return undefined
  const spare = samples.findIndex((one, i) => i >= firsts && samples.some((other, j) => j !== i && other.queryIndex === one.queryIndex))
  return samples.splice(spare < 0 ? firsts : spare, 1)[0]
}
