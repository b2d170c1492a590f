import { signal } from '@preact/signals'
import { CirclePlus, Power, Trash2, Undo2 } from 'lucide'
import { ask, isFailure } from '../../relay.ts'
import type { RuleRow } from '../../rule-messages.ts'
import { off } from '../../ui/off.ts'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'

// What the rules section knows and does. A row changes only when the daemon has answered.

export const list = createLoad('rules')
export const noise = createLoad('ruleNoise')
/** Rows whose change is under way. */
export const busy = signal<ReadonlySet<string>>(new Set())

export const reload = () => Promise.all([list.load({}), noise.load({})])

function renew(row: RuleRow): void {
  const rows = list.value.value?.rows ?? []
  const known = rows.some(({ id }) => id === row.id)
  list.value.value = { rows: known ? rows.map(one => (one.id === row.id ? row : one)) : [...rows, row] }
}

async function making<T>(id: string, work: () => Promise<T>): Promise<T> {
  busy.value = new Set([...busy.value, id])
  try {
    return await work()
  } finally {
    busy.value = new Set([...busy.value].filter(one => one !== id))
  }
}

/** Switch a rule; what was done can be undone from the toast. */
export async function turn({ id, version, name }: RuleRow, on: boolean): Promise<void> {
  if (busy.value.has(id)) return
  if (off.value !== undefined) return toasts.fail(`${name} not switched: ${off.value}`)
  const answer = await making(id, () => ask('switchRule', { id, version, on }))
  const word = on ? 'on' : 'off'
  if (isFailure(answer)) {
    toasts.fail(`${name} not switched ${word}: ${answer.error}`)
    if (answer.status === 409) void list.load({})
    return
  }
  renew(answer)
  toasts.show({
    icon: Power,
    text: `${name} switched ${word}`,
    action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void turn(answer, !on) },
  })
}

export async function remove({ id, name }: RuleRow): Promise<void> {
  const answer = await making(id, () => ask('deleteRule', { id }))
  if (isFailure(answer)) return toasts.fail(`${name} not deleted: ${answer.error}`)
  list.value.value = { rows: (list.value.value?.rows ?? []).filter(row => row.id !== id) }
  if (place.value.with['rule'] === id) show({ rule: undefined, tab: undefined })
  toasts.show({ icon: Trash2, text: `${name} deleted` })
}

/** A rule that was saved: in the list and open. */
export function saved(row: RuleRow, how: string): void {
  renew(row)
  toasts.show({ icon: CirclePlus, text: `${row.name} ${how}` })
}
