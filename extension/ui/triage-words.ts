import { AlarmClock, AlarmClockOff, Archive, CircleDot, FolderPlus, type IconNode, Siren, Undo2, UserPlus } from 'lucide'
import type { Person } from '../../shared/triage.ts'
import type { SignalRow } from '../messages.ts'
import type { Act } from '../signal-messages.ts'
import { asReason } from './story.ts'
import { exact } from './time.tsx'

// What is said of changes to signals, before, while and after.

export { asReason }

export type Whom = 'me' | 'nobody' | Person

/** What the daemon does to very many signals. */
export type LongAct = Act | 'undo' | 'case' | 'incident'

export const icons: Record<LongAct, IconNode> = {
  open: CircleDot,
  under_review: CircleDot,
  archived: Archive,
  assign: UserPlus,
  snooze: AlarmClock,
  wake: AlarmClockOff,
  undo: Undo2,
  case: FolderPlus,
  incident: Siren,
}
const past: Record<Act, (many: string) => string> = {
  open: many => `Reopened${many}`,
  under_review: many => `Put${many} in review`,
  archived: many => `Archived${many}`,
  assign: many => `Assigned${many}`,
  snooze: many => `Snoozed${many}`,
  wake: many => `Ended the snooze${many && ' of'}${many}`,
}
export const not: Record<Act, string> = {
  open: 'Not reopened',
  under_review: 'Not put in review',
  archived: 'Not archived',
  assign: 'Not assigned',
  snooze: 'Not snoozed',
  wake: 'Still snoozed',
}
const present: Record<LongAct, string> = {
  open: 'Reopening',
  under_review: 'Putting in review',
  archived: 'Archiving',
  assign: 'Assigning',
  snooze: 'Snoozing',
  wake: 'Ending the snooze of',
  undo: 'Undoing',
  case: 'Adding to the case:',
  incident: 'Adding to the incident:',
}

const signals = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'signal' : 'signals'}`

/** `Archived 3 signals as malicious`; of one, `Archived as malicious`. */
export const done = (act: Act, count: number, how = ''): string => `${past[act](count === 1 ? '' : ` ${signals(count)}`)}${how}`
export const doing = (act: LongAct, value: number, max: number): string =>
  `${present[act]} ${value.toLocaleString('en')} of ${max.toLocaleString('en')}`

/** `Not archived: analyst-2 changed this signal 4 s ago`; of many that failed, how many and why the first. */
export function failed(failures: readonly { error: string }[], act: Act): string {
  const [first] = failures
  return failures.length === 1 ? `${not[act]}: ${first!.error}` : `${not[act]} ${signals(failures.length)}. The first: ${first!.error}`
}

/** Cases that are named; the others are counted. */
const mostNamed = 3
/** Leaving a case is no part of an undo: ` It stays in SEC-1.` */
function staying(count: number, cases: readonly string[]): string {
  const keys = [...new Set(cases)]
  if (keys.length === 0 || count === 0) return ''
  const left = keys.length - mostNamed
  const named = keys.slice(0, mostNamed).join(', ') + (left > 0 ? ` and ${left.toLocaleString('en')} more` : '')
  return count === 1 ? `It stays in ${named}.` : `What is in ${named} stays there.`
}
const undoneFor = (count: number): string => (count === 1 ? 'Undone' : `Undone for ${signals(count)}`)
/** `Undone. It stays in SEC-1.` */
export function undone(count: number, cases: readonly string[] = []): string {
  const stays = staying(count, cases)
  return undoneFor(count) + (stays && `. ${stays}`)
}

const skips = {
  changed: 'was changed since',
  locked: 'is older than 30 days',
  archived: 'is archived',
  not_found: 'is not there any more',
} as const
type Skip = keyof typeof skips
/** `Undone for 3 signals. 1 signal was changed since by bo and stays as it is.` */
export function notUndone(of: { undone: number; skipped: readonly { reason: string; by?: string }[]; cases?: readonly string[] }): string {
  const { undone: count, skipped, cases = [] } = of
  const [first] = skipped
  const why = first && Object.hasOwn(skips, first.reason) ? skips[first.reason as Skip] : 'cannot change'
  const who = first?.by ? ` by ${first.by}` : ''
  const rest =
    skipped.length === 1
      ? `1 signal ${why}${who} and stays as it is.`
      : `${signals(skipped.length)} stay as they are: the first ${why}${who}.`
  // "it" would be the one that was left alone
  return [`${count === 0 ? 'Not undone' : undoneFor(count)}.`, rest, staying(count && 2, cases)].filter(Boolean).join(' ')
}

export const whom = (to: Whom): string => (to === 'me' ? 'you' : to === 'nobody' ? 'nobody' : to.name || to.handle)
export const until = (time: number): string => ` until ${exact(time)}`

/** `root +22`, or the service where no user is known. */
export const about = ({ users, services }: SignalRow): string =>
  users.length > 1 ? `${users[0]} +${users.length - 1}` : (users[0] ?? services[0] ?? '')
