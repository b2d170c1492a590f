import { Clock, Flag, FlagTriangleRight } from 'lucide'
import type { AttackerStanding, AttackerState } from '../../../shared/attacker.ts'
import { severities } from '../../../shared/severity.ts'
import type { Doings } from '../../attacker-messages.ts'
import { VerdictTag } from '../../ui/facts.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'

export const stateWords = { flagged: 'Flagged', suspicious: 'Suspicious', none: 'Not lately' } as const

/** A picture of its own for each state, with its word. */
export function AttackerStateTag({ state }: { state: AttackerState | null }) {
  if (state === null)
    return (
      <span class="row nowrap dim" title="It has not attacked within 24 hours">
        <Icon of={Clock} small />
        {stateWords.none}
      </span>
    )
  return (
    <span class={`tag nowrap ${state === 'flagged' ? 'malicious' : 'suspicious'}`}>
      <Icon of={state === 'flagged' ? Flag : FlagTriangleRight} />
      {stateWords[state]}
    </span>
  )
}

export const standingWords: Record<AttackerStanding, string> = {
  blocked: 'On the denylist',
  trusted: 'Trusted',
  passlisted: 'On the passlist',
  none: 'Nothing decided',
}
export const StandingTag = ({ standing }: { standing: AttackerStanding | null }) =>
  standing === null || standing === 'none' ? null : (
    <VerdictTag kind={standing === 'blocked' ? 'blocked' : 'trusted'} word={standingWords[standing]} />
  )

/** How many signals, and how severe the worst of them is. */
export function SignalCount({ signals: { total, severities: counts } }: Pick<Doings, 'signals'>) {
  const worst = severities.find(name => counts[name] !== undefined)
  return (
    <span
      class="row nowrap"
      title={severities.flatMap(name => (counts[name] ? [`${counts[name].toLocaleString('en')} ${name}`] : [])).join(', ')}
    >
      {worst && <Severity level={worst} bare />}
      {total.toLocaleString('en')}
    </span>
  )
}
