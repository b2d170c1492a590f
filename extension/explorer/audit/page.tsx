import type { FoundRow } from '../../search-messages.ts'
import { Ago } from '../../ui/time.tsx'
import { When } from '../logs/columns.tsx'
import { Told, valuesOf } from '../search/column.tsx'
import { Search } from '../search/search.tsx'
import type { Brief, Column } from '../search/types.ts'
import { AuditPanel } from './panel.tsx'
import { hashLast } from './words.ts'

const value = (row: FoundRow, path: string) => <Told values={valuesOf(row, path)} />
const change = ({ doc }: FoundRow) => <Told values={[hashLast(doc.message ?? '', doc.attributes)]} />
const columns: readonly Column[] = [
  { id: 'date', head: 'Date', width: 176, sorts: 'timestamp', cell: ({ doc }) => <When time={doc.timestamp} /> },
  { id: 'ago', head: 'Age', width: 104, cell: ({ doc }) => <Ago time={doc.timestamp} sentence /> },
  { id: 'user', head: 'User', width: 200, least: 144, path: '@usr.id', cell: row => value(row, '@usr.id') },
  { id: 'action', head: 'Action', width: 104, least: 88, path: '@action', cell: row => value(row, '@action') },
  { id: 'asset', head: 'Asset', width: 220, least: 136, path: '@asset.type', cell: row => value(row, '@asset.type') },
  { id: 'change', head: 'Change', width: 360, least: 280, grows: true, cell: change },
]

/** What was done, then by whom and when. */
const brief: Brief = {
  head: 'Events',
  cell: row => (
    <div class="brief">
      <div class="row">{change(row)}</div>
      <div class="row weak">
        {value(row, '@usr.id')}
        <span class="end" />
        <span class="nowrap">
          <Ago time={row.doc.timestamp} sentence />
        </span>
      </div>
    </div>
  ),
}

export const AuditPage = () => (
  <Search
    section="audit"
    label="Audit trail"
    noun={['event', 'events']}
    columns={columns}
    brief={brief}
    panel={(row, surface) => <AuditPanel row={row} surface={surface} />}
    nothing="Every change that somebody makes here is an event."
  />
)
