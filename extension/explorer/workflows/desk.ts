import { signal } from '@preact/signals'
import { Ban, CirclePlus, Power, Trash2, Undo2 } from 'lucide'
import { ask, isFailure } from '../../relay.ts'
import { whyNot } from '../../ui/may.ts'
import type { RunRow, WorkflowRow } from '../../workflow-messages.ts'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'

// What the section of workflows knows and does. A row changes only when the daemon has answered.

export const list = createLoad('workflows')
/** Ids of what is being changed. */
export const busy = signal<ReadonlySet<string>>(new Set())

export const reload = () => list.load({})

function renew(row: WorkflowRow): void {
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

/** Publish a workflow or take it back; what was done can be undone from the toast. */
export async function publish({ id, version, name }: WorkflowRow, on: boolean): Promise<void> {
  if (busy.value.has(id)) return
  const why = whyNot('workflows_write')
  if (why !== undefined) return toasts.fail(`${name} not ${on ? 'published' : 'taken back'}: ${why}`)
  const answer = await making(id, () => ask('publishWorkflow', { id, version, on }))
  if (isFailure(answer)) {
    toasts.fail(`${name} not ${on ? 'published' : 'taken back'}: ${answer.error}`)
    if (answer.status === 409) void reload()
    return
  }
  renew(answer)
  toasts.show({
    icon: Power,
    text: `${name} ${on ? 'published' : 'taken back'}`,
    action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void publish(answer, !on) },
  })
}

export async function remove({ id, name }: WorkflowRow): Promise<void> {
  const answer = await making(id, () => ask('deleteWorkflow', { id }))
  if (isFailure(answer)) return toasts.fail(`${name} not deleted: ${answer.error}`)
  list.value.value = { rows: (list.value.value?.rows ?? []).filter(row => row.id !== id) }
  if (place.value.with['workflow'] === id) show({ workflow: undefined, tab: undefined, run: undefined })
  toasts.show({ icon: Trash2, text: `${name} deleted` })
}

/** A workflow that was saved: in the list and open. */
export function saved(row: WorkflowRow, how: string): void {
  renew(row)
  toasts.show({ icon: CirclePlus, text: `${row.name} ${how}` })
}

export async function cancel({ id, workflow }: RunRow): Promise<void> {
  const answer = await making(id, () => ask('cancelRun', { workflow: workflow.id, id }))
  if (isFailure(answer)) toasts.fail(`Not canceled: ${answer.error}`)
  else toasts.show({ icon: Ban, text: `${workflow.name || 'The run'} canceled` })
}
