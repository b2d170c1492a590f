import { BadgeCheck } from 'lucide'
import { verdictOf } from '../../../shared/verdict.ts'
import type { IndicatorFacts } from '../../feed-messages.ts'
import { VerdictTag } from '../../ui/facts.tsx'
import { Host, HostTag, kindOfHost } from '../../ui/host.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Inside, insideWords } from '../../ui/inside.tsx'
import { StandingTags, WiderBlock } from '../../ui/standing.tsx'
import { typeWords } from '../../ui/type-words.ts'

/** What each feed says of one value. */
export function Says({ facts: { id, type, verdict, matches, knownGood, host, inside, blocked, pass } }: { facts: IndicatorFacts }) {
  return (
    <>
      <p class="row wrap">
        <strong class="mono">{id}</strong>
        <span class="dim">{typeWords[type]}</span>
        {verdict ? <VerdictTag kind={verdict} /> : <span class="dim">{inside ? 'no feed lists all of it' : 'no feed knows it'}</span>}
        <StandingTags blocked={blocked} pass={pass} />
        {inside && inside.count > 0 && <span class="tag plain">{insideWords(inside)}</span>}
        {host && <HostTag of={type} kind={kindOfHost(host)} verdict={host.verdict} />}
      </p>
      <WiderBlock blocked={blocked} value={id} />
      <ul class="lines">
        {matches.map((match, at) => (
          <li key={at}>
            <VerdictTag kind={verdictOf(match)} />
            <div>
              <strong>{match.source.name}</strong> <span class="dim">{[match.category, match.subcategory].filter(Boolean).join(', ')}</span>
              <p class="weak">
                by <span class="mono">{match.indicator}</span>
                {match.stale && ', not updated for more than two days'}
              </p>
            </div>
          </li>
        ))}
        {knownGood.map(list => (
          <li key={list}>
            <span class="tag benign">
              <Icon of={BadgeCheck} />
              Known good
            </span>
            <strong>{list}</strong>
          </li>
        ))}
      </ul>
      {(inside || host) && (
        <div class="ip-facts">
          {inside && <Inside inside={inside} />}
          {host && <Host of={type} host={host} />}
        </div>
      )}
    </>
  )
}
