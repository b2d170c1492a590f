import { ShieldCheck, ShieldOff } from 'lucide'
import type { PassRow } from '../../respond-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Ago, exact, now } from '../../ui/time.tsx'
import { saidTime } from '../../ui/until.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid, readSort } from '../grid.tsx'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { pass } from '../respond/asking.ts'
import { Failed, Skeleton } from '../states.tsx'
import { formOf, offFor, passes, reload, removePass, whyNoList } from './desk.ts'
import { PassTag, passState } from './looks.tsx'

const named = ({ addresses }: PassRow) =>
  addresses.length > 3 ? `${addresses.slice(0, 3).join(', ')}, ${addresses.length - 3} more` : addresses.join(', ')
const ends = ({ until }: PassRow) => (until === null ? 'No end' : saidTime(until, now.value))

const columns: readonly Column<PassRow>[] = [
  {
    id: 'name',
    head: 'Whose',
    sorts: true,
    cell: ({ description }) => <Visible class="cut title" title={description} text={description} />,
  },
  { id: 'trusted', head: 'Kind', width: '112px', sorts: true, cell: row => <PassTag row={row} /> },
  { id: 'addresses', head: 'Addresses', width: 'minmax(200px, 1fr)', cell: row => <span class="cut mono block">{named(row)}</span> },
  { id: 'state', head: 'State', width: '140px', cell: row => <span class="cut dim">{passState(row, now.value)}</span> },
  { id: 'until', head: 'Until', width: '160px', sorts: true, cell: ends },
  {
    id: 'reason',
    head: 'Reason',
    width: 'minmax(140px, 1fr)',
    cell: ({ reason }) => <Visible class="cut dim" title={reason} text={reason} />,
  },
  {
    id: 'by',
    head: 'By',
    width: '140px',
    sorts: true,
    cell: ({ by }) => <Visible class="cut" text={by} />,
  },
]
const keys: Record<string, (row: PassRow) => string | number> = {
  name: ({ description }) => description.toLowerCase(),
  trusted: ({ trusted }) => String(trusted),
  until: ({ until }) => until ?? Number.MAX_VALUE,
  by: ({ by }) => by.toLowerCase(),
}

/** Who is never to be blocked. */
export function Passlist() {
  const asked = place.value.with
  const rows = passes.value.value?.rows
  const words = (asked['search'] ?? '').trim().toLowerCase()
  const sort = asked['sort'] ?? 'name'
  const { by, falling } = readSort(sort)
  const key = keys[by] ?? keys['name']!
  const shown = rows
    ?.filter(({ description, reason, addresses }) => [description, reason, ...addresses].some(text => text.toLowerCase().includes(words)))
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (falling ? -1 : 1))
  const failure = passes.failure.value
  const barred = whyNoList()
  return (
    <>
      {shown && shown.length > 0 && (
        <Grid
          label="Passlist"
          brief={[
            ['name', 'trusted'],
            ['addresses', 'until'],
          ]}
          columns={columns}
          rows={shown}
          sort={sort}
          onSort={next => show({ sort: next })}
          open={asked['pass']}
          onOpen={({ id }) => show({ pass: id }, asked['pass'] === undefined)}
          faint={row => passState(row, now.value) !== 'In force'}
        />
      )}
      {shown?.length === 0 && (
        <div class="middle">
          <h2>{words ? 'Nobody matches' : 'Nobody is on the passlist'}</h2>
          {!words && <p class="dim">Put your office, your scanners and your partners here before somebody blocks them.</p>}
        </div>
      )}
      {!rows &&
        (barred !== undefined ? (
          <div class="middle">
            <p class="dim">{barred}</p>
          </div>
        ) : failure ? (
          <Failed error={failure.error} onRetry={() => reload()} />
        ) : (
          <Skeleton />
        ))}
    </>
  )
}

/** One of them. */
export function PassPanel({ id }: { id: string }) {
  const row = passes.value.value?.rows.find(one => one.id === id)
  if (!passes.value.value) return null
  return (
    <Panel
      label={row?.description ?? 'No such entry'}
      of={id}
      head={row && <PassTag row={row} />}
      onClose={() => show({ pass: undefined })}
    >
      {row ? <About row={row} /> : <p class="dim">It was taken off, or the link is of another daemon.</p>}
    </Panel>
  )
}

function About({ row }: { row: PassRow }) {
  const off = offFor(row.id)
  return (
    <section>
      <dl class="facts">
        <dt>State</dt>
        <dd>{passState(row, now.value)}</dd>
        <dt>What it does</dt>
        <dd>{row.trusted ? 'Watched, and never blocked.' : 'Never blocked, and its logs make no signals.'}</dd>
        <dt>Until</dt>
        <dd>{row.until === null ? 'No end' : <time title={exact(row.until)}>{saidTime(row.until, now.value)}</time>}</dd>
        <dt>Reason</dt>
        <dd>{row.reason ? <Visible text={row.reason} /> : <span class="weak">none given</span>}</dd>
        <dt>Changed</dt>
        <dd>
          <Ago time={row.at} sentence /> by <Visible text={row.by} />
        </dd>
        <dt>Addresses</dt>
        <dd class="mono">
          {row.addresses.map(address => (
            <div key={address}>{address}</div>
          ))}
        </dd>
      </dl>
      <div class="row gap wrap">
        <Button
          icon={ShieldCheck}
          off={off ?? (row.narrow ? 'It is about a part of the traffic: change it where it was made' : undefined)}
          onClick={() => pass({ id: row.id, ...formOf(row) })}
        >
          Change…
        </Button>
        <Button icon={ShieldOff} off={off} onClick={() => void removePass(row).then(done => done && show({ pass: undefined }))}>
          Take off
        </Button>
      </div>
    </section>
  )
}
