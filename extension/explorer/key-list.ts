import type { Keys } from '../ui/key-list.tsx'
import { sections } from './sections.ts'

/** The keys of the explorer; app.tsx and the sections give them their meaning. */
export const explorerKeys: Keys = [
  ['J K', 'move down and up'],
  ['Enter', 'open'],
  ['Esc', 'close what is on top'],
  ['/', 'search'],
  ['X', 'switch on or off'],
  ['N', 'new rule or feed'],
  ['I', 'import rules'],
  ['U', 'undo'],
  ...sections.map(({ label, key }) => [`G ${key.toUpperCase()}`, `go to ${label.toLowerCase()}`] as const),
  ['?', 'all keys'],
]
