import { signal } from '@preact/signals'
import { Siren } from 'lucide'
import type { IncidentRow, NewIncident } from '../../incident-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { SignalRow } from '../../signal-row.ts'
import { whyNot } from '../may.ts'
import { go } from '../place.ts'
import { changes, tell } from '../signals/desk.ts'
import { toasts } from '../surface.ts'

/** What somebody declares an incident from: signals, or a case; or nothing but what they know. */
export type Declaring = { rows: readonly SignalRow[]; case?: { id: string; key: string; title: string }; done?(): void }
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

export function escalateToIncident(about: Declaring): void {
  const why = about.rows.length > 0 ? whyNoIncidentFrom(about.rows) : whyNoIncident()
  if (why !== undefined) toasts.fail(`No incident: ${why}`)
  else declaring.value = about
}

export const placeOfIncident = (publicId: number) => ({ section: 'incidents', with: { incident: String(publicId) } })
const open = ({ publicId }: IncidentRow) => ({ label: 'Open', run: () => go(placeOfIncident(publicId)) })
/** Those that can still change: what is locked stays out, which the window says. */
const able = ({ rows }: Declaring) => rows.filter(({ locked }) => !locked).map(({ id }) => id)

/** Declare one; the refusal where the daemon did not. */
export async function declare(about: Declaring, given: NewIncident): Promise<Failure | undefined> {
  const made = await ask('declareIncident', { given, signals: able(about), ...(about.case && { case: about.case.id }) })
  if (isFailure(made)) return made
  toasts.show({ icon: Siren, text: `${made.key} declared`, action: open(made) })
  return finish(about)
}
/** Add them to one that is there. */
export async function addTo(about: Declaring, to: IncidentRow): Promise<Failure | undefined> {
  const what = about.rows.length === 1 ? 'Signal' : `${about.rows.length.toLocaleString('en')} signals`
  if (about.case) {
    const answer = await ask('caseToIncident', { id: to.id, case: about.case.id })
    if (isFailure(answer)) return answer
    toasts.show({ icon: Siren, text: `${about.case.key} linked to ${to.key}`, action: open(to) })
  } else {
    const answer = await ask('signalsToIncident', { id: to.id, signals: able(about) })
    if (isFailure(answer)) return answer
    changes.tell(Siren, `${what} added to ${to.key}`, answer.change === null ? [] : [answer.change])
  }
  return finish(about)
}
function finish(about: Declaring): undefined {
  declaring.value = null
  about.done?.()
  tell(about.rows.map(({ id }) => id))
}
