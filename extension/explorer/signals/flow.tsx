import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { Investigation } from '../../signal-messages.ts'
import { exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Flow, keptFlow, laneOf, placeOf, ticks, windowOf } from './lanes.ts'
import { queryOf, quote, whoQuery } from './related-logs.ts'

/** Other kinds of logs that are shown beside those of the rule. */
const others = 4

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** How it went on over time: a lane for each query of the rule, and for what else the same users and addresses did then. */
export function AttackFlow({ about }: { about: Investigation }) {
  const [flow, setFlow] = useState<{ of: string; flow: Flow; kept: string }>()
  const { id, last_seen: last } = about.row
  useEffect(() => {
    let gone = false
    void flowOf(about).then(found => {
      if (!gone) setFlow({ of: id, ...found })
    })
    return () => {
      gone = true
    }
  }, [id, last])
  const shown = flow?.of === id ? flow : undefined
  const format = shown && shown.flow.to - shown.flow.from > 86_400_000 ? day : clock
  return (
    <section aria-busy={shown === undefined}>
      <h3>
        Attack flow{' '}
        {shown && shown.flow.to - shown.flow.from >= 60_000 && (
          <span class="weak">
            {format.format(shown.flow.from)} to {format.format(shown.flow.to)}
          </span>
        )}
      </h3>
      <ul class="lanes">
        {shown ? (
          shown.flow.lanes.map(({ name, query, count, ticks, grave }) => (
            <li key={`${name} ${query}`}>
              <span class="cut" title={query || name}>
                <Visible text={name} />
              </span>
              <span
                class={`track ${grave ? about.row.severity : ''}`}
                role="img"
                aria-label={`${count.toLocaleString('en')} from ${ticks[0] ? exact(ticks[0].time) : 'never'} to ${ticks.length > 0 ? exact(ticks.at(-1)!.time) : 'never'}`}
              >
                {ticks.map(({ time, count }) => {
                  const { left, width } = placeOf(shown.flow, time)
                  return <i key={time} style={{ left: `${left}%`, width: `${width}%` }} title={`${count} at ${exact(time)}`} />
                })}
              </span>
              <span class="weak">{count.toLocaleString('en')}</span>
            </li>
          ))
        ) : (
          // as high as it will be
          <li>
            <span class="weak">Looking at the logs</span>
          </li>
        )}
      </ul>
      {shown?.kept && <p class="weak">{shown.kept}</p>}
    </section>
  )
}

async function flowOf(about: Investigation): Promise<{ flow: Flow; kept: string }> {
  const span = windowOf(about)
  const buckets = ticks
  const search = (query: string) => ask('search', { track: 'logs', query, ...span, limit: 0, buckets })
  if (about.queries.length === 0 && about.logs.length === 0)
    return { flow: { ...keptFlow(about), lanes: await elsewhere(about, span) }, kept: 'It names no logs of its own.' }
  const wanted = about.queries.map(({ name, query }) => ({ name, query: queryOf(query, about) }))
  const found = await Promise.all(wanted.map(({ query }) => search(query)))
  const lanes = found.flatMap((answer, i) => (isFailure(answer) ? [] : [laneOf(wanted[i]!.name, wanted[i]!.query, answer)]))
  const failure = found.find(isFailure)
  if (failure) return { flow: keptFlow(about), kept: `Only the logs kept in the signal: ${failure.error}` }
  if (lanes.every(({ count }) => count === 0))
    return { flow: keptFlow(about), kept: 'The logs are not there any more. These were kept in the signal.' }
  lanes.push(...(await elsewhere(about, span)))
  return { flow: { ...span, step: (span.to - span.from) / buckets, lanes }, kept: '' }
}

/** What else its users and addresses did in that time, by the name of what happened. */
async function elsewhere(about: Investigation, span: { from: number; to: number }) {
  const who = whoQuery(about)
  if (who === '') return []
  const mine = about.queries.map(({ query }) => query.trim()).filter(query => query !== '' && query !== '*')
  if (mine.length < about.queries.length) return []
  const query = [`(${who})`, ...mine.map(query => `-(${query})`)].join(' ')
  const interval = `${Math.max(1, Math.ceil((span.to - span.from) / ticks / 1_000))}s`
  const measures = [{ aggregation: 'count' as const }, { aggregation: 'count' as const, interval }]
  const answer = await ask('search', {
    track: 'logs',
    query,
    ...span,
    limit: 0,
    measures,
    groupBy: [{ facet: '@evt.name', limit: others }],
  })
  if (isFailure(answer)) return []
  return answer.groups.map(({ by, values: [total, over] }) => {
    const name = by['@evt.name'] ?? 'Other logs'
    const histogram = Array.isArray(over) ? over.map(({ time, value }) => ({ time, count: value })) : []
    const more = `${query} @evt.name:${quote(name)}`
    return { ...laneOf(name, more, { total: typeof total === 'number' ? total : 0, histogram }), grave: after(histogram, about) }
  })
}
/** What only began once the rule had fired came of it. */
const after = (histogram: readonly { time: number; count: number }[], { row }: Investigation): boolean =>
  histogram.length > 0 && histogram.filter(({ count }) => count > 0).every(({ time }) => time >= row.last_seen)
