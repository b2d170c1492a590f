import { Ellipsis, Server, TriangleAlert, UserRound } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { withCodes } from '../../../shared/unseen.ts'
import type { Verdict } from '../../../shared/verdict.ts'
import type { Investigation } from '../../signal-messages.ts'
import { VerdictTag } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Facts, Summary } from '../../ui/ip-facts.tsx'
import { MenuButton } from '../../ui/menu-button.tsx'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { PivotsOf } from '../pivots.tsx'
import { Failed } from '../states.tsx'
import { serviceOf } from './catalogue.ts'
import { isByHand, isCompromised, tagged } from './reading.ts'
import { useValueMenu } from './value-menu.ts'

/** Whom it comes from and whom it hits: attacking addresses with what feeds say, users, hosts and services. */
export function Entities({ about }: { about: Investigation }) {
  const { addresses, hosts, row, allTags } = about
  const compromised = isCompromised(allTags)
  const envs = tagged(allTags, 'env')
  const services = row.services.map(service => {
    const known = serviceOf(service)
    const owner = known?.owner || tagged(allTags, 'team')[0]
    return {
      service,
      says: [envs.join(', '), owner && `owned by ${owner}`, known?.onCall && `on call ${known.onCall}`].filter(Boolean).join(', '),
    }
  })
  return (
    <section>
      <h3>Entities</h3>
      <ul class="ents">
        {addresses.map(({ value, verdict }) => (
          <AddressLine key={value} address={value} verdict={verdict} />
        ))}
        {row.users.map(user => (
          <Entity key={user} icon={UserRound} name={user} path="@usr.name">
            {compromised ? (
              <span class="tag suspicious" title="The rule is about accounts that were taken over">
                <Icon of={TriangleAlert} />
                Compromised
              </span>
            ) : (
              <span class="weak">{isByHand(about) ? 'named by who raised it' : 'named in the logs'}</span>
            )}
          </Entity>
        ))}
        {hosts.map(host => (
          <Entity key={host} icon={Server} name={host} path="host">
            <span class="weak">host</span>
          </Entity>
        ))}
        {services.map(({ service, says }) => (
          <Entity key={service} icon={Server} name={service} path="service">
            <Visible class="weak cut" text={`service${says && `, ${says}`}`} />
          </Entity>
        ))}
      </ul>
      {addresses.length + row.users.length + hosts.length + services.length === 0 && <p class="dim">It names nobody.</p>}
    </section>
  )
}

function Entity(props: { icon: typeof Server; name: string; path: string; children: preact.ComponentChildren }) {
  const choices = useValueMenu(props.path, props.name)
  return (
    <li>
      <Icon of={props.icon} small />
      <strong class="cut" title={withCodes(props.name)}>
        <Visible text={props.name} />
      </strong>
      {props.children}
      <span class="end" />
      <MenuButton label={`${props.name}: actions`} name={`Actions for ${props.name}`} hint choices={choices} over>
        <Icon of={Ellipsis} />
      </MenuButton>
    </li>
  )
}

function AddressLine({ address, verdict }: { address: string; verdict: Verdict | null }) {
  const [open, setOpen] = useState(false)
  const choices = useValueMenu('@network.client.ip', address, {
    label: open ? 'Hide details' : 'Details',
    run: () => setOpen(!open),
  })
  return (
    <li class="tall">
      <div class="row">
        <Visible class="addr" text={address} />
        {verdict ? <VerdictTag kind={verdict} /> : <span class="weak">in no feed</span>}
        <span class="end" />
        <button type="button" class="btn quiet small" aria-expanded={open} onClick={() => setOpen(!open)}>
          Details
        </button>
        <MenuButton label={`${address}: actions`} name={`Actions for ${address}`} hint choices={choices} over>
          <Icon of={Ellipsis} />
        </MenuButton>
      </div>
      {open && <AddressFacts address={address} />}
    </li>
  )
}

/** What feeds and logs say of an address, below it. */
export function AddressFacts({ address }: { address: string }) {
  const found = useMemo(() => createLoad('lookup'), [])
  useEffect(() => void found.load({ ip: address }), [address])
  const facts = found.value.value
  const failure = found.failure.value
  if (failure) return <Failed error={failure.error} onRetry={() => void found.load({ ip: address })} />
  if (!facts) return <p class="dim">Looking it up</p>
  return (
    <div class="ip-facts">
      <Summary facts={facts} />
      <Facts facts={facts} />
      <PivotsOf value={address} />
    </div>
  )
}
