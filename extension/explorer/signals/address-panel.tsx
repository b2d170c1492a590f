import { Ban, ListFilter } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { Facts, Summary } from '../../ui/ip-facts.tsx'
import { AttackerFacts } from '../attackers/address-facts.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { PivotsOf } from '../pivots.tsx'
import { go, show } from '../place.ts'
import { block } from '../respond/asking.ts'
import { Decided } from '../respond/decided.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { useKeys } from '../use-keys.ts'
import { SignalLine } from './signal-line.tsx'
import type { Narrow } from './value-menu.ts'

const path = '@network.client.ip'

/** What is known of one address: where it is, what feeds say, what your logs and signals have of it, and what it did as an attacker. */
export function AddressPanel(props: { address: string; narrow: Narrow; onClose?(): void }) {
  const { address, narrow, onClose = () => show({ ip: undefined }) } = props
  const found = useMemo(() => createLoad('lookup'), [])
  useEffect(() => {
    void found.load({ ip: address })
    return onPush(push => push.type === 'blockNews' && void found.load({ ip: address }))
  }, [address])
  useKeys({ b: () => block({ targets: [{ kind: 'ip', value: address }] }) })
  const facts = found.value.value?.address === undefined ? null : found.value.value
  const failure = found.failure.value
  return (
    <Panel label={address} of={address} onClose={onClose}>
      {facts && (
        <>
          <section class="ip-facts">
            <Summary facts={facts} />
            <div class="row gap">
              <Button small icon={ListFilter} onClick={() => narrow(path, address, 'filter')}>
                Filter by it
              </Button>
              <Button small icon={Ban} onClick={() => narrow(path, address, 'exclude')}>
                Exclude it
              </Button>
            </div>
            <Decided facts={facts} />
          </section>
          <div class="ip-facts">
            <Facts facts={facts} />
          </div>
          <PivotsOf value={address} />
          <section>
            <h3>
              Signals <span class="weak">{facts.signals.total.toLocaleString('en')}</span>
            </h3>
            <ul class="lines">
              {facts.signals.latest.map(row => (
                <SignalLine key={row.id} row={row} onOpen={() => go({ section: 'signals', with: { row: row.id, from: '0' } })} />
              ))}
            </ul>
          </section>
          <AttackerFacts address={address} />
        </>
      )}
      {!facts && (failure ? <Failed error={failure.error} onRetry={() => void found.load({ ip: address })} /> : <Skeleton />)}
    </Panel>
  )
}
