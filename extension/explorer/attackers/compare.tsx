import { Ban } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { AttackerRow, Comparison } from '../../attacker-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Bars } from '../../ui/facts.tsx'
import { whyNoBlock } from '../../ui/may.ts'
import { Modal } from '../../ui/modal.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { block } from '../respond/asking.ts'
import { Failed } from '../states.tsx'
import { comparing } from './desk.ts'
import { AttackerStateTag, SignalCount, StandingTag } from './looks.tsx'

type Row = Comparison['rows'][number]
const top = (values: readonly { value: string }[]) => values.slice(0, 3).map(({ value }) => value)
const Texts = ({ all }: { all: readonly string[] }) => (
  <>
    {all.map(text => (
      <div key={text} class="cut" title={text}>
        <Visible text={text} />
      </div>
    ))}
  </>
)
const when = (time: number | null) => time !== null && <Ago time={time} sentence />

const lines: readonly [string, (row: Row) => ComponentChildren][] = [
  ['State', row => <AttackerStateTag state={row.state} />],
  ['Decided', row => <StandingTag standing={row.standing} />],
  ['Country', ({ country }) => country?.name],
  ['Network', ({ as }) => as && <Visible text={as.name} />],
  ['In feeds as', ({ categories }) => <Texts all={categories} />],
  ['Signals', row => <SignalCount signals={row.signals} />],
  ['Logs', ({ logs }) => logs.toLocaleString('en')],
  ['Over 30 days', ({ address, bars }) => <Bars values={bars.map(bar => bar.logs)} label={`Logs of ${address} over 30 days`} />],
  ['First seen', ({ firstSeen }) => when(firstSeen)],
  ['Last seen', ({ lastSeen }) => when(lastSeen)],
  ['Rules', ({ rules }) => <Texts all={top(rules)} />],
  ['Services', ({ services }) => <Texts all={top(services)} />],
  ['Users', ({ users }) => <Texts all={top(users)} />],
  ['Endpoints', ({ paths }) => <Texts all={top(paths)} />],
  ['User agents', ({ agents }) => <Texts all={top(agents)} />],
]
const kinds: Record<string, string> = {
  rules: 'Rules',
  services: 'Services',
  users: 'Users',
  paths: 'Endpoints',
  user_agents: 'User agents',
}

/** Addresses side by side, what they share first, and the way to block them. */
export function Compare() {
  const asked = comparing.value
  return asked.length === 0 ? null : <CompareDialog key={asked.join()} asked={asked} />
}

function CompareDialog({ asked }: { asked: readonly string[] }) {
  const found = useMemo(() => createLoad('compareAttackers'), [])
  const load = () => void found.load({ addresses: [...asked] })
  useEffect(load, [])
  const close = () => (comparing.value = [])
  const about = found.value.value
  const failure = found.failure.value
  return (
    <Modal label={`Compare ${asked.length} ${asked.length === 1 ? 'address' : 'addresses'}, 30 days`} onClose={close}>
      <div class="compare">
        {about && <Side about={about} />}
        {!about && (failure ? <Failed error={failure.error} onRetry={load} /> : <p class="dim">Looking through 30 days</p>)}
        <div class="row foot">
          <span class="end" />
          <Button onClick={close}>Close</Button>
          <Button
            kind="danger"
            icon={Ban}
            off={whyNoBlock()}
            onClick={() => {
              close()
              block({ targets: asked.map(value => ({ kind: 'ip', value })) })
            }}
          >
            Block {asked.length}…
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** It scrolls, so that keys must reach it. */
const scrolling = { 'aria-label': 'Side by side', tabIndex: 0 } as const

function Side({ about: { rows, shared } }: { about: Comparison }) {
  const common = Object.entries(shared).filter(([name, values]) => values.length > 0 && Object.hasOwn(kinds, name))
  return (
    <>
      {rows.length > 1 && (
        <section aria-label="In common">
          <h3>In common</h3>
          {common.length === 0 ? (
            <p class="dim">No rule, service, user, endpoint or user agent.</p>
          ) : (
            <dl class="facts">
              {common.map(([name, values]) => (
                <div key={name} class="pair-of">
                  <dt>{kinds[name]}</dt>
                  <dd>
                    <Texts all={values.slice(0, 5)} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </section>
      )}
      <section class="side" {...scrolling}>
        <table>
          <thead>
            <tr>
              <td />
              {rows.map(({ address }: AttackerRow) => (
                <th key={address} scope="col" class="addr">
                  {address}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(([title, cell]) => (
              <tr key={title}>
                <th scope="row">{title}</th>
                {rows.map(row => (
                  <td key={row.address}>{cell(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
