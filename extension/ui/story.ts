import { type ArchiveReason, reasonLabels, type State } from '../../shared/triage.ts'
import type { Deed, SignalDetails, SignalRow } from '../messages.ts'
import { exact } from './time.tsx'

/** `a`, `a and b`, `a, b and 3 more`. */
function some(values: readonly string[], most = 2): string {
  const shown = values.slice(0, most)
  const rest = values.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `at once`, `within 7 min`; ms. */
function span(ms: number): string {
  const [unit, size] =
    ms < 60_000 ? ['s', 1_000] : ms < 5_400_000 ? ['min', 60_000] : ms < 172_800_000 ? ['h', 3_600_000] : ['days', 86_400_000]
  return ms < 1_000 ? '' : ` within ${Math.ceil(ms / Number(size))} ${unit}`
}

/** What happened in one sentence: who, how often, in what time, where, to whom. */
export function sentence({ row, hosts }: Pick<SignalDetails, 'row' | 'hosts'>): string {
  const { ip, users, services, events_matched: events } = row
  const who = ip ?? users[0]
  const logs = `${events.toLocaleString('en')} matching ${events === 1 ? 'log' : 'logs'}`
  const where = [hosts.length > 0 && ` on ${some(hosts)}`, services.length > 0 && ` in ${some(services)}`].filter(Boolean).join('')
  const named = ip === null ? users.slice(1) : users
  if (events === 0) return `It names no logs${who === undefined ? '' : `, but ${some([who, ...named], 3)}`}${where}.`
  const whom = named.length > 0 ? `, naming ${some(named, 3)}` : ''
  return `${who === undefined ? logs : `${who} caused ${logs}`}${span(row.last_seen - row.first_seen)}${where}${whom}.`
}

/** `failures > 5: 40`; with several queries each is named. */
export function measured({ condition, queries }: Pick<SignalDetails, 'condition' | 'queries'>): string {
  const [first] = queries
  if (!first) return condition
  const amounts =
    queries.length === 1 && condition !== '' ? String(first.value) : queries.map(({ name, value }) => `${name} ${value}`).join(', ')
  return `${condition || 'any match'}: ${amounts}`
}

/** `technique:T1110-brute-force` → `T1110 brute force`. */
export const attack = (tag: string): string => tag.replace(/^\w+:/, '').replaceAll('-', ' ').trim()

/** ` as malicious`, to follow what was done; nothing without a reason. */
export const asReason = (reason: ArchiveReason = 'none'): string => (reason === 'none' ? '' : ` as ${reasonLabels[reason].toLowerCase()}`)

export const reasonOf = (reason: ArchiveReason): string => (reason === 'none' ? 'No reason' : reasonLabels[reason])

const states: Record<string, (deed: Deed) => string> = {
  open: () => 'reopened it',
  under_review: () => 'put it in review',
  archived: ({ reason }) => `archived it${asReason(reason)}`,
} satisfies Record<State, (deed: Deed) => string>
const kinds: Record<string, (deed: Deed) => string> = {
  opened: ({ to }) => `opened it${to && ` as ${to}`}`,
  retitled: ({ from, to }) => (from === to ? 'gave it another title' : `changed the severity from ${from} to ${to}`),
  state: deed => (Object.hasOwn(states, deed.to) ? states[deed.to]!(deed) : `set it to ${deed.to}`),
  snooze: ({ until }) => (until === undefined ? 'ended its snooze' : `snoozed it until ${exact(until)}`),
  woken: ({ to }) => (to === 'severity' ? 'brought it back: it has become more severe' : 'brought it back: the snooze has ended'),
  blocked: ({ to, until }) => `blocked ${to}${until === undefined ? ' for good' : ` until ${exact(until)}`}`,
  block_asked: ({ to }) => `asked to block ${to}: somebody has to agree`,
  flagged: ({ from, to, until }) => `flagged ${to} as ${from}${until === undefined ? '' : ` until ${exact(until)}`}`,
  not_blocked: ({ to, from }) => `did not block ${to}: ${from}`,
  case_linked: ({ to }) => `added it to the case ${to}`,
  case_unlinked: ({ to }) => `unlinked it from the case ${to}`,
  incidents: ({ to }) => (to === '' ? 'took it out of its incidents' : `made it part of ${to}`),
  note: () => 'wrote a note',
  note_edited: () => 'edited a note',
  note_deleted: () => 'deleted a note',
  workflow: ({ comment }) => `ran the workflow ${comment}`,
  workflow_ended: ({ to, comment }) => `ran the workflow ${comment}, which ${to === 'canceled' ? 'was canceled' : to}`,
  assignee: ({ to }) => (to === 'nobody' || to === '' ? 'assigned it to nobody' : `assigned it to ${to}`),
}

/** What nobody did, and detection neither. */
const ownKinds = new Set(['woken', 'blocked', 'block_asked', 'not_blocked', 'flagged'])

/** `Detection opened it as high`, `Mara archived it as benign`. */
export const told = (deed: Deed): string =>
  `${deed.by || (ownKinds.has(deed.kind) ? 'Signalbox' : 'Detection')} ${Object.hasOwn(kinds, deed.kind) ? kinds[deed.kind]!(deed) : deed.kind}${deed.undone ? ', undoing a change' : ''}`

/** `Benign, by Mara: known scanner`, for lists. */
export const archivedAs = ({ reason, by, comment }: NonNullable<SignalRow['archive']>): string =>
  `${reasonOf(reason)}${by && `, by ${by}`}${comment && `: ${comment}`}`
