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

// Most lines are one word, which need not be taken apart.
const oneWord = /^[^\s#;]+$/
const entryOfWord = (line: string): Indicator | undefined => readSpan(line) && { value: line }

function entryOf(line: string): Indicator | undefined {
  const [value, ...columns] = line.replace(/^(\S+)\s+-\s+/, '$1-').split(/\s+/)
  if (!readSpan(value!)) return undefined
  return columns.length > 0 ? { value: value!, additional_data: named(columns) } : { value: value! }
}

/** One address, CIDR block or range `a-b` a line; `#` and `;` begin a comment; further columns are kept with the entry. */
export const netset = defineFeedFormat({
  name: 'netset',
  *read({ text }, skip) {
    const count = tally('netset', skip)
    let number = 0
    for (const raw of linesOf(listText(text()))) {
      number++
      const isWord = oneWord.test(raw)
      const line = isWord ? raw : raw.slice(0, raw.search(/[#;]|$/)).trim()
      if (line === '') continue
      const entry = isWord ? entryOfWord(line) : entryOf(line)
      if (entry) {
        count.good()
        yield entry
      } else count.bad(number, `${quoted(line)} is not an address, a CIDR block or a range`)
    }
    count.close()
  },
})
