import { signal } from '@preact/signals'
import { Siren } from 'lucide'
import type { IncidentRow, NewIncident } from '../../incident-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Selection } from '../../signal-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { followJob } from '../../ui/jobs.ts'
import { whyNot } from '../../ui/may.ts'
import { go } from '../place.ts'
import { changes, tell } from '../signals/desk.ts'
import { toasts } from '../surface.ts'

/** What somebody declares an incident from: signals, all that a query found, or a case; or nothing but what they know. */
export type Declaring = { rows: readonly SignalRow[]; whole?: Selection; case?: { id: string; key: string; title: string }; done?(): void }
/** The window is open while there is something. */
export const declaring = signal<Declaring | null>(null)

/** Signals of one request: an incident is declared from all of them at once, or not at all. */
const most = 199

/** Why no incident can be declared now; undefined while one can. */
export const whyNoIncident = (): string | undefined => whyNot('incident_write')
/** The same of signals, which become part of it. */
export const whyNoIncidentFrom = (rows: readonly SignalRow[]): string | undefined =>
  whyNoIncident() ??
  whyNot('security_monitoring_signals_write') ??
  (rows.length > 0 && rows.every(({ locked }) => locked) ? 'Older than 30 days: it can no longer change' : undefined) ??
  (rows.length > most ? `An incident takes ${most} signals at once` : undefined)

/** The same of all that a query found. */
export const whyNoIncidentFromAll = ({ count, locked }: Selection): string | undefined =>
  whyNoIncident() ?? whyNot('security_monitoring_signals_write') ?? (locked === count ? 'All of them are older than 30 days' : undefined)

export function escalateToIncident(about: Declaring): void {
  const { rows, whole } = about
  const why = whole ? whyNoIncidentFromAll(whole) : rows.length > 0 ? whyNoIncidentFrom(rows) : whyNoIncident()
  if (why !== undefined) toasts.fail(`No incident: ${why}`)
  else declaring.value = about
}

export const placeOfIncident = (publicId: number) => ({ section: 'incidents', with: { incident: String(publicId) } })
const open = ({ publicId }: Pick<IncidentRow, 'publicId'>) => ({ label: 'Open', run: () => go(placeOfIncident(publicId)) })
/** Those that can still change: what is locked stays out, which the window says. */
const able = ({ rows }: Declaring) => rows.filter(({ locked }) => !locked).map(({ id }) => id)

/** Declare one; the refusal where the daemon did not. */
export async function declare(about: Declaring, given: NewIncident): Promise<Failure | undefined> {
  if (about.whole) return wholeInto(about, about.whole, { given })
  const made = await ask('declareIncident', { given, signals: able(about), ...(about.case && { case: about.case.id }) })
  if (isFailure(made)) return made
  toasts.show({ icon: Siren, text: `${made.key} declared`, action: open(made) })
  return finish(about)
}
/** Add them to one that is there. */
export async function addTo(about: Declaring, to: IncidentRow): Promise<Failure | undefined> {
  if (about.whole) return wholeInto(about, about.whole, { id: String(to.publicId) })
  const what = about.rows.length === 1 ? 'Signal' : `${about.rows.length.toLocaleString('en')} signals`
  if (about.case) {
    const answer = await ask('caseToIncident', { id: to.id, case: about.case.id })
    if (isFailure(answer)) return answer
    toasts.show({ icon: Siren, text: `${about.case.key} linked to ${to.key}`, action: open(to) })
  } else {
    const answer = await ask('signalsToIncident', { id: to.id, signals: able(about) })
    if (isFailure(answer)) return answer
    changes.tell(Siren, `${what} added to ${to.key}`, answer.change)
  }
  return finish(about)
}
/** The daemon adds them as a job; what is said counts what it did, and can be undone as one. */
async function wholeInto(
  about: Declaring,
  { id: selection }: Selection,
  to: { given: NewIncident } | { id: string },
): Promise<Failure | undefined> {
  const begun = await ask('selectionToIncident', { selection, ...to })
  if (isFailure(begun)) return begun
  void followJob(begun.job, 'incident', { ask, toasts }).then(job => {
    const many = `${job.changed.toLocaleString('en')} ${job.changed === 1 ? 'signal' : 'signals'}`
    const left = job.total - job.changed
    const others = left > 0 ? `; ${left.toLocaleString('en')} not: too old, there already, or not looked at` : ''
    if (job.state === 'failed') toasts.fail(`${many} added to ${begun.key}, then: ${job.error}`)
    else toasts.show({ icon: Siren, text: `${many} added to ${begun.key}${others}`, action: open(begun) })
    tell([])
  })
  return finish(about)
}
function finish(about: Declaring): undefined {
  declaring.value = null
  about.done?.()
  tell(about.rows.map(({ id }) => id))
}
