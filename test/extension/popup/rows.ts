import type { SignalRow } from '../../../extension/messages.ts'

/** A row of the queue that nobody has touched. */
export const row = (id: string, more: Partial<SignalRow> = {}): SignalRow => ({
  id,
  version: 1,
  timestamp: 0,
  title: `Signal ${id}`,
  severity: 'high',
  state: 'open',
  assignee: null,
  services: ['sshd'],
  env: null,
  ip: null,
  verdict: null,
  users: [],
  events_matched: 0,
  first_seen: 0,
  last_seen: 0,
  locked: false,
  archive: null,
  ...more,
})
