import { verdictOf } from '../../shared/verdict.ts'
import type { IpFacts } from '../messages.ts'
import { VerdictTag } from './facts.tsx'
import { capital } from './glyphs.tsx'
import { age, exact, now } from './time.tsx'
import { Visible } from './visible.tsx'

const word = (category: string) => capital(category.replaceAll('_', ' '))

/** What feeds say of a value, and which lists know it to be good. */
export function FeedList({ matches, good, value }: { matches: IpFacts['matches']; good: readonly string[]; value: string }) {
  if (matches.length + good.length === 0) return null
  return (
    <ul class="feeds">
      {good.map(list => (
        <li class="row" key={list} title={`In ${list}, a list of known good values`}>
          <VerdictTag kind="benign" word="Known good" />
          <span class="cut">{list}</span>
        </li>
      ))}
      {matches.map(match => (
        <Feed key={`${match.source.name} ${match.indicator} ${match.category}`} match={match} value={value} />
      ))}
    </ul>
  )
}

/** `value` is what was looked up: an entry that holds more than it says so. */
function Feed({ match, value }: { match: IpFacts['matches'][number]; value: string }) {
  const old = age(now.value - match.age_ms, now.value)
  const { downgraded } = match
  const excused = downgraded && `${capital(downgraded.from)} there, but known good in ${downgraded.by.join(', ')}`
  const title = [`${match.indicator} in ${match.source.name}, read ${exact(now.value - match.age_ms)}`, excused].filter(Boolean).join('. ')
  return (
    <li class="row" title={title}>
      <VerdictTag kind={verdictOf(match)} word={word(match.subcategory ?? match.category)} />
      <span class="cut">{match.source.name}</span>
      {downgraded && <span class="weak nowrap">was {downgraded.from}, known good</span>}
      <span class="weak end nowrap">
        {match.stale && 'stale, '}
        {old === 'now' ? 'fresh' : `${old} old`}
      </span>
      {match.indicator !== value && (
        <span class="entry weak">
          as part of <Visible class="mono" text={match.indicator} />
        </span>
      )}
    </li>
  )
}
