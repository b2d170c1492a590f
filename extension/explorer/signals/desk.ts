import { signal } from '@preact/signals'
import { NotebookPen } from 'lucide'
import type { State } from '../../../shared/triage.ts'
import type { SignalRow } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Act, BulkChange, Job, Selection } from '../../signal-messages.ts'
import { createChanges } from '../../ui/changes.ts'
import { followJob } from '../../ui/jobs.ts'
import { status } from '../../ui/live.ts'
import { whyNot } from '../../ui/may.ts'
import { type Archiving, locked } from '../../ui/triage.tsx'
import { asReason, done, failed, icons, type Whom } from '../../ui/triage-words.ts'
import { typedOf } from '../drafts.ts'
import { show } from '../place.ts'
import { toasts } from '../surface.ts'

// What can be done with signals in the explorer. What was asked for shows as pending until the daemon has answered.

/** Signals per request: as many as the API takes together. */
const portion = 199

/** A form that is open, and the rows that it is about; or all that a query found. */
export type Form = { is: 'archive' | 'snooze'; rows: readonly SignalRow[]; whole?: Selection }
export const form = signal<Form | null>(null)

/** What is typed in the form about one signal. */
export const typedIn = (is: Form['is'], id: string) => typedOf(`signal:${id}:${is}`)

/** The signal whose panel is opened to write a note. */
export const noting = signal<string>()

/** Who shows signals, and asks again for those that changed here. */
const listeners = new Set<(ids: readonly string[]) => unknown>()
/** How long what a listener answers is waited for before it is said that something was done, ms. */
const patience = 1_000
export function onChange(hear: (ids: readonly string[]) => unknown): () => void {
  listeners.add(hear)
  return () => listeners.delete(hear)
}
/** Signals changed here; without ids, it is not known which. */
export const tell = (ids: readonly string[]) =>
  Promise.race([Promise.all([...listeners].map(hear => hear(ids))), new Promise(resolve => setTimeout(resolve, patience))])

export const changes = createChanges({
  ask,
  toasts,
  portion,
  applied: part => tell(part.map(({ id }) => id)),
  settled: undone => undone && tell([]),
  reveal: id => show({ row: id, tab: undefined }, true),
})
export const { busy } = changes

export const me = (): string => (status.value?.connection.state === 'live' ? status.value.connection.user.uuid : '')
/** Whom somebody chose, as the wire has it: nobody is the empty text. */
export const uuidOf = (to: Whom): string => (to === 'me' ? me() : to === 'nobody' ? '' : to.uuid)

/** Why nothing can be done with a row now; undefined while something can. */
export const offFor = (row: SignalRow): string | undefined => (row.locked ? locked : whyNot('security_monitoring_signals_write'))

/** The rows of these that can change, whose form is done with; where none can, it is said why, and the form stays as it is. */
function changeable(rows: readonly SignalRow[]): readonly SignalRow[] {
  const able = rows.filter(row => offFor(row) === undefined)
  if (able.length === 0 && rows[0]) toasts.fail(`Not changed: ${offFor(rows[0])}`)
  else form.value = null
  return able
}

export async function move(rows: readonly SignalRow[], to: State, choice?: Archiving): Promise<void> {
  const { done } = await changes.move(changeable(rows), to, choice)
  if (choice) for (const { id } of done) typedIn('archive', id).drop()
}
export async function assign(rows: readonly SignalRow[], to: Whom): Promise<void> {
  await changes.assign(changeable(rows), to, me())
}
/** To me, or to nobody where all of them are mine already. */
export async function toggleMine(rows: readonly SignalRow[]): Promise<void> {
  await changes.toggleMine(changeable(rows), me())
}
export async function snooze(rows: readonly SignalRow[], until: number, reason: string): Promise<void> {
  const { done } = await changes.snooze(changeable(rows), until, reason)
  for (const { id } of done) typedIn('snooze', id).drop()
}
export async function wake(rows: readonly SignalRow[]): Promise<void> {
  await changes.wake(changeable(rows))
}

/** Open a form about rows, unless it is open or nothing can be done with them. */
export function openForm(is: Form['is'], rows: readonly SignalRow[]): void {
  if (form.value?.is === is) {
    form.value = null
    return
  }
  // what is under way may bring it back
  const fits = rows.filter(row => row.state !== 'archived' || busy.value.has(row.id))
  const able = fits.length > 0 ? changeable(fits) : []
  if (fits.length === 0 && rows.length > 0) toasts.fail('Not done: it is archived already')
  if (able.length > 0) form.value = { is, rows: able }
}

/** What was done to all that a query found, exactly those: the daemon makes it, and it is undone as one. */
export async function apply({ id }: Selection, act: Act, how: BulkChange): Promise<void> {
  const why = whyNot('security_monitoring_signals_write')
  if (why !== undefined) return toasts.fail(`Not changed: ${why}`)
  form.value = null
  const answer = await ask('applyToSelection', { id, ...how })
  if (isFailure(answer)) return toasts.fail(failed([answer], act))
  const job = await followJob(answer, act, { ask, toasts })
  await tell([])
  if (job.changed > 0) changes.tell(icons[act], `${done(act, job.changed, asReason(how.reason))}${skippedOf(job)}`, job.change)
  else if (job.state !== 'failed') toasts.fail(`${failed([{ error: 'nothing of it could change' }], act)}${skippedOf(job)}`)
  if (job.state === 'failed') toasts.fail(failed([{ error: job.error }], act))
}
const skippedOf = ({ state, skippedTotal, done, total }: Job): string => {
  const left = state === 'stopped' ? `, stopped after ${done.toLocaleString('en')} of ${total.toLocaleString('en')}` : ''
  return `${left}${skippedTotal > 0 ? `; ${skippedTotal.toLocaleString('en')} stay as they are` : ''}`
}

/** Whether it was taken; what was typed stays where it was not. */
export async function addNote(id: string, text: string): Promise<boolean> {
  const answer = await ask('addNote', { id, text })
  if (isFailure(answer)) {
    toasts.fail(`Note not added: ${answer.error}`)
    return false
  }
  toasts.show({ icon: NotebookPen, text: 'Note added' })
  void tell([id])
  return true
}
