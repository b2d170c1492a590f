import { incidentKey } from '../../shared/incident.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Signal } from '../../shared/signal.ts'
import { type ArchiveReason, type Aspect, aspects, isLocked, type Person, type State, type Triage } from '../../shared/triage.ts'
import { Refusal } from '../lib/errors.ts'

/** What somebody wants of a signal. Absent: leave it. `assignee` null: nobody; `snooze` null: back into the queue. */
export interface Change {
  state?: State
  archive_reason?: ArchiveReason
  archive_comment?: string
  assignee?: Person | null
  /** `until` in ms UTC. */
  snooze?: { until: number; reason: string } | null
  /** Public ids of all incidents that it is to be part of. */
  incident_ids?: number[]
  /** The version of the triage that they saw. A newer one on the daemon's side refuses the change; what detection adds meanwhile does not. */
  version?: number
}

/** One thing that changed, in words for the audit trail and as it was and is. */
export interface Step {
  kind: Aspect
  message: string
  before: JsonObject
  after: JsonObject
}

/** As much of a signal as its triage needs. */
export type Movable = Pick<Signal, 'id' | 'timestamp' | 'triage'>

interface Moved {
  triage: Triage
  /** None where nothing changed. */
  steps: Step[]
}

/** Decide a change of triage: the new triage and its steps, none where it asks for what is. Refuses a locked signal (400) and a stale version (409). */
export function move(signal: Movable, change: Change, by: Person, now: number): Moved {
  refuseLocked(signal, now)
  const { id, triage: before } = signal
  if (change.version !== undefined && change.version < before.version)
    throw new Refusal(
      409,
      'stale_version',
      `Signal ${id} has changed since: it is at version ${before.version}, the change was made for version ${change.version}`,
      {
        problems: [{ field: 'data.attributes.version', message: `is ${change.version}, the signal is at ${before.version}` }],
      },
    )
  let triage = before
  if (change.state !== undefined && changesState(before, change)) triage = withState(triage, change, by, now)
  if (change.assignee !== undefined && change.assignee?.uuid !== before.assignee?.uuid) triage = { ...triage, assignee: change.assignee }
  if (change.snooze && triage.state === 'archived')
    throw new Refusal(400, 'archived', `Signal ${id} is archived: there is nothing to snooze`)
  if (change.snooze !== undefined) triage = withSnooze(triage, change.snooze, by, now)
  if (change.incident_ids !== undefined) triage = { ...triage, incident_ids: [...new Set(change.incident_ids)] }
  // what is archived is done: it does not come back by itself
  if (triage.state === 'archived') triage = withSnooze(triage, null, by, now)
  const isTakenUp = triage.state !== 'open' || triage.assignee !== null || triage.snooze !== undefined || triage.incident_ids.length > 0
  if (triage.acknowledged_at === undefined && isTakenUp) triage = { ...triage, acknowledged_at: now }
  return finish(id, before, triage, by, now)
}

/** Put aspects of a signal's triage back to what they were before a change. A snooze that has ended meanwhile stays ended. */
export function putBack(signal: Movable, earlier: Triage, which: readonly Aspect[], by: Person, now: number): Moved {
  refuseLocked(signal, now)
  const { id, triage: before } = signal
  let triage = before
  if (which.includes('state')) {
    const { archive_reason, archive_comment, archive_comment_timestamp, archive_comment_user, resolved_at } = earlier
    triage = {
      ...withoutArchive(triage),
      state: earlier.state,
      state_update_timestamp: now,
      state_update_user: by,
      ...(archive_reason !== undefined && { archive_reason }),
      ...(archive_comment !== undefined && { archive_comment }),
      ...(archive_comment_timestamp !== undefined && { archive_comment_timestamp }),
      ...(archive_comment_user !== undefined && { archive_comment_user }),
      ...(resolved_at !== undefined && { resolved_at }),
    }
  }
  if (which.includes('assignee')) triage = { ...triage, assignee: earlier.assignee }
  if (which.includes('incidents')) triage = { ...triage, incident_ids: earlier.incident_ids }
  if (which.includes('snooze')) {
    const { snooze: _, ...rest } = triage
    triage = earlier.snooze && earlier.snooze.until > now ? { ...rest, snooze: earlier.snooze } : rest
  }
  const { acknowledged_at: _, ...rest } = triage
  triage = earlier.acknowledged_at === undefined ? rest : { ...rest, acknowledged_at: earlier.acknowledged_at }
  return finish(id, before, triage, by, now)
}

/** Take a signal out of an incident that is no more. That is no decision about the signal: it may be locked. */
export const withoutIncident = ({ id, triage }: Movable, incident: number, by: Person, now: number): Moved =>
  finish(id, triage, { ...triage, incident_ids: triage.incident_ids.filter(other => other !== incident) }, by, now)

function refuseLocked({ id, timestamp }: Movable, now: number): void {
  if (isLocked(timestamp, now)) throw new Refusal(400, 'locked', `Signal ${id} is older than 30 days and can no longer change`)
}

function finish(id: string, before: Triage, after: Triage, by: Person, now: number): Moved {
  const steps = aspects.flatMap(kind => {
    const { of, keyOf, say } = about[kind]
    return keyOf(before) === keyOf(after)
      ? []
      : [{ kind, message: say(`signal ${id}`, before, after), before: of(before), after: of(after) }]
  })
  if (steps.length === 0) return { triage: before, steps }
  return { triage: { ...after, version: before.version + 1, changed: { by, at: now } }, steps }
}

const shown = (person: Person | null) => person?.handle ?? 'nobody'
const stateOf = ({ state, archive_reason: reason, archive_comment: comment }: Triage): JsonObject => ({
  state,
  ...(reason !== undefined && { archive_reason: reason }),
  ...(comment !== undefined && { archive_comment: comment }),
})
const snoozeOf = ({ snooze }: Triage): JsonObject => (snooze ? { snoozed_until: snooze.until, reason: snooze.reason } : {})

/** How each aspect shows in audit trail and timeline, and what tells whether it changed. */
const about: Record<
  Aspect,
  { of(t: Triage): JsonObject; keyOf(t: Triage): string; say(signal: string, before: Triage, after: Triage): string }
> = {
  state: {
    of: stateOf,
    keyOf: triage => JSON.stringify(stateOf(triage)),
    say: (signal, before, after) =>
      `changed the state of ${signal} from ${before.state} to ${after.state}${after.archive_reason ? ` as ${after.archive_reason}` : ''}`,
  },
  assignee: {
    of: ({ assignee }) => ({ assignee: shown(assignee) }),
    keyOf: ({ assignee }) => assignee?.uuid ?? '',
    say: (signal, before, after) => `assigned ${signal} to ${shown(after.assignee)}, before ${shown(before.assignee)}`,
  },
  snooze: {
    of: snoozeOf,
    keyOf: triage => JSON.stringify(snoozeOf(triage)),
    say: (signal, _, { snooze }) =>
      snooze ? `snoozed ${signal} until ${new Date(snooze.until).toISOString()}` : `ended the snooze of ${signal}`,
  },
  incidents: {
    of: ({ incident_ids }) => ({ incident_ids }),
    keyOf: ({ incident_ids: ids }) => JSON.stringify(ids),
    say: (signal, before, after) => `made ${signal} part of ${incidentsOf(after)}, before ${incidentsOf(before)}`,
  },
}

const incidentsOf = ({ incident_ids: ids }: Triage): string => ids.map(incidentKey).join(', ') || 'no incident'

const changesState = (before: Triage, { state, archive_reason: reason, archive_comment: comment }: Change) =>
  state !== before.state ||
  (state === 'archived' &&
    ((reason !== undefined && reason !== before.archive_reason) || (comment !== undefined && comment !== before.archive_comment)))

/** Leaving the archive clears reason and comment; the timeline keeps them. */
const withoutArchive = ({
  archive_reason: _,
  archive_comment: __,
  archive_comment_timestamp: ___,
  archive_comment_user: ____,
  resolved_at: _____,
  ...rest
}: Triage): Triage => rest

function withState(before: Triage, change: Change, by: Person, now: number): Triage {
  const triage: Triage = { ...withoutArchive(before), state: change.state!, state_update_timestamp: now, state_update_user: by }
  if (change.state !== 'archived') return triage
  return {
    ...triage,
    resolved_at: before.resolved_at ?? now,
    archive_reason: change.archive_reason ?? 'none',
    ...(change.archive_comment !== undefined && {
      archive_comment: change.archive_comment,
      archive_comment_timestamp: now,
      archive_comment_user: by,
    }),
  }
}

function withSnooze(
  { snooze: before, ...rest }: Triage,
  wanted: { until: number; reason: string } | null,
  by: Person,
  now: number,
): Triage {
  if (!wanted) return rest
  const isSame = before?.until === wanted.until && before.reason === wanted.reason
  return { ...rest, snooze: isSame ? before : { ...wanted, by, at: now } }
}
