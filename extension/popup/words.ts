import type { ArchiveReason, State } from '../../shared/triage.ts'
import type { Moved, SignalRow } from '../messages.ts'
import { asReason } from '../ui/story.ts'

const done: Record<State, (many: string) => string> = {
  open: many => `Reopened${many}`,
  under_review: many => `Put${many} in review`,
  archived: many => `Archived${many}`,
}
const notDone: Record<State, string> = { open: 'Not reopened', under_review: 'Not put in review', archived: 'Not archived' }
const doing: Record<State, string> = { open: 'Reopening', under_review: 'Putting in review', archived: 'Archiving' }

const many = (rows: readonly SignalRow[]) => (rows.length === 1 ? '' : ` ${rows.length} signals`)

/** `Archived 3 signals as malicious`; of one, `Archived as malicious`. */
export const moved = (rows: readonly SignalRow[], to: State, reason?: ArchiveReason) => `${done[to](many(rows))}${asReason(reason)}`
export const moving = (to: State, value: number, max: number) => `${doing[to]} ${value} of ${max}`
export const assigned = (rows: readonly SignalRow[], to: 'me' | 'nobody') => `Assigned${many(rows)} to ${to === 'me' ? 'you' : 'nobody'}`

/** `Not archived: analyst-2 changed this signal 4 s ago`; of many that failed, how many and why the first. */
export function failed(failures: Moved['failed'], to: State | 'assign'): string {
  const say = to === 'assign' ? 'Not assigned' : notDone[to]
  const [first] = failures
  return failures.length === 1 ? `${say}: ${first!.error}` : `${say} ${failures.length} signals. The first: ${first!.error}`
}

/** `root +22`, or the service where no user is known. */
export const whom = ({ users, services }: SignalRow) =>
  users.length > 1 ? `${users[0]} +${users.length - 1}` : (users[0] ?? services[0] ?? '')
