import { Copy, Terminal } from 'lucide'
import { IconButton } from '../../ui/button.tsx'
import { copy } from '../signals/value-menu.ts'

/** The forms in which the daemon hands the denylist out, by their names there, and what each is for. */
const lists = [
  ['plain', 'One address or range a line, for anything.'],
  ['nginx', 'deny directives, for include in a server.'],
  ['haproxy', 'A map for HAProxy’s ACLs.'],
  ['nftables', 'Sets for nft -f.'],
  ['hosts-deny', 'Lines for /etc/hosts.deny.'],
  ['rules-data', 'What Datadog’s tracers block, addresses and users.'],
  ['stix', 'STIX 2.1 indicators, users too.'],
  ['users', 'Blocked users, one a line.'],
] as const

/** Where the denylist can be fetched as a file, with the key of an enforcer. */
export const Lists = ({ url }: { url: string }) => (
  <section>
    <h2>Lists</h2>
    <p class="dim">
      The same denylist as a file, with an ETag. Whoever fetches it sends the key of an enforcer as <code>X-Api-Key</code>: make one for
      each, and its fetches show above.
    </p>
    <div class="box">
      <table>
        <tbody>
          {lists.map(([name, says]) => {
            const address = `${url}/api/local/lists/${name}`
            return (
              <tr key={name}>
                <th class="nowrap">{name}</th>
                <td>
                  <span class="mono block">{address}</span>
                  <span class="dim">{says}</span>
                </td>
                <td class="nowrap">
                  <IconButton label={`Copy the link of ${name}`} icon={Copy} small onClick={() => void copy(address)} />
                  <IconButton
                    label={`Copy a command that fetches ${name}`}
                    icon={Terminal}
                    small
                    onClick={() => void copy(`curl -H "X-Api-Key: $KEY" '${address}'`)}
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  </section>
)
