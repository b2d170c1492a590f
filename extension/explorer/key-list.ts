import type { Keys } from '../ui/key-list.tsx'
import { sections } from './sections.ts'

/** The keys of the explorer; app.tsx and the sections give them their meaning. */
export const explorerKeys: Keys = [
  ['J K', 'move down and up'],
  ['Enter', 'open'],
  ['Esc', 'close what is on top'],
  ['/', 'search; Enter leads back to the list'],
  ['T', 'choose the time'],
  ['F', 'find a facet'],
  ['← →', 'go through the cells of a row; Enter opens a value’s menu'],
  ['X', 'select a signal; switch a rule, feed or workflow'],
  ['Shift J K', 'select on the way'],
  ['A', 'assign to me, or to nobody'],
  ['Shift A', 'assign to others'],
  ['S', 'choose a state'],
  ['R', 'put in review'],
  ['E', 'archive, then 1 to 7 and Enter; close a case'],
  ['Shift E', 'reopen'],
  ['C', 'create a case, or add to one'],
  ['I', 'declare an incident, or add to one; import rules'],
  ['B', 'block whom it comes from'],
  ['Z', 'snooze'],
  ['N', 'write a note; new rule, feed or case'],
  ['Y', 'copy the link'],
  ['U', 'undo'],
  ...sections.map(({ label, key }) => [`G ${key.toUpperCase()}`, `go to ${label.toLowerCase()}`] as const),
  ['?', 'all keys'],
]
