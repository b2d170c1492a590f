import { BadgeCheck } from 'lucide'
import { verdictOf } from '../../../shared/verdict.ts'
import type { IndicatorFacts } from '../../feed-messages.ts'
import { VerdictTag } from '../../ui/facts.tsx'
import { Host, HostTag, kindOfHost } from '../../ui/host.tsx'
import { Icon } from '../../ui/icon.tsx'
import { typeWords } from '../../ui/type-words.ts'

/** What each feed says of one value. */
export function Says({ facts: { id, type, verdict, matches, knownGood, host } }: { facts: IndicatorFacts }) {
  return (
    <>
      <p class="row wrap">
        <strong class="mono">{id}</strong>
        <span class="dim">{typeWords[type]}</span>
        {verdict ? <VerdictTag kind={verdict} /> : <span class="dim">no feed knows it</span>}
        {host && <HostTag of={type} kind={kindOfHost(host)} verdict={host.verdict} />}
      </p>
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
      {host && (
        <div class="ip-facts">
          <Host of={type} host={host} />
        </div>
      )}
    </>
  )
}
