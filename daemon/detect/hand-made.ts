import { z } from 'zod'
import { set } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import { severities } from '../../shared/severity.ts'
import type { Detection, Sample } from '../../shared/signal.ts'
import { gatherFacts } from './facts.ts'
import { addSample, sampleOf } from './samples.ts'
import { tagsOf } from './signal.ts'

const Time = z.int().min(0).max(8.64e15)
const entity = /^(@network\.client\.ip|@usr\.id|@usr\.name|host|service):(.+)$/s

/** A signal that a person raises. */
export const HandMade = z
  .strictObject({
    title: z.string().min(1).max(512),
    severity: z.enum(severities),
    message: z.string().max(65_536).default(''),
    tags: z.array(z.string().max(200)).max(100).default([]),
    /** Written as a signal has them: `@usr.name:root`, `host:web-1`. */
    entities: z
      .array(
        z
          .string()
          .max(512)
          .regex(entity, { error: 'must be an address, user, host or service, such as @network.client.ip:203.0.113.9 or host:web-1' }),
      )
      .max(100)
      .default([]),
    /** Ids of the logs that show it. */
    logs: z.array(z.string().max(128)).max(100).default([]),
    /** Event times, ms UTC; those of the logs unless they are given. */
    first_seen: Time.optional(),
    last_seen: Time.optional(),
  })
  .refine(({ first_seen: first, last_seen: last }) => first === undefined || last === undefined || first <= last, {
    path: ['last_seen'],
    error: 'must not lie before first_seen',
  })
export type HandMade = z.output<typeof HandMade>

/** What stands where other signals have their rule. */
const rule = { id: 'manual', name: 'Raised by hand', type: 'manual', version: 1, detectionMethod: 'manual', isDefault: false }

/** The detection of a signal that a person raises `now`, ms UTC, with the logs that it names. */
export function handMade({ title, severity, message, tags, entities, ...given }: HandMade, logs: readonly Log[], now: number): Detection {
  const times = logs.map(({ timestamp }) => timestamp)
  const first = given.first_seen ?? (times.length > 0 ? Math.min(...times) : (given.last_seen ?? now))
  const detection: Detection = {
    title,
    message,
    severity,
    rule: { ...rule, tags },
    case: { name: '', status: severity, condition: '' },
    group: {},
    stream: 'live',
    first_seen: first,
    last_seen: given.last_seen ?? Math.max(first, ...times),
    events_matched: logs.length,
    queries: [],
    samples: [],
    tags,
    services: [],
    hosts: [],
    entities: [],
    attributes: {},
  }
  const gather = gatherFacts(detection)
  for (const text of entities) gather(named(text))
  for (const log of logs) {
    const sample = sampleOf(log)
    addSample(detection.samples, sample)
    gather(sample)
  }
  return { ...detection, tags: tagsOf(detection) }
}

/** What a log would look like that names one entity and nothing else. */
function named(text: string): Sample {
  const [, kind = '', value = ''] = entity.exec(text) ?? []
  const sample: Sample = { id: '', queryIndex: 0, timestamp: 0, message: '', status: 'info', tags: [], attributes: {} }
  if (kind.startsWith('@')) set(sample.attributes, kind.slice(1).split('.'), value)
  return kind === 'host' || kind === 'service' ? { ...sample, [kind]: value } : sample
}
