import type { Indicator } from '../../../shared/indicator.ts'
import { readSpan } from '../../../shared/span.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { linesOf, listText, quoted, tally } from './text.ts'

const maxColumn = 1000

// A lone number behind the address is ipsum's: on how many lists the address stands.
function named(columns: string[]): Record<string, string> {
  if (columns.length === 1 && /^\d{1,9}$/.test(columns[0]!)) return { lists: columns[0]! }
  return Object.fromEntries(columns.slice(0, 20).map((column, i) => [`column_${i + 2}`, column.slice(0, maxColumn)]))
}

function entryOf(line: string): Indicator | undefined {
  if (!/\s/.test(line)) return readSpan(line) && { value: line }
  const [value, ...columns] = line.replace(/^(\S+)\s+-\s+/, '$1-').split(/\s+/)
  if (!readSpan(value!)) return undefined
  return columns.length > 0 ? { value: value!, additional_data: named(columns) } : { value: value! }
}

/** One address, CIDR block or range `a-b` a line; `#` and `;` begin a comment; further columns are kept with the entry. */
export const netset = defineFeedFormat({
  name: 'netset',
  *read({ text }, skip) {
    const count = tally('netset', skip)
    for (const [number, raw] of linesOf(listText(text()))) {
      const comment = raw.search(/[#;]/)
      const line = (comment < 0 ? raw : raw.slice(0, comment)).trim()
      if (line === '') continue
      const entry = entryOf(line)
      if (entry) {
        count.good()
        yield entry
      } else count.bad(number, `${quoted(line)} is not an address, a CIDR block or a range`)
    }
    count.close()
  },
})
