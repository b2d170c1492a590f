import { z } from '@hono/zod-openapi'
import { blockKinds, blockStateOf, type DenylistEntry, normaliseBlocked } from '../../shared/denylist.ts'
import { landings, proofStates } from '../../shared/proof.ts'
import { parseDuration, TimeError } from '../../shared/time.ts'
import { Refusal } from '../lib/errors.ts'

const Person = z.object({ uuid: z.string(), handle: z.string(), name: z.string() })

export const EntryResource = z
  .object({
    id: z.string(),
    type: z.literal('denylist'),
    attributes: z.object({
      kind: z.enum(blockKinds),
      value: z.string(),
      state: z.enum(['waiting', 'active', 'ended']),
      duration_ms: z.number().nullable(),
      created_at: z.number(),
      until: z.number().nullable(),
      reason: z.string(),
      signal_id: z.string().nullable(),
      rule: z.object({ id: z.string(), name: z.string() }).nullable(),
      by: Person,
      approved_by: Person.nullable(),
      ended: z.object({ at: z.number(), by: Person, how: z.string(), reason: z.string() }).nullable(),
      version: z.number(),
    }),
  })
  .openapi('DenylistEntry')

export const entryResource = (entry: DenylistEntry): z.input<typeof EntryResource> => {
  const { id, kind, value, duration, created_at, until, reason, signal_id, rule, by, approved_by, ended, version } = entry
  return {
    id,
    type: 'denylist',
    attributes: {
      ...{ kind, value, state: blockStateOf(entry), duration_ms: duration, created_at, until, reason, signal_id, rule, by, approved_by },
      ended: ended && { at: ended.at, by: ended.by, how: ended.how, reason: ended.reason },
      version,
    },
  }
}

export const Metrics = z.object({
  at: z.number(),
  active: z.number().nullable(),
  dropped_packets: z.number(),
  dropped_bytes: z.number(),
  processed_packets: z.number(),
})
export const ProofResource = z
  .object({
    bouncer: z.object({ id: z.string(), name: z.string() }),
    address: z.string().nullable(),
    type: z.string(),
    version: z.string(),
    state: z.enum(proofStates),
    at: z.number().nullable(),
    last_pull: z.number().nullable(),
    stale: z.boolean(),
    metrics: Metrics.nullable(),
    hint: z.string().optional(),
  })
  .openapi('Proof')
export const LandingResource = z
  .object({
    state: z.enum(landings).openapi({ description: 'Of all enforcers together: what people have to know first' }),
    told: z.number().openapi({ description: 'Enforcers that have been told' }),
    of: z.number().openapi({ description: 'Enforcers that ought to hold it' }),
    silent: z.array(z.string()).openapi({ description: 'Names of those that ought to hold it, and have not asked for too long' }),
    still: z.array(z.string()).openapi({ description: 'Names of those that may hold it still, though it has ended' }),
  })
  .openapi('Landing')

const longest = 10 * 365 * 24 * 3_600_000
export const Duration = z.string().min(1).max(32).openapi({ description: 'permanent, or 15m, 1h30m, 7d', example: '1h' })

/** A duration in ms, null for good. Refuses what is none, and what is over in less than a second. */
export function readDuration(text: string, field = 'data.attributes.duration'): number | null {
  if (text === 'permanent') return null
  const refused = (message: string) => new Refusal(400, 'invalid_duration', message, { problems: [{ field, message }] })
  let ms: number
  try {
    ms = parseDuration(text)
  } catch (error) {
    if (error instanceof TimeError) throw refused(error.message)
    throw error
  }
  if (ms < 1000) throw refused('must be a second or longer')
  if (ms > longest) throw refused('must be ten years or shorter, or permanent')
  return ms
}

/** A value in its one form. */
export function readValue(kind: DenylistEntry['kind'], value: string, field = 'data.attributes.value'): string {
  const read = normaliseBlocked(kind, value)
  if (read !== undefined) return read
  const message = kind === 'ip' ? 'is neither an address nor a CIDR block' : 'is empty or longer than 512 characters'
  throw new Refusal(400, 'invalid', `${value.slice(0, 80)} ${message}`, { problems: [{ field, message }] })
}
