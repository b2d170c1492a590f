import { z } from '@hono/zod-openapi'
import { intentions, type Match } from '../../shared/indicator.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { rank } from '../../shared/severity.ts'
import type { Signal, Triaged } from '../../shared/signal.ts'
import { isLocked, type Person, type Snooze } from '../../shared/triage.ts'
import { worstOn } from '../../shared/verdict.ts'
import { signalBody } from '../engine/docs.ts'
import { messageOf } from '../engine/message.ts'
import { type DueTimes, dueOf } from './due.ts'

/** Datadog's wire form of signals, as recorded from the real service. The list has the body under `attributes`, the single one under `custom`: both carry both. */
const Attributes = z.looseObject({
  timestamp: z.string(),
  message: z.string(),
  tags: z.array(z.string()),
  status: z.string(),
  service: z.array(z.string()),
  attributes: z.looseObject({}),
  custom: z.looseObject({}),
})
export const SignalResource = z.object({ id: z.string(), type: z.literal('signal'), attributes: Attributes }).openapi('Signal')

/** `now` in ms UTC decides the lock and, with `due`, what is late. Extra facts for the extension stand under `x_local`. */
export const createSignalResource =
  (now: () => number, due: () => DueTimes) =>
  (signal: Signal): z.input<typeof SignalResource> => {
    const { detection, timestamp, triage } = signal
    const body = signalBody(signal)
    const { network } = detection.attributes as { network?: { client?: { ip?: string | string[] }; ip?: { list?: string[] } } }
    const ip = detection.group['@network.client.ip'] ?? [network?.client?.ip].flat()[0] ?? network?.ip?.list?.[0] ?? null
    return {
      id: signal.id,
      type: 'signal',
      attributes: {
        timestamp: new Date(timestamp).toISOString(),
        triggering_log_timestamp: new Date(detection.last_seen).toISOString(),
        message: messageOf(detection),
        status: detection.severity,
        severity: rank(detection.severity),
        service: detection.services,
        ...(detection.hosts[0] !== undefined && { host: detection.hosts[0] }),
        tags: detection.tags,
        attributes: body,
        custom: body,
        x_local: {
          version: triage.version,
          ...(triage.changed && { changed: { by: { ...triage.changed.by }, at: triage.changed.at } }),
          ...(triage.state_update_timestamp > 0 && { state_changed_at: triage.state_update_timestamp }),
          ...(triage.snooze && { snooze: snoozeAttributes(triage.snooze) }),
          notes: triage.notes ?? 0,
          cases: (triage.cases ?? []).map(({ id, key }) => ({ id, key })),
          incidents: triage.incident_ids,
          due: dueOf(signal, due(), now()),
          locked: isLocked(timestamp, now()),
          timestamp_ms: timestamp,
          ip,
          group: Object.values(detection.group),
          verdict: ip === null ? null : worstOn(ip, matchesOf(detection)),
          users: usersOf(detection),
        },
      },
    }
  }

// a sender's own threat_intel stands in a log of which no feed knows anything, and may be anything
const isMatch = (value: Json): value is Json & Match =>
  isObject(value) &&
  typeof value['indicator'] === 'string' &&
  typeof value['category'] === 'string' &&
  (intentions as readonly Json[]).includes(value['intention'] ?? null)
/** What feeds said of the logs of a signal. */
export const matchesOf = ({ attributes }: Signal['detection']): Match[] =>
  [get(attributes, 'threat_intel', 'results') ?? []].flat().filter(isMatch)

/** The users of a signal, those first who got in: of a brute force that succeeded, whose account it is matters most. */
function usersOf({ entities, samples }: Signal['detection']): string[] {
  const gotIn = samples
    .filter(({ attributes }) => get(attributes, 'evt', 'outcome') === 'success')
    .map(({ attributes }) => get(attributes, 'usr', 'name'))
  const all = entities.flatMap(entity => /^@usr\.(?:name|id):(.*)$/s.exec(entity)?.[1] ?? [])
  return [...new Set([...gotIn.filter(name => typeof name === 'string'), ...all])]
}

const Assignee = z.looseObject({
  id: z.number(),
  uuid: z.string(),
  handle: z.string().optional(),
  name: z.string().nullable().optional(),
  icon: z.string().optional(),
})
export const TriageResource = z
  .object({
    id: z.string(),
    type: z.literal('signal_metadata'),
    attributes: z.looseObject({
      state: z.string(),
      assignee: Assignee,
      incident_ids: z.array(z.number()),
      state_update_timestamp: z.number().optional(),
      archive_reason: z.string().optional(),
      archive_comment: z.string().optional(),
    }),
  })
  .openapi('SignalTriage')

const assignee = (person: Person | null): JsonObject & { id: number; uuid: string } =>
  person
    ? { id: 0, uuid: person.uuid, handle: person.handle, name: person.name, icon: '' }
    : { id: -1, uuid: '', handle: '', name: 'Unassigned', icon: '' }

const snoozeAttributes = ({ until, reason, by, at }: Snooze) => ({ until, reason, by: { ...by }, at })

/** Triage as the wire has it: times in ms, nobody as id -1. */
export const triageAttributes = ({ triage: t }: Triaged) => ({
  state: t.state,
  assignee: assignee(t.assignee),
  incident_ids: t.incident_ids,
  state_update_timestamp: t.state_update_timestamp,
  ...(t.state_update_user && { state_update_user: assignee(t.state_update_user) }),
  ...(t.archive_reason !== undefined && { archive_reason: t.archive_reason }),
  ...(t.archive_comment !== undefined && {
    archive_comment: t.archive_comment,
    archive_comment_timestamp: t.archive_comment_timestamp!,
    archive_comment_user: assignee(t.archive_comment_user!),
  }),
  ...(t.snooze && { x_local_snooze: snoozeAttributes(t.snooze) }),
  x_local_version: t.version,
})
export const triageResource = (signal: Triaged): z.input<typeof TriageResource> => ({
  id: signal.id,
  type: 'signal_metadata',
  attributes: triageAttributes(signal),
})
