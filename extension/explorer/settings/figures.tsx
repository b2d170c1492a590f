import { useEffect } from 'preact/hooks'
import { isSeverity, rank } from '../../../shared/severity.ts'
import { type Dimension, dimensions, type Figures, type TriageFigures } from '../../setup-messages.ts'
import { capital, Severity } from '../../ui/glyphs.tsx'
import { granted, whyNot } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { printPlace } from '../link.ts'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { RateBar, TimeBar } from './figure-bars.tsx'
import { measures } from './measures.ts'
import { Body, Shell, Waiting } from './shell.tsx'
import { rateText, spanText } from './span.ts'

const figures = createLoad('triageFigures')
const spans = [
  ['now-1d', '1 day'],
  ['now-7d', '7 days'],
  ['now-30d', '30 days'],
  ['now-90d', '90 days'],
] as const

const none = <span class="weak">–</span>
const spanOf = (ms: number | null) => (ms === null ? none : spanText(ms))

/** How triage goes: how quickly, how often for nothing, and what is late. */
export function FiguresPart() {
  const asked = place.value.with
  const from = spans.find(([name]) => name === asked['since'])?.[0] ?? 'now-30d'
  const by: Dimension = dimensions.find(name => name === asked['by']) ?? 'severity'
  const reload = async () => {
    if (whyNot('security_monitoring_signals_read') === undefined) await figures.load({ from })
  }
  useEffect(() => void reload(), [from, granted.value])
  const found = figures.value.value
  return (
    <Shell
      part="figures"
      says="Of signals that you may see, by when they were made."
      onReload={() => void reload()}
      tools={
        <fieldset class="choices">
          <legend class="sr">Made in the last</legend>
          {spans.map(([name, label]) => (
            <label key={name}>
              <input
                type="radio"
                name="since"
                checked={name === from}
                onChange={() => show({ since: name === 'now-30d' ? undefined : name })}
              />
              {label}
            </label>
          ))}
        </fieldset>
      }
    >
      {found ? (
        <Body part="figures">
          {figures.failure.value && (
            <p class="notice critical" role="alert">
              {figures.failure.value.error}
            </p>
          )}
          <div class={figures.loading.value ? 'pending' : ''}>
            <Summary all={found.all} />
            <ByGroup found={found} by={by} from={from} />
            <Meanings />
          </div>
        </Body>
      ) : (
        <Waiting barred={whyNot('security_monitoring_signals_read')} failure={figures.failure.value} onRetry={reload} />
      )}
    </Shell>
  )
}

const Summary = ({ all }: { all: Figures }) => (
  <dl class="tiles">
    {measures.map(({ id, label, means, tell, more }) => (
      <div key={id} title={means}>
        <dt>{label}</dt>
        <dd>
          {tell(all) ?? none}
          <span class="weak">{more?.(all)}</span>
        </dd>
      </div>
    ))}
  </dl>
)

const labels: Record<Dimension, string> = { severity: 'Severity', rule: 'Rule', assignee: 'Assignee' }
const facetOf: Record<Dimension, string> = {
  severity: 'status',
  rule: '@workflow.rule.id',
  assignee: '@workflow.triage.assignee.handle',
}

/** Its signals. */
function linkOf(by: Dimension, group: string, from: string): string {
  const query = group === '' ? `-${facetOf[by]}:*` : `${facetOf[by]}:${/^[\w-]+$/.test(group) ? group : JSON.stringify(group)}`
  return printPlace({ section: 'signals', with: { query, from } })
}

function ByGroup({ found, by, from }: { found: TriageFigures; by: Dimension; from: string }) {
  const rows = [...found.by[by]]
  if (by === 'severity') rows.sort((a, b) => rankOf(b.group) - rankOf(a.group))
  const most = (read: (row: Figures) => number | null) => Math.max(1, ...rows.map(row => read(row) ?? 0))
  const [ack, resolve] = [most(row => row.toAcknowledge.p90), most(row => row.toResolve.p90)]
  const meaning = (id: string) => measures.find(one => one.id === id)?.means
  return (
    <section>
      <div class="row">
        <h2>By {labels[by].toLowerCase()}</h2>
        <span class="end" />
        <fieldset class="choices">
          <legend class="sr">By</legend>
          {dimensions.map(name => (
            <label key={name}>
              <input type="radio" name="by" checked={name === by} onChange={() => show({ by: name === 'severity' ? undefined : name })} />
              {labels[name]}
            </label>
          ))}
        </fieldset>
      </div>
      {rows.length === 0 ? (
        <p class="dim">No signals were made in that time. Choose a longer one.</p>
      ) : (
        <div class="box wide">
          <table class="figures-table">
            <thead>
              <tr>
                <th scope="col">{labels[by]}</th>
                <th scope="col" title={meaning('signals')}>
                  Signals
                </th>
                <th scope="col" title={meaning('ack')}>
                  To acknowledge
                </th>
                <th scope="col" title={meaning('resolve')}>
                  To resolve
                </th>
                <th scope="col" title={meaning('false')}>
                  False positives
                </th>
                <th scope="col" title={meaning('overdue')}>
                  Overdue
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.group}>
                  <th scope="row">
                    <a href={linkOf(by, row.group, from)}>
                      <Group by={by} row={row} />
                    </a>
                  </th>
                  <td class="number">{row.signals.toLocaleString('en')}</td>
                  <td>
                    <TimeBar times={row.toAcknowledge} most={ack} />
                    {spanOf(row.toAcknowledge.median)}
                  </td>
                  <td>
                    <TimeBar times={row.toResolve} most={resolve} />
                    {spanOf(row.toResolve.median)}
                  </td>
                  <td>
                    <RateBar rate={row.falsePositiveRate} />
                    {row.falsePositiveRate === null ? none : rateText(row.falsePositiveRate)}
                  </td>
                  <td class={`number ${row.overdue > 0 ? 'bad' : ''}`}>{row.overdue.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > 0 && <p class="weak">A bar ends at the median, its line at what nine of ten stayed below.</p>}
    </section>
  )
}
const rankOf = (group: string) => (isSeverity(group) ? rank(group) : -1)

const Group = ({ by, row }: { by: Dimension; row: Figures }) =>
  by === 'severity' && isSeverity(row.group) ? (
    <Severity level={row.group} />
  ) : (
    <Visible text={row.name || (row.group ? row.group : by === 'assignee' ? 'Nobody' : capital('none'))} />
  )

/** The same as on hover, for who cannot hover. */
const Meanings = () => (
  <details class="meanings">
    <summary>What these figures mean</summary>
    <dl class="facts">
      {measures.map(({ id, label, means }) => (
        <>
          <dt key={id}>{label}</dt>
          <dd>{means}</dd>
        </>
      ))}
    </dl>
  </details>
)
