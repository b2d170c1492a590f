import { useMemo } from 'preact/hooks'
import type { RuleDetails, RuleNoise } from '../../rule-messages.ts'
import { Severity } from '../../ui/glyphs.tsx'
import { Markdown, readMarkdown } from '../../ui/markdown.tsx'
import { QueryText } from '../../ui/query-text.tsx'
import { Ago } from '../../ui/time.tsx'
import { Folded } from '../folded.tsx'
import { Attack, Tags } from '../tags.tsx'
import { measure, optionLines, percent } from './words.ts'

const isAttack = (tag: string) => /^(?:tactic|technique):/.test(tag)

/** What a rule looks for, and how it does: the message first, then what it rests on. */
export function Overview({ about, noise }: { about: RuleDetails; noise: RuleNoise | undefined }) {
  const { row, message, queries, cases, filters, options } = about
  const blocks = useMemo(() => readMarkdown(message), [message])
  const tags = row.tags.filter(tag => !isAttack(tag))
  return (
    <>
      {noise && <Figures noise={noise} />}
      <section>
        <h3>Message</h3>
        {blocks.length > 0 ? (
          <Folded what="the message">
            <Markdown blocks={blocks} />
          </Folded>
        ) : (
          <p class="dim">None.</p>
        )}
      </section>
      <section>
        <h3>Queries</h3>
        <ul class="queries">
          {queries.map((query, at) => (
            <li key={at}>
              <div class="row">
                <strong>{query.name || `Query ${at + 1}`}</strong>
                <span class="dim">{measure(query)}</span>
              </div>
              {query.rule ? <p class="dim">Signals of the rule {query.rule}</p> : <QueryText text={query.query || '*'} />}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>
          Cases <span class="weak">the first that holds</span>
        </h3>
        <ul class="cases">
          {cases.map((one, at) => (
            <li key={at}>
              <Severity level={one.severity} />
              <code>{one.condition || 'any match'}</code>
              <span class="dim cut">{one.name}</span>
            </li>
          ))}
        </ul>
      </section>
      {filters.length > 0 && (
        <section>
          <h3>Filters</h3>
          <ul class="queries">
            {filters.map((filter, at) => (
              <li key={at}>
                <strong>{filter.action === 'require' ? 'Only' : 'Without'}</strong>
                <QueryText text={filter.query} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>Options</h3>
        <dl class="facts">
          {optionLines(options).map(([name, value]) => (
            <Line key={name} name={name} value={value} />
          ))}
        </dl>
      </section>
      <Attack tags={row.tags.filter(isAttack)} />
      <Tags tags={tags} none={<span class="dim">None.</span>} />
      <section class="weak">
        Made <Ago time={about.createdAt} sentence />
        {about.author && ` by ${about.author}`}, changed <Ago time={row.updatedAt} sentence />
        {about.updatedBy && ` by ${about.updatedBy}`}. <code>{row.id}</code>
      </section>
    </>
  )
}

const Line = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
)

/** How noisy it is. */
const Figures = ({ noise }: { noise: RuleNoise }) => (
  <dl class="figures">
    <Figure name="7 days" value={noise.week.toLocaleString('en')} />
    <Figure name="30 days" value={noise.month.toLocaleString('en')} />
    <Figure name="False positives" value={noise.falsePositives === null ? 'none archived' : percent(noise.falsePositives)} />
    <Figure name="Last fired" value={noise.last ? <Ago time={noise.last} sentence /> : 'never'} />
    <Figure name="Last true positive" value={noise.lastTruePositive ? <Ago time={noise.lastTruePositive} sentence /> : 'never'} />
    {noise.hidden > 0 && <Figure name="Suppressed" value={noise.hidden.toLocaleString('en')} />}
  </dl>
)

const Figure = ({ name, value }: { name: string; value: string | preact.JSX.Element }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
