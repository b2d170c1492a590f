import { isObject } from '../shared/json.ts'
import { markKinds, type Settings } from './messages.ts'

export const themes = ['system', 'light', 'dark'] as const satisfies Settings['theme'][]
export const rowHeights = ['compact', 'normal', 'roomy'] as const satisfies Settings['rowHeight'][]

export const defaultSettings: Settings = {
  theme: 'system',
  rowHeight: 'normal',
  marks: { blocked: true, signal: true, match: true, trusted: true, unknown: false },
  keys: true,
  snooze: 4 * 3_600_000,
}

const oneOf = <T>(list: readonly T[], value: unknown, otherwise: T): T => (list.includes(value as T) ? (value as T) : otherwise)
/** Snoozes end within 30 days. */
export const isSnooze = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= 30 * 86_400_000
const flag = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise)

/** Settings from whatever was stored, by this version or another: what does not fit falls back to `base`. */
export function readSettings(stored: unknown, base: Settings = defaultSettings): Settings {
  const from = isObject(stored) ? stored : {}
  const marks = isObject(from['marks']) ? from['marks'] : {}
  return {
    theme: oneOf(themes, from['theme'], base.theme),
    rowHeight: oneOf(rowHeights, from['rowHeight'], base.rowHeight),
    marks: Object.fromEntries(markKinds.map(kind => [kind, flag(marks[kind], base.marks[kind])])) as Settings['marks'],
    keys: flag(from['keys'], base.keys),
    snooze: isSnooze(from['snooze']) ? from['snooze'] : base.snooze,
  }
}

/** Give a page's root element, or the card's host, the theme and row height that were chosen. */
export function dress(element: HTMLElement, { theme, rowHeight }: Settings): void {
  if (theme === 'system') delete element.dataset['theme']
  else element.dataset['theme'] = theme
  element.dataset['rows'] = rowHeight
}
