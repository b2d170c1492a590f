import type { Indicator } from '../../../shared/indicator.ts'
import { type Columns, defineFeedFormat } from '../../lib/kinds.ts'
import { csvRows } from './csv-rows.ts'
import { entryOfValue, keep, mappedEntry, puts } from './rows.ts'
import { listText, quoted, refuseFeed, tally } from './text.ts'

// The first of these that the header has holds the indicator.
const valueColumns = [
  'ip_address',
  'ip',
  'address',
  'cidr',
  'network',
  'domain',
  'url',
  'sha256',
  'sha1',
  'md5',
  'indicator',
  'email',
  'cve',
]
/** Columns that say something of their own without a mapping. */
const headed = new Set(['category', 'subcategory', 'intention', 'additional_data'])
const addresses = new Set(['ip_address', 'ip', 'address', 'cidr', 'network'])

type Read = (cells: string[]) => Indicator | string

const namesOf = (cells: string[] | undefined) => (cells ?? []).map(cell => cell.trim().toLowerCase().replaceAll(' ', '_'))

/** Without a mapping the header says what is where; columns that have no meaning of their own are kept. */
function byHeader(cells: string[] | undefined): Read {
  const names = namesOf(cells)
  const at = valueColumns.map(name => names.indexOf(name)).find(at => at >= 0)
  if (at === undefined)
    throw refuseFeed(
      'feed_invalid',
      `The first row must name the columns, one of them ${valueColumns.join(', ')}; it is ${quoted((cells ?? []).join(','))}`,
    )
  const column = names[at]!
  const each = names.map(name => (headed.has(name) ? puts[name]! : keep(name)))
  return cells => {
    if (cells.length > names.length) return `has ${cells.length} cells where the header has ${names.length}`
    const entry = entryOfValue((cells[at] ?? '').trim(), addresses.has(column) ? 'ip' : column, undefined)
    if (typeof entry === 'string') return entry
    for (let i = 0; i < cells.length; i++) {
      const cell = i === at ? '' : cells[i]!.trim()
      const problem = cell === '' ? undefined : each[i]!(entry, cell)
      if (problem) return problem
    }
    return entry
  }
}

function byMapping(columns: Columns, header: string[] | undefined): Read {
  const names = namesOf(header)
  const places = Object.fromEntries(
    Object.values(columns).map(column => [column, typeof column === 'number' ? column - 1 : names.indexOf(namesOf([column])[0]!)]),
  )
  const missing = Object.entries(columns).find(([, column]) => places[column]! < 0)
  if (missing)
    throw refuseFeed(
      'feed_invalid',
      `There is no column ${quoted(String(missing[1]))} in the first row, which is ${quoted(names.join(','))}`,
    )
  return cells => mappedEntry(columns, column => cells[places[column]!])
}

/** RFC 4180; `,` `;` or tab between cells. The first row names the columns, unless all are given by number. */
export const csv = defineFeedFormat({
  name: 'csv',
  *read({ text, columns }, skip) {
    const count = tally('csv', skip)
    const numbered = columns !== undefined && Object.values(columns).every(column => typeof column === 'number')
    let read: Read | undefined = numbered ? byMapping(columns, undefined) : undefined
    for (const { line, cells } of csvRows(listText(text()))) {
      if (!read) {
        read = columns ? byMapping(columns, cells) : byHeader(cells)
        continue
      }
      const entry = cells ? read(cells) : 'its quotes do not match up'
      if (typeof entry === 'string') count.bad(line, entry)
      else {
        count.good()
        yield entry
      }
    }
    count.close()
  },
})
