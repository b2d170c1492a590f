import type { SignalRow } from '../../signal-row.ts'
import { escalateToCase } from '../escalate/cases.ts'
import { escalateToIncident } from '../escalate/incidents.ts'
import { blockOfSignals } from '../respond/of-signals.ts'
import type { Actions } from '../use-keys.ts'
import { move, openForm, toggleMine } from './desk.ts'

/** Press what stands on the surface for it. */
function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector)
  button?.click()
  return button !== null
}

/** The keys of triage, for whatever they are about: `rows` are asked for when one is pressed, `at` is where their controls stand. */
export function triageKeys(rows: () => readonly SignalRow[], at: string): Actions {
  const some = (act: (rows: readonly SignalRow[]) => unknown) => () => {
    const about = rows()
    if (about.length === 0) return false
    void act(about)
    return true
  }
  return {
    a: some(toggleMine),
    A: () => press(`${at} :is(.assignee .opener button, button.assignee)`),
    s: () => press(`${at} :is(.triage .opener button, button.triage)`) || focusOn(`${at} .states button[aria-pressed="true"]`),
    r: some(about => move(about, 'under_review')),
    e: some(about => openForm('archive', about)),
    E: some(about => move(about, 'open')),
    c: some(about => escalateToCase({ rows: about })),
    i: some(about => escalateToIncident({ rows: about })),
    b: some(about => blockOfSignals(about)),
    z: some(about => openForm('snooze', about)),
    n: () => focusOn('#note'),
  }
}

function focusOn(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector)
  found?.focus()
  found?.scrollIntoView({ block: 'nearest' })
  return found !== null
}
