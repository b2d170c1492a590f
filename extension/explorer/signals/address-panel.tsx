import { Ban, ListFilter } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { Facts, Summary } from '../../ui/ip-facts.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { block } from '../respond/asking.ts'
import { Decided } from '../respond/decided.tsx'
import type { Surface } from '../search/types.ts'
import { Failed, Skeleton } from '../states.tsx'
import { useKeys } from '../use-keys.ts'
import { SignalLine } from './signal-line.tsx'

const path = '@network.client.ip'

/** What is known of one address: where it is, what feeds say, what your logs and signals have of it. */
export function AddressPanel({ address, surface }: { address: string; surface: Surface }) {
  const found = useMemo(() => createLoad('lookup'), [])
  useEffect(() => {
    void found.load({ ip: address })
    return onPush(push => push.type === 'blockNews' && void found.load({ ip: address }))
  }, [address])
  useKeys({ b: () => block({ targets: [{ kind: 'ip', value: address }] }) })
  const facts = found.value.value?.address === undefined ? null : found.value.value
  const failure = found.failure.value
  return (
    <Panel label={address} of={address} onClose={() => show({ ip: undefined })}>
      {facts && (
        <>
          <section class="ip-facts">
            <Summary facts={facts} />
            <div class="row gap">
              <Button small icon={ListFilter} onClick={() => surface.narrow(path, address, 'filter')}>
                Filter by it
              </Button>
              <Button small icon={Ban} onClick={() => surface.narrow(path, address, 'exclude')}>
                Exclude it
              </Button>
            </div>
            <Decided facts={facts} />
          </section>
          <div class="ip-facts">
            <Facts facts={facts} />
          </div>
          <section>
            <h3>
              Signals <span class="weak">{facts.signals.total.toLocaleString('en')}</span>
            </h3>
            <ul class="lines">
              {facts.signals.latest.map(row => (
                <SignalLine key={row.id} row={row} onOpen={() => show({ row: row.id, ip: undefined }, true)} />
              ))}
            </ul>
          </section>
        </>
      )}
      {!facts && (failure ? <Failed error={failure.error} onRetry={() => void found.load({ ip: address })} /> : <Skeleton />)}
    </Panel>
  )
}
