import { Clock, UserRound } from 'lucide'
import type { Ending } from '../../../shared/denylist.ts'
import type { Landing } from '../../../shared/proof.ts'
import type { BlockRow, PassRow } from '../../respond-messages.ts'
import { VerdictTag } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { LandingTag } from '../../ui/landing.tsx'
import { exact, now } from '../../ui/time.tsx'
import { saidTime } from '../../ui/until.ts'
import { Visible } from '../../ui/visible.tsx'

const endings: Record<Ending, string> = {
  lifted: 'Lifted',
  expired: 'Ran out',
  passlisted: 'Passlisted',
  trusted: 'Trusted',
}

export const Value = ({ row: { kind, value } }: { row: BlockRow }) => (
  <span class="row">
    {kind === 'user' && <Icon of={UserRound} small />}
    <Visible class="addr cut" title={value} text={value} />
    {kind === 'user' && <span class="weak">user</span>}
  </span>
)

/** What is true of it: how far it has got, or how it ended. */
export function StateTag({ row: { state, ended }, landing }: { row: BlockRow; landing: Landing | null }) {
  if (landing) return <LandingTag landing={landing} word={landing.state === 'ended' && ended ? endings[ended.how] : undefined} />
  if (state === 'active') return <VerdictTag kind="blocked" />
  if (state === 'waiting')
    return (
      <span class="tag suspicious">
        <Icon of={Clock} />
        Waiting
      </span>
    )
  return <span class="tag plain">{(ended && endings[ended.how]) ?? 'Ended'}</span>
}

/** Until when, or since when not any more. */
export function Until({ row: { until, ended, state, duration } }: { row: BlockRow }) {
  if (ended) return <time title={exact(ended.at)}>{saidTime(ended.at, now.value)}</time>
  if (state === 'waiting') return <span class="weak">{duration === null ? 'for good, once agreed' : 'once agreed'}</span>
  return until === null ? <>For good</> : <time title={exact(until)}>{saidTime(until, now.value)}</time>
}

/** Who blocked it: a person, or a rule by itself. */
export const Author = ({ row: { rule, by } }: { row: BlockRow }) =>
  rule ? (
    <a class="cut" href={`#/rules?rule=${encodeURIComponent(rule.id)}`} title={`The rule “${rule.name}”, by itself`}>
      <Visible text={rule.name} />
    </a>
  ) : (
    <Visible class="cut" text={by.name || 'nobody known'} />
  )

export const PassTag = ({ row: { trusted } }: { row: PassRow }) => <VerdictTag kind="trusted" word={trusted ? 'Trusted' : 'Passlist'} />
/** Whether it spares anybody now. */
export const passState = ({ enabled, narrow, until }: PassRow, at: number): string =>
  !enabled ? 'Switched off' : narrow ? 'For a part of the traffic: ends no block' : until !== null && until <= at ? 'Over' : 'In force'
