import type { JsonObject } from '../../shared/json.ts'
import type { Signal } from '../../shared/signal.ts'
import { type ArchiveReason, isLocked, type Person, type State, type Triage } from '../../shared/triage.ts'
import { Refusal } from '../lib/errors.ts'

/** What somebody wants of a signal. Absent: leave it. `assignee` null: nobody. */
export interface Change {
  state?: State
  archive_reason?: ArchiveReason
  archive_comment?: string
  assignee?: Person | null
  /** The version of the triage that they saw. A newer one on the daemon's side refuses the change; what detection adds meanwhile does not. */
  version?: number
}

/** One thing that changed, in words for the audit trail and as it was and is. */
export interface Step {
  kind: 'state' | 'assignee'
  message: string
  before: JsonObject
  after: JsonObject
}

const shown = (person: Person | null) => person?.handle ?? 'nobody'

/** Decide a change of triage: the new triage and its steps, none where it asks for what is. Refuses a locked signal (400) and a stale version (409). */
export function move(
  { id, timestamp, triage: before }: Signal,
  change: Change,
  by: Person,
  now: number,
): { triage: Triage; steps: Step[] } {
  if (isLocked(timestamp, now)) throw new Refusal(400, 'locked', `Signal ${id} is older than 30 days and can no longer change`)
  if (change.version !== undefined && change.version < before.version)
    throw new Refusal(
      409,
      'stale_version',
      `Signal ${id} has changed since: it is at version ${before.version}, the change was made for version ${change.version}`,
      {
        problems: [{ field: 'data.attributes.version', message: `is ${change.version}, the signal is at ${before.version}` }],
      },
    )
  const steps: Step[] = []
  let triage = before
  if (change.state !== undefined && changesState(before, change)) {
    triage = withState(before, change, by, now)
    const reason = change.state === 'archived' && triage.archive_reason ? ` as ${triage.archive_reason}` : ''
    steps.push({
      kind: 'state',
      message: `changed the state of signal ${id} from ${before.state} to ${change.state}${reason}`,
      before: stateOf(before),
      after: stateOf(triage),
    })
  }
  if (change.assignee !== undefined && change.assignee?.uuid !== before.assignee?.uuid) {
    triage = { ...triage, assignee: change.assignee }
    steps.push({
      kind: 'assignee',
      message: `assigned signal ${id} to ${shown(change.assignee)}, before ${shown(before.assignee)}`,
      before: { assignee: shown(before.assignee) },
      after: { assignee: shown(change.assignee) },
    })
  }
  return { triage: steps.length === 0 ? before : { ...triage, version: before.version + 1 }, steps }
}

const changesState = (before: Triage, { state, archive_reason: reason, archive_comment: comment }: Change) =>
  state !== before.state ||
  (state === 'archived' &&
    ((reason !== undefined && reason !== before.archive_reason) || (comment !== undefined && comment !== before.archive_comment)))

/** Leaving the archive clears reason and comment; the timeline keeps them. */
function withState(
  { archive_reason: _, archive_comment: __, archive_comment_timestamp: ___, archive_comment_user: ____, ...rest }: Triage,
  change: Change,
  by: Person,
  now: number,
): Triage {
  const triage: Triage = { ...rest, state: change.state!, state_update_timestamp: now, state_update_user: by }
  if (change.state !== 'archived') return triage
  return {
    ...triage,
    archive_reason: change.archive_reason ?? 'none',
    ...(change.archive_comment !== undefined && {
      archive_comment: change.archive_comment,
      archive_comment_timestamp: now,
      archive_comment_user: by,
    }),
  }
}

const stateOf = ({ state, archive_reason: reason, archive_comment: comment }: Triage): JsonObject => ({
  state,
  ...(reason !== undefined && { archive_reason: reason }),
  ...(comment !== undefined && { archive_comment: comment }),
})
