import type { Investigation } from '../../signal-messages.ts'
import { Markdown, readMarkdown } from '../../ui/markdown.tsx'
import { QueryText } from '../../ui/query-text.tsx'
import { measured, sentence } from '../../ui/story.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { EvidenceLinks } from '../evidence/links.tsx'
import { evidenceOf } from '../evidence/reading.ts'
import { Folded } from '../folded.tsx'
import { Entities } from './entities.tsx'
import { AttackFlow } from './flow.tsx'
import { NextSteps } from './next-steps.tsx'
import { isByHand } from './reading.ts'
import { Timeline } from './timeline.tsx'
import { SignalWorkflows } from './workflows.tsx'

/** What is read before it is decided: the answer first, then what it rests on, what can be done, and what was done. */
export const Overview = ({ about }: { about: Investigation }) => (
  <>
    <WhatHappened about={about} />
    <AttackFlow about={about} />
    <Entities about={about} />
    <NextSteps about={about} />
    <SignalWorkflows about={about} />
    <Timeline about={about} />
  </>
)

function WhatHappened({ about }: { about: Investigation }) {
  const { row, queries, group, reasons } = about
  return (
    <section>
      <h3>What happened</h3>
      <p>
        {isByHand(about) && 'A person raised it. '}
        <Visible text={sentence(about)} />
      </p>
      {isByHand(about) && about.message !== '' && (
        <Folded what="the message">
          <Markdown blocks={readMarkdown(about.message)} />
        </Folded>
      )}
      <dl class="facts">
        {about.condition !== '' && <Line name="Condition" value={<code>{measured(about)}</code>} />}
        {group.map(({ path, value }) => (
          <Line key={path} name={`For ${path}`} value={<Visible class="mono" text={value} />} />
        ))}
        <Line
          name="Seen"
          value={
            <>
              first <Ago time={row.first_seen} sentence />, last <Ago time={row.last_seen} sentence />
            </>
          }
        />
        {row.services.length > 0 && <Line name="Service" value={<Visible text={row.services.join(', ')} />} />}
      </dl>
      <EvidenceLinks ids={evidenceOf(about.allTags)} />
      {reasons.length > 1 && (
        <details>
          <summary>It held {reasons.length} times</summary>
          <ul class="reasons">
            {reasons.map((reason, at) => (
              <li key={at}>
                <Visible text={reason} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <ul class="queries">
        {queries.map(({ name, query, value }) => (
          <li key={name}>
            <span class="dim">
              <strong>{name || 'Matching logs'}</strong> {value.toLocaleString('en')}
            </span>
            <Folded what={name ? `the query ${name}` : 'the query'} lines={4}>
              <QueryText text={query} />
            </Folded>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Line = ({ name, value }: { name: string; value: preact.ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
)
