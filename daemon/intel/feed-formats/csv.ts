import { type Indicator, type Intention, intentions } from '../../../shared/indicator.ts'
import { isObject, put } from '../../../shared/json.ts'
import { readSpan } from '../../../shared/span.ts'
import { JsonError, parseJson } from '../../lib/json.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { csvRows } from './csv-rows.ts'
import { feedText, quoted, refuseFeed, tally } from './text.ts'

// The first of these that the header has holds the indicator.
const addressColumns = ['ip_address', 'ip', 'address', 'cidr', 'network', 'indicator']
const maxCell = 1000

type Put = (entry: Indicator, cell: string) => string | undefined

const isIntention = (word: string): word is Intention => (intentions as readonly string[]).includes(word)

// What a column says of an entry; the answer is what is wrong with the cell.
const known: Record<string, Put> = {
  category: (entry, cell) => void (entry.category = cell.slice(0, 100)),
  subcategory: (entry, cell) => void (entry.subcategory = cell.slice(0, 100)),
  intention(entry, cell) {
    const word = cell.toLowerCase()
    if (!isIntention(word)) return `${quoted(cell)} is not an intention: one of ${intentions.join(', ')}`
    entry.intention = word
    return undefined
  },
  // Datadog's form: a JSON object in one cell
  additional_data(entry, cell) {
    const object = cell.startsWith('{') ? jsonOf(cell) : undefined
    if (!isObject(object)) return keep('additional_data')(entry, cell)
    for (const [key, value] of Object.entries(object)) keep(key)(entry, typeof value === 'string' ? value : JSON.stringify(value))
    return undefined
  },
}

function jsonOf(cell: string) {
  try {
    return parseJson(cell)
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

const keep =
  (key: string): Put =>
  (entry, cell) =>
    void put((entry.additional_data ??= {}), key.slice(0, 100), cell.slice(0, maxCell))

function headerOf(cells: string[] | undefined) {
  const names = (cells ?? []).map(cell => cell.trim().toLowerCase().replaceAll(' ', '_'))
  const address = addressColumns.map(name => names.indexOf(name)).find(at => at >= 0)
  if (address === undefined)
    throw refuseFeed(
      'feed_invalid',
      `The first row must name the columns, one of them ${addressColumns.join(', ')}; it is ${quoted((cells ?? []).join(','))}`,
    )
  return { names, address, puts: names.map(name => (Object.hasOwn(known, name) ? known[name]! : keep(name))) }
}
type Header = ReturnType<typeof headerOf>

// The entry of one row, or what is wrong with it.
function entryOf(cells: string[] | undefined, { names, address, puts }: Header): Indicator | string {
  if (!cells) return 'its quotes do not match up'
  if (cells.length > names.length) return `has ${cells.length} cells where the header has ${names.length}`
  const value = (cells[address] ?? '').trim()
  if (!readSpan(value)) return `${quoted(value)} is not an address, a CIDR block or a range`
  const entry: Indicator = { value }
  for (let i = 0; i < cells.length; i++) {
    const cell = i === address ? '' : cells[i]!.trim()
    const problem = cell === '' ? undefined : puts[i]!(entry, cell)
    if (problem) return problem
  }
  return entry
}

/** RFC 4180 with a header row; `,` `;` or tab between cells. Columns that have no meaning of their own are kept as additional data. */
export const csv = defineFeedFormat({
  name: 'csv',
  *read(text, skip) {
    const count = tally('csv', skip)
    let header: Header | undefined
    for (const { line, cells } of csvRows(feedText(text))) {
      if (!header) {
        header = headerOf(cells)
        continue
      }
      const entry = entryOf(cells, header)
      if (typeof entry === 'string') count.bad(line, entry)
      else {
        count.good()
        yield entry
      }
    }
    count.close()
  },
})
