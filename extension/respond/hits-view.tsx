import { TriangleAlert } from 'lucide'
import { useId } from 'preact/hooks'
import { Bars } from '../ui/facts.tsx'
import { Icon } from '../ui/icon.tsx'
import { Visible } from '../ui/visible.tsx'
import type { createHits, Hits } from './hits.ts'

const counted = ['users', 'services', 'countries'] as const
const one: Record<(typeof counted)[number], string> = { users: 'user', services: 'service', countries: 'country' }

/** Whom it would have hit in the last 24 hours, people first to worry about. */
export function HitsView({ hits: { hits, why }, busy, none }: { hits: ReturnType<typeof createHits>; busy: boolean; none: boolean }) {
  const id = useId()
  const found = hits.value
  return (
    <section class={`hits ${busy && found ? 'old' : ''}`} aria-labelledby={id} aria-busy={busy}>
      <h3 id={id}>The last 24 hours with this block</h3>
      {none && !busy && <p class="dim">Nothing is chosen.</p>}
      {!none && why.value !== '' && <p class="dim">{why.value}</p>}
      {!none && !found && why.value === '' && <p class="dim">Looking</p>}
      {!none && found && <Found of={found} />}
    </section>
  )
}

function Found({ of }: { of: Hits }) {
  const { logs, bars, cut, people } = of
  const said = logs.toLocaleString('en')
  if (logs === 0) return <p class="dim">It would have hit nobody: no log names it.</p>
  return (
    <>
      <Bars values={bars} label={`${said} ${logs === 1 ? 'log' : 'logs'} over the last 24 hours`} />
      <dl>
        <div>
          <dt>{logs === 1 ? 'log' : 'logs'}</dt>
          <dd>{said}</dd>
        </div>
        {counted.map(name => (
          <div key={name}>
            <dt>{of[name] === 1 ? one[name] : name}</dt>
            <dd>
              {cut.includes(name) && <span class="weak">about </span>}
              {of[name].toLocaleString('en')}
            </dd>
          </div>
        ))}
      </dl>
      <div class={people.length > 0 ? 'people' : ''}>
        {people.map(({ user, address, count }) => (
          <p class="row" key={`${user} ${address}`}>
            <Icon of={TriangleAlert} small />
            <span>
              <strong>
                <Visible text={user} />
              </strong>{' '}
              logged in {count === 1 ? 'once' : `${count.toLocaleString('en')} times`} from {address}
            </span>
          </p>
        ))}
        <a href={`/explorer.html#/logs?${query(of)}`} target="_blank" rel="noopener">
          See {logs === 1 ? 'this log' : `these ${said} logs`}
        </a>
      </div>
    </>
  )
}

const query = ({ query, from, to }: Hits): string =>
  new URLSearchParams({ query, from: new Date(from).toISOString(), to: new Date(to).toISOString() }).toString()
