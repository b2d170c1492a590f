import { Ban, Columns3, Radio } from 'lucide'
import type { GroupRow, UserRow } from '../../attacker-messages.ts'
import { Button } from '../../ui/button.tsx'
import { whyNoBlock } from '../../ui/may.ts'
import { Panel } from '../panel.tsx'
import { go, show } from '../place.ts'
import { block } from '../respond/asking.ts'
import { comparing, mostCompared } from './desk.ts'
import { Figures, Named } from './doings.tsx'

/** Addresses as the way to each of them. */
const Addresses = ({ all }: { all: readonly string[] }) => (
  <ul class="values">
    {all.map(address => (
      <li key={address}>
        <button type="button" class="link addr" onClick={() => show({ ip: address, group: undefined, user: undefined }, true)}>
          {address}
        </button>
      </li>
    ))}
  </ul>
)

/** Attackers that have something in common, and what can be done about all of them. */
export function GroupPanel({ group }: { group: GroupRow }) {
  const { total, addresses } = group.members
  const some = addresses.slice(0, mostCompared)
  return (
    <Panel label={group.label} of={group.id} onClose={() => show({ group: undefined })}>
      <section>
        <div class="row gap wrap">
          <Button
            small
            icon={Ban}
            off={whyNoBlock()}
            onClick={() => block({ targets: addresses.map(value => ({ kind: 'ip', value })), reason: group.label.slice(0, 400) })}
          >
            Block {addresses.length.toLocaleString('en')}…
          </Button>
          <Button small icon={Columns3} onClick={() => (comparing.value = some)}>
            {some.length < total ? `Compare the first ${some.length}` : 'Compare'}
          </Button>
        </div>
        <Figures about={group} />
      </section>
      <Named about={group} />
      <section>
        <h3>
          Addresses <span class="weak">{total.toLocaleString('en')}</span>
        </h3>
        {addresses.length < total && <p class="dim">The first {addresses.length.toLocaleString('en')} are shown.</p>}
        <Addresses all={addresses} />
      </section>
    </Panel>
  )
}

/** Somebody whose account was taken over: from where, and what was done with it. */
export const UserPanel = ({ row }: { row: UserRow }) => (
  <Panel label={row.user} of={row.id} onClose={() => show({ user: undefined })}>
    <section>
      <div class="row gap wrap">
        <Button small icon={Ban} off={whyNoBlock()} onClick={() => block({ targets: [{ kind: 'user', value: row.user }] })}>
          {row.blocked ? 'Extend or lift…' : 'Block this user…'}
        </Button>
        <Button
          small
          icon={Radio}
          onClick={() =>
            go({ section: 'signals', with: { query: `category:account_takeover ${row.path}:"${row.user.replace(/["\\]/g, '\\$&')}"` } })
          }
        >
          Show the signals
        </Button>
      </div>
      <Figures about={row} />
    </section>
    <section>
      <h3>Came from</h3>
      {row.addresses.length === 0 ? (
        <p class="dim">No log of theirs names an address.</p>
      ) : (
        <Addresses all={row.addresses.map(({ value }) => value)} />
      )}
    </section>
    <Named about={row} besides={['users']} />
  </Panel>
)
