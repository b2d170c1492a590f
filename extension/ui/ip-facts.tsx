import type { IpFacts, ValueFacts } from '../messages.ts'
import { Bars, VerdictTag } from './facts.tsx'
import { FeedList } from './feed-list.tsx'
import { Host, HostTag, kindOfHost } from './host.tsx'
import { Inside, insideWords } from './inside.tsx'
import { StandingTags, WiderBlock } from './standing.tsx'
import { Ago, ago, now } from './time.tsx'
import { typeWords } from './type-words.ts'

const scopes: Record<string, string> = {
  private: 'Private address',
  loopback: 'This machine',
  link_local: 'Link-local address',
  shared: 'Carrier-grade NAT',
  documentation: 'Documentation address',
  multicast: 'Multicast address',
  reserved: 'Reserved address',
}
const count = (n: number) => n.toLocaleString('en')

/** Country and network; verdict, and on which of our own lists it is: one line each. */
export function Summary({ facts }: { facts: IpFacts }) {
  const { geo, asn, scope, verdict, blocked, pass } = facts
  const place = [geo?.country, asn && `AS${asn.number} ${asn.organization}`].filter(Boolean).join(', ')
  return (
    <>
      <p class="dim cut" title={place}>
        {place || (scope === 'public' ? 'Country and network unknown' : 'No country: it is not routed on the internet')}
      </p>
      <div class="row tags">
        {verdict && <VerdictTag kind={verdict} />}
        {scope !== 'public' && <span class="tag plain">{scopes[scope] ?? scope}</span>}
        {!verdict && scope === 'public' && <VerdictTag kind="unknown" word="In no feed" />}
        <StandingTags blocked={blocked} pass={pass} />
      </div>
    </>
  )
}

/** The same two lines of a value that is no address by itself. */
export const ValueSummary = ({ facts: { value, type, verdict, logs, host, inside, blocked, pass } }: { facts: ValueFacts }) => (
  <>
    <p class="dim cut">
      {type === 'ip' ? (value.includes('-') ? 'Range of addresses' : 'Block of addresses') : typeWords[type]}
      {type === 'ip' && value.includes('-') && logs === null && ': a range that is no block is not searched for'}
    </p>
    <div class="row tags">
      {verdict ? (
        <VerdictTag kind={verdict} />
      ) : (
        <VerdictTag kind="unknown" word={inside?.count ? 'In no feed as a whole' : 'In no feed'} />
      )}
      <StandingTags blocked={blocked} pass={pass} />
      {inside && inside.count > 0 && <span class="tag plain">{insideWords(inside)}</span>}
      {host && <HostTag of={type} kind={kindOfHost(host)} verdict={host.verdict} />}
    </div>
    <WiderBlock blocked={blocked} value={value} />
  </>
)

/** Feeds and own logs. */
export function Facts({ facts }: { facts: IpFacts | ValueFacts }) {
  const { matches, known_good: good, logs } = facts
  const value = 'address' in facts ? facts.address : facts.value
  return (
    <>
      <section>
        <h3>
          Feeds{' '}
          <span class="weak">{matches.length === 0 ? 'no match' : matches.length === 1 ? '1 match' : `${matches.length} matches`}</span>
        </h3>
        <FeedList matches={matches} good={good} value={value} />
      </section>
      {'inside' in facts && facts.inside && <Inside inside={facts.inside} />}
      {'host' in facts && facts.host && <Host of={facts.type} host={facts.host} />}
      {logs && <Logs logs={logs} />}
    </>
  )
}

function Logs({ logs }: { logs: IpFacts['logs'] }) {
  // the 24 hours before the last of them: of an old import too, it shows how it went
  const lastDay = logs.histogram.reduce((sum, bar) => sum + bar.count, 0)
  const end = logs.last_seen === null ? '' : ago(logs.last_seen, now.value)
  const period = `${count(lastDay)} in the 24 h up to ${end === 'just now' ? 'now' : end}`
  return (
    <section>
      <h3>
        Your logs <span class="weak">{logs.count === 0 ? 'none' : count(logs.count)}</span>
      </h3>
      {lastDay > 0 && (
        <>
          <Bars values={logs.histogram.map(bar => bar.count)} label={`Logs by hour: ${period}`} />
          <p class="weak period">{period}</p>
        </>
      )}
      {logs.count > 0 && (
        <dl>
          <dt>Seen</dt>
          <dd>
            {logs.first_seen !== null && (
              <>
                first <Ago time={logs.first_seen} sentence />
              </>
            )}
            {logs.last_seen !== null && (
              <>
                , last <Ago time={logs.last_seen} sentence />
              </>
            )}
          </dd>
          <Values name="Services" values={logs.services} />
          <Values name="Users" values={logs.users} />
        </dl>
      )}
    </section>
  )
}

/** The most frequent values, each with its count. */
function Values({ name, values }: { name: string; values: { value: string; count: number }[] }) {
  if (values.length === 0) return null
  const rest = values.length - 3
  return (
    <>
      <dt>{name}</dt>
      <dd class="cut" title={values.map(({ value, count }) => `${value} ${count}`).join(', ')}>
        {values.slice(0, 3).map(({ value, count: n }, i) => (
          <span key={value}>
            {i > 0 && ', '}
            {value} <span class="weak">{count(n)}</span>
          </span>
        ))}
        {rest > 0 && `, ${values.length < 10 ? rest : ''} more`}
      </dd>
    </>
  )
}
