import { severities } from '../../../shared/severity.ts'
import type { Doings, Bars as Stretches } from '../../attacker-messages.ts'
import type { Count } from '../../search-messages.ts'
import { Bars } from '../../ui/facts.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { Ago, exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'

const figure = (n: number) => n.toLocaleString('en')

/** Signals by severity, logs, and when. */
export const Figures = ({ about: { signals, logs, firstSeen, lastSeen } }: { about: Doings }) => (
  <dl class="facts">
    <dt>Signals</dt>
    <dd class="row wrap">
      {figure(signals.total)}
      {severities.map(
        name =>
          signals.severities[name] !== undefined && (
            <span key={name} class="row nowrap">
              <Severity level={name} /> {figure(signals.severities[name])}
            </span>
          ),
      )}
    </dd>
    <dt>Logs</dt>
    <dd>{figure(logs)}</dd>
    {firstSeen !== null && lastSeen !== null && (
      <>
        <dt>Seen</dt>
        <dd>
          first <Ago time={firstSeen} sentence />, last <Ago time={lastSeen} sentence />
        </dd>
      </>
    )}
  </dl>
)

const kinds: readonly [keyof Doings, string][] = [
  ['rules', 'Rules'],
  ['services', 'Services'],
  ['users', 'Users'],
  ['paths', 'Endpoints'],
  ['agents', 'User agents'],
  ['outcomes', 'Ended in'],
]

/** What logs and signals name: the most frequent first, hostile texts as texts. `besides`: kinds shown elsewhere. */
export const Named = ({ about, besides = [] }: { about: Doings; besides?: readonly (keyof Doings)[] }) => (
  <>
    {kinds
      .filter(([name]) => !besides.includes(name))
      .map(([name, title]) => (
        <Values key={name} title={title} values={about[name] as Count[]} />
      ))}
  </>
)

function Values({ title, values }: { title: string; values: readonly Count[] }) {
  if (values.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul class="values">
        {values.map(({ value, count }) => (
          <li key={value}>
            <Visible text={value} />
            <span class="weak">{figure(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How much there was of it over the range. */
export function Volume({ bars }: { bars: Stretches }) {
  const [first, last] = [bars[0], bars.at(-1)]
  if (!first || !last) return null
  const all = (kind: 'signals' | 'logs') => bars.reduce((sum, bar) => sum + bar[kind], 0)
  const from = exact(first.time)
  return (
    <div class="volume">
      {(['signals', 'logs'] as const).map(kind => (
        <figure key={kind}>
          <figcaption class="weak">
            {figure(all(kind))} {kind} since {from}
          </figcaption>
          <Bars values={bars.map(bar => bar[kind])} label={`${figure(all(kind))} ${kind} since ${from}, over time`} />
        </figure>
      ))}
    </div>
  )
}
