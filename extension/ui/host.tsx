import type { IndicatorType } from '../../shared/indicator.ts'
import { isMarked, type Verdict } from '../../shared/verdict.ts'
import type { MarkKind } from '../messages.ts'
import type { HostFacts } from '../said.ts'
import { VerdictTag } from './facts.tsx'
import { FeedList } from './feed-list.tsx'
import { StandingTags, WiderBlock } from './standing.tsx'
import { Visible } from './visible.tsx'

// What is known of what a URL or a mail address lies on, in words that never say it of the value itself.

export const hostWord = (of: IndicatorType): string => (of === 'email' ? 'Its domain' : 'Its host')

/** The worst of it in a word. */
export const kindOfHost = ({ blocked, open_signal, verdict, pass }: HostFacts): MarkKind =>
  blocked ? 'blocked' : open_signal ? 'signal' : isMarked(verdict) ? 'match' : pass ? 'trusted' : 'unknown'

/** The same as a tag beside those of the value. */
export function HostTag({ of, kind, verdict }: { of: IndicatorType; kind: MarkKind; verdict: Verdict | null }) {
  const word = hostWord(of)
  if (kind === 'blocked') return <VerdictTag kind="blocked" word={`${word}: on the denylist`} />
  if (kind === 'trusted') return <VerdictTag kind="trusted" word={`${word}: trusted`} />
  if (kind === 'match' && verdict === null) return <span class="tag plain nowrap">{word}: flagged by a rule</span>
  if (kind !== 'signal') return verdict && <VerdictTag kind={verdict} word={`${word}: ${verdict}`} />
  if (isMarked(verdict)) return <VerdictTag kind={verdict!} word={`${word}: ${verdict}, in an open signal`} />
  return <span class="tag plain nowrap">{word}: in an open signal</span>
}

/** All of it. */
export function Host({ of, host: { value, verdict, matches, known_good: good, open_signal: isOpen, blocked, pass } }: HostProps) {
  return (
    <section>
      <h3>
        {hostWord(of)} <Visible class="addr" text={value} />
      </h3>
      <div class="row tags">
        {verdict && <VerdictTag kind={verdict} />}
        {isOpen && <span class="tag plain">In an open signal</span>}
        <StandingTags blocked={blocked} pass={pass} />
      </div>
      <WiderBlock blocked={blocked} value={value} />
      <FeedList matches={matches} good={good} value={value} />
    </section>
  )
}
interface HostProps {
  /** What kind of value lies on it. */
  of: IndicatorType
  host: HostFacts
}
