import type { Queue, SignalRow } from '../messages.ts'

/** A list as it is shown. What is on the screen stays where it is until somebody asks for the rest. */
export interface List {
  rows: readonly SignalRow[]
  /** Shown, but no longer in this state: somebody else moved them. */
  gone: ReadonlySet<string>
  /** How many came since: they wait above the list. */
  waiting: number
  /** The row with the actions. */
  current: string | null
  picked: ReadonlySet<string>
  /** Signals in this state; more than `rows` where the list was cut. */
  total: number
}

export const emptyList: List = { rows: [], gone: new Set(), waiting: 0, current: null, picked: new Set(), total: 0 }

const indexOf = (list: List, id: string | null) => list.rows.findIndex(row => row.id === id)
const keep = (ids: ReadonlySet<string>, rows: readonly SignalRow[]) => new Set(rows.map(row => row.id).filter(id => ids.has(id)))

/** The list as the daemon has it now. Current and picked rows stay so while they are in it. */
export function show(list: List, { rows, total }: Queue): List {
  const stays = rows.some(row => row.id === list.current)
  // the row that was current may have left: the one in its place follows
  const at = Math.min(Math.max(0, indexOf(list, list.current)), rows.length - 1)
  return {
    rows,
    total,
    gone: new Set(),
    waiting: 0,
    current: stays ? list.current : (rows[at]?.id ?? null),
    picked: keep(list.picked, rows),
  }
}

/** News without moving anything: rows are renewed in place, new ones wait, those that left are marked. */
export function merge(list: List, queue: Queue): List {
  if (list.rows.length === 0) return show(list, queue)
  const fresh = new Map(queue.rows.map(row => [row.id, row]))
  const rows = list.rows.map(row => fresh.get(row.id) ?? row)
  const shown = new Set(rows.map(row => row.id))
  const gone = new Set([...shown].filter(id => !fresh.has(id)))
  return {
    ...list,
    rows,
    gone,
    total: queue.total,
    waiting: queue.rows.filter(row => !shown.has(row.id)).length,
    picked: new Set([...list.picked].filter(id => !gone.has(id))),
  }
}

/** `by` rows down, or up where it is negative. With `extend` the rows that are passed are picked. */
export function step(list: List, by: number, extend = false): List {
  const from = indexOf(list, list.current)
  const to = list.rows[from < 0 ? 0 : Math.min(Math.max(0, from + by), list.rows.length - 1)]
  if (!to) return list
  const picked = extend && list.current ? new Set([...list.picked, list.current, to.id]) : list.picked
  return { ...list, current: to.id, picked }
}

export const go = (list: List, id: string): List => (indexOf(list, id) < 0 ? list : { ...list, current: id })

/** Pick a row, or leave it out again. */
export function pick(list: List, id: string): List {
  if (indexOf(list, id) < 0) return list
  const picked = new Set(list.picked)
  if (!picked.delete(id)) picked.add(id)
  return { ...list, picked }
}

/** Pick everything between the current row and this one. */
export function pickTo(list: List, id: string): List {
  const [a, b] = [indexOf(list, list.current), indexOf(list, id)]
  if (a < 0 || b < 0) return list
  const between = list.rows.slice(Math.min(a, b), Math.max(a, b) + 1).map(row => row.id)
  return { ...list, current: id, picked: new Set([...list.picked, ...between]) }
}

export const unpick = (list: List): List => ({ ...list, picked: new Set() })

/** Take rows out. If the current one is among them, the next that is left becomes current. */
export function without(list: List, ids: ReadonlySet<string>): List {
  const rows = list.rows.filter(row => !ids.has(row.id))
  const from = indexOf(list, list.current)
  const next = list.rows.slice(Math.max(0, from)).find(row => !ids.has(row.id)) ?? rows[rows.length - 1]
  const removed = list.rows.length - rows.length
  return { ...list, rows, current: next?.id ?? null, picked: keep(list.picked, rows), total: Math.max(0, list.total - removed) }
}

/** Renew rows in place. */
export const renew = (list: List, changed: readonly SignalRow[]): List => ({
  ...list,
  rows: list.rows.map(row => changed.find(({ id }) => id === row.id) ?? row),
})

/** What an action is about: the picked rows, or the current one. Rows that left cannot be acted on here. */
export function targets(list: List): SignalRow[] {
  const wanted = list.picked.size > 0 ? list.picked : new Set([list.current])
  return list.rows.filter(row => wanted.has(row.id) && !list.gone.has(row.id))
}
