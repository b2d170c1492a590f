import { signal } from '@preact/signals'
import { Download, Siren, Trash2, Undo2, Unlink } from 'lucide'
import { incidentStateLabels } from '../../../shared/incident.ts'
import type {
  IncidentChange,
  IncidentFileFormat,
  IncidentPartName,
  IncidentRow,
  IncidentSignal,
  IncidentTodo,
  NewPart,
} from '../../incident-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { whyNot } from '../../ui/may.ts'
import { wordsOf } from '../cases/words.ts'
import { createLoad } from '../load.ts'
import { listOf, place } from '../place.ts'
import { changes, tell } from '../signals/desk.ts'
import { toasts } from '../surface.ts'

// What the section of incidents knows and does. A row changes only when the daemon has answered.

export const list = createLoad('incidents')
/** Incidents whose change is under way. */
export const busy = signal<ReadonlySet<string>>(new Set())

/** What a list can be narrowed by, as a query names it. */
export const facetFields = { state: 'state', severity: 'severity', commander: 'commander.handle', impact: 'customer_impacted' } as const
export type IncidentFacet = keyof typeof facetFields
export const facetNames = Object.keys(facetFields) as IncidentFacet[]
/** As many as are asked for at once. */
export const pageSize = 100

const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`

/** What the URL asks for as a query. */
export function queryOf(asked: Readonly<Record<string, string>>): string {
  const text = asked['search'] ?? ''
  const chosen = facetNames
    .filter(name => asked[name])
    .map(name => `${facetFields[name]}:(${listOf(asked[name]).map(quoted).join(' OR ')})`)
  // a field is a query; anything else is words
  return [/\w:\S|[()"]/.test(text) ? `(${text})` : wordsOf(text), ...chosen].filter(Boolean).join(' ')
}
export const reload = (): Promise<void> => list.load({ query: queryOf(place.value.with), offset: 0, size: pageSize })

/** Why an incident cannot change now; undefined while it can. */
export const offFor = ({ id }: IncidentRow): string | undefined =>
  busy.value.has(id) ? 'Pending: sent, not answered yet' : whyNot('incident_write')

async function making<T>({ id }: IncidentRow, work: () => Promise<T>): Promise<T> {
  busy.value = new Set([...busy.value, id])
  try {
    return await work()
  } finally {
    busy.value = new Set([...busy.value].filter(one => one !== id))
    void reload()
  }
}

function done({ key, state, severity, commander, title, impacted, impactEnd }: IncidentRow, wanted: IncidentChange): string {
  if (wanted.state) return `${key} is ${incidentStateLabels[state].toLowerCase()}`
  if (wanted.severity) return `${key} is ${severity}`
  if (wanted.commander !== undefined) return commander ? `${commander.name || commander.handle} commands ${key}` : `Nobody commands ${key}`
  if (wanted.title !== undefined) return `${key} is called “${title}”`
  if (wanted.impactEnd !== undefined) return impactEnd === null ? `The impact of ${key} goes on` : `The impact of ${key} is over`
  return impacted ? `${key}: customers are impacted` : `${key}: no customers are impacted`
}

/** Why it was not taken. A form that was open for a while says what it began with, so that nobody's change is lost: `before`. */
export async function send(
  row: IncidentRow,
  wanted: IncidentChange,
  back?: IncidentChange,
  before?: IncidentChange,
): Promise<Failure | undefined> {
  const asked = { id: row.id, version: row.version, change: wanted, ...(before && { before }) }
  const answer = await making(row, () => ask('changeIncident', asked))
  if (isFailure(answer)) return answer
  toasts.show({
    icon: Siren,
    text: done(answer, wanted),
    ...(back && { action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void change(answer, back) } }),
  })
  return undefined
}
/** The same where nothing is open that could say why not. */
export async function change(row: IncidentRow, wanted: IncidentChange, back?: IncidentChange): Promise<void> {
  const failure = await send(row, wanted, back)
  if (failure) toasts.fail(`${row.key} not changed: ${failure.error}`)
}

/** Whether it was taken; what was typed stays where it was not. */
async function doing(row: IncidentRow, work: () => Promise<object>, not: string): Promise<boolean> {
  const answer = await making(row, work)
  if (!isFailure(answer)) return true
  toasts.fail(`${not}: ${answer.error}`)
  return false
}
export const note = (row: IncidentRow, text: string) => doing(row, () => ask('noteIncident', { id: row.id, text }), 'Note not added')
export const add = (row: IncidentRow, more: NewPart) => doing(row, () => ask('addToIncident', { id: row.id, more }), 'Not added')
export const tick = (row: IncidentRow, { id: todo, content, assignees, completed }: IncidentTodo) =>
  doing(row, () => ask('tickTodo', { id: row.id, todo, content, assignees, done: !completed }), 'To-do not changed')
export async function remove(row: IncidentRow, part: IncidentPartName, of: string, again?: NewPart): Promise<void> {
  if (!(await doing(row, () => ask('removeFromIncident', { id: row.id, part, of }), 'Not removed'))) return
  const action = again && { label: 'Undo', icon: Undo2, keys: 'U', run: () => void add(row, again) }
  toasts.show({ icon: Trash2, text: `Removed from ${row.key}`, ...(action && { action }) })
}
export async function takeOut(row: IncidentRow, { id }: IncidentSignal): Promise<void> {
  const answer = await making(row, () => ask('signalOutOfIncident', { id: row.id, signal: id }))
  if (isFailure(answer)) return toasts.fail(`Not taken out of ${row.key}: ${answer.error}`)
  changes.tell(Unlink, `Signal taken out of ${row.key}`, answer.change)
  tell([id])
}
export async function unlinkCase(row: IncidentRow, one: { id: string; key: string }): Promise<void> {
  const taken = await doing(row, () => ask('caseOutOfIncident', { id: row.id, case: one.id }), `${one.key} not unlinked`)
  if (taken) toasts.show({ icon: Unlink, text: `${one.key} unlinked from ${row.key}` })
}

/** Save an incident as the document that a postmortem begins with. */
export async function exportIncident(row: IncidentRow, format: IncidentFileFormat): Promise<void> {
  const answer = await ask('incidentFile', { id: row.id, format })
  if (isFailure(answer)) return toasts.fail(`${row.key} not exported: ${answer.error}`)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([answer.content], { type: answer.type }))
  link.download = answer.name
  link.click()
  // the browser has begun with it by then
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  toasts.show({ icon: Download, text: `${answer.name} saved` })
}
