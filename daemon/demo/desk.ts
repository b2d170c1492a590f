import type { DefaultRole } from '../../shared/permissions.ts'
import type { ArchiveReason, State } from '../../shared/triage.ts'
import { attackers } from './world.ts'

/** The people at the desk besides whoever started the demonstration. */
export const desk = [
  { handle: 'analyst-1@example.com', name: 'Mara Lindqvist', role: 'Standard' },
  { handle: 'analyst-2@example.com', name: 'Jonas Weber', role: 'Security Analyst' },
  { handle: 'auditor@example.com', name: 'Noor Haddad', role: 'Read Only' },
] as const satisfies { handle: string; name: string; role: DefaultRole }[]
type Handle = (typeof desk)[number]['handle']

/** One thing that somebody did to one signal, which is told by its rule and the value it is grouped by. */
export interface Deed {
  by: Handle
  rule: string
  group: string
  assignee?: Handle
  state?: State
  archive_reason?: ArchiveReason
  archive_comment?: string
}

const [mara, jonas] = [desk[0].handle, desk[1].handle]

/** What they have done so far, in order. The rest of the queue is open. */
export const deeds: readonly Deed[] = [
  { by: mara, rule: 'default-login-through-anonymizer', group: 'jo', assignee: mara, state: 'under_review' },
  {
    by: mara,
    rule: 'default-login-through-anonymizer',
    group: 'jo',
    state: 'archived',
    archive_reason: 'true_positive_benign',
    archive_comment: 'Jo is travelling and uses the VPN that we pay for. Asked by phone.',
  },
  {
    by: jonas,
    rule: 'default-sudo-failures',
    group: 'sam',
    assignee: jonas,
    state: 'archived',
    archive_reason: 'false_positive',
    archive_comment: 'Sam typed the password of before the rotation.',
  },
  { by: mara, rule: 'default-threat-intel-contact', group: attackers.phishing, assignee: mara, state: 'under_review' },
  { by: jonas, rule: 'default-login-credential-stuffing', group: attackers.stuffing, assignee: jonas, state: 'under_review' },
  {
    by: jonas,
    rule: 'default-web-xss',
    group: attackers.scripting,
    state: 'archived',
    archive_reason: 'remediated',
    archive_comment: 'The search page escapes since 3.14.1; checked by hand.',
  },
  { by: jonas, rule: 'default-ssh-brute-force', group: attackers.guessing, assignee: mara },
]
