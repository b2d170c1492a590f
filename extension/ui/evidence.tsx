import type { ComponentChildren } from 'preact'
import type { SignalDetails } from '../messages.ts'
import { Address } from './facts.tsx'
import { type Block, Markdown } from './markdown.tsx'
import { attack, measured, sentence } from './story.ts'
import { Ago, exact } from './time.tsx'
import { Visible } from './visible.tsx'

/** What is known of a signal: the sentence first, then what it rests on, raw logs last. `message` is as much of the rule's as is wanted. */
export function Evidence({ about, message, samples }: { about: SignalDetails; message: readonly Block[]; samples: number }) {
  const { row } = about
  return (
    <div class="evidence">
      <p class="happened">
        <Visible text={sentence(about)} />
      </p>
      <dl>
        <Fact name="Seen">
          first <Ago time={row.first_seen} sentence />, last <Ago time={row.last_seen} sentence />
        </Fact>
        <Fact name="Detected">
          <Ago time={row.timestamp} sentence />
        </Fact>
        <Fact name="Events">{row.events_matched.toLocaleString('en')} matched</Fact>
        <Fact name="Rule">{about.rule}</Fact>
        <Fact name="Condition">
          <span class="mono">{measured(about)}</span>
        </Fact>
        {about.queries.map(({ name, query }) => (
          <Fact key={name} name={about.queries.length > 1 ? `Query ${name}` : 'Query'}>
            <span class="mono">{query}</span>
          </Fact>
        ))}
        <Fact name="Addresses">
          {about.addresses.map(({ value, verdict }) => (
            <span class="one" key={value}>
              <Address ip={value} verdict={verdict} />
            </span>
          ))}
        </Fact>
        <Fact name="Known good">
          {about.addresses
            .filter(({ knownGood }) => knownGood.length > 0)
            .map(({ value, knownGood }) => (
              <span class="one" key={value}>
                <span class="addr">{value}</span> in {knownGood.join(', ')}
              </span>
            ))}
        </Fact>
        <Fact name="Users">{row.users.join(', ')}</Fact>
        <Fact name="Hosts">{about.hosts.join(', ')}</Fact>
        <Fact name="Services">{row.services.join(', ')}</Fact>
        <Fact name="ATT&CK">
          {about.tags.map(tag => (
            <span class="tag plain" title={tag} key={tag}>
              {attack(tag)}
            </span>
          ))}
        </Fact>
      </dl>
      {message.length > 0 && <Markdown blocks={message} />}
      {about.samples.length > 0 && <Samples all={about.samples} shown={samples} />}
    </div>
  )
}

/** A line of facts; one without any is left out. */
function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === '' || (Array.isArray(children) && children.length === 0)) return null
  return (
    <>
      <dt>{name}</dt>
      <dd>{typeof children === 'string' ? <Visible text={children} /> : children}</dd>
    </>
  )
}

const Samples = ({ all, shown }: { all: SignalDetails['samples']; shown: number }) => (
  <>
    <h4>{shown < all.length ? `Logs, ${shown} of ${all.length} kept` : 'Logs'}</h4>
    <ul class="samples">
      {all.slice(0, shown).map(({ time, text }, at) => (
        <li class="mono" key={at} title={exact(time)}>
          <Visible text={text} />
        </li>
      ))}
    </ul>
  </>
)
