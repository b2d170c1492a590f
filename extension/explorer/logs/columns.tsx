import { exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { pathColumn, Told, valuesOf } from '../search/column.tsx'
import { levels } from '../search/levels.ts'
import type { Brief, Column } from '../search/types.ts'

const clock = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** `Dec 10, 03:08:41.250`, and on hover the year and the zone. */
export const When = ({ time }: { time: number }) => (
  <time class="mono nowrap" title={exact(time)}>
    {clock.format(time)}
  </time>
)

export const Level = ({ status }: { status: string }) => (
  <span class={`level ${levels[status] ?? 'info'}`}>
    <Visible text={status} />
  </span>
)

export const logColumns: readonly Column[] = [
  { id: 'time', head: 'Time', width: 176, sorts: 'timestamp', cell: ({ doc }) => <When time={doc.timestamp} /> },
  { id: 'status', head: 'Level', width: 92, path: 'status', cell: ({ doc }) => <Level status={doc.status ?? ''} /> },
  { id: 'service', head: 'Service', width: 128, path: 'service', cell: row => <Told values={valuesOf(row, 'service')} /> },
  { id: 'host', head: 'Host', width: 128, path: 'host', cell: row => <Told values={valuesOf(row, 'host')} /> },
  { id: 'source', head: 'Source', width: 112, path: 'source', cell: row => <Told values={valuesOf(row, 'source')} /> },
  {
    id: 'ip',
    head: 'Addresses',
    width: 200,
    path: '@network.ip.list',
    cell: row => <Told values={valuesOf(row, '@network.ip.list')} mono />,
  },
  {
    id: 'intel',
    head: 'Intel',
    width: 140,
    path: '@threat_intel.results.category',
    cell: row => <Told values={valuesOf(row, '@threat_intel.results.category')} />,
  },
  { ...pathColumn('@usr.id'), id: 'user', head: 'User', width: 128 },
  { id: 'message', head: 'Message', width: 420, grows: true, cell: ({ doc }) => <Told values={[doc.message ?? '']} mono /> },
]

/** What was logged, then when, how bad and where. */
export const briefLog: Brief = {
  head: 'Logs',
  cell: ({ doc }) => (
    <div class="brief">
      <div class="row">
        <Told values={[doc.message ?? '']} mono />
      </div>
      <div class="row weak">
        <Level status={doc.status ?? ''} />
        <Told values={[doc.service ?? ''].flat()} />
        <span class="end" />
        <When time={doc.timestamp} />
      </div>
    </div>
  ),
}
