import { linesOf } from './text.ts'

/** One record of a CSV text; `cells` is undefined where its quotes do not match up. `line` is the one it begins on. */
export interface Row {
  line: number
  cells: string[] | undefined
}

// What one record may hold: an unclosed quote must not swallow the rest of the feed.
const maxRecord = 65_536

const delimiters = [',', ';', '\t']

/** The delimiter that the header uses most, outside of quotes. */
export function sniffDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best))
}

const hasOpenQuote = (text: string) => {
  let quotes = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++
  return quotes % 2 === 1
}

// RFC 4180: a quoted cell may hold delimiters, line ends and doubled quotes, and nothing may stand beside its quotes.
function cellsOf(record: string, delimiter: string): string[] | undefined {
  if (!record.includes('"')) return record.split(delimiter)
  const cells: string[] = []
  for (let at = 0; ; at++) {
    // some write a blank behind the delimiter
    if (record[at] === ' ' && record[at + 1] === '"') at++
    if (record[at] === '"') {
      let end = at
      do end = record.indexOf('"', end + 1)
      while (end >= 0 && record[end + 1] === '"' && ++end)
      if (end < 0) return undefined
      cells.push(record.slice(at + 1, end).replaceAll('""', '"'))
      at = end + 1
    } else {
      const end = record.indexOf(delimiter, at)
      cells.push(record.slice(at, end < 0 ? undefined : end))
      at = end < 0 ? record.length : end
    }
    if (at >= record.length) return cells
    if (record[at] !== delimiter) return undefined
  }
}

/** The records of a CSV text. Empty lines, and lines that begin with `#` where a record would, are left out. */
export function* csvRows(text: string): Generator<Row> {
  let delimiter = ''
  let record = ''
  let begun = 0
  let open = false
  let line = 0
  for (const part of linesOf(text)) {
    line++
    if (begun === 0) {
      if (part.trim() === '' || part.startsWith('#')) continue
      record = part
      begun = line
      open = hasOpenQuote(part)
    } else {
      record += `\n${part}`
      if (hasOpenQuote(part)) open = !open
    }
    if (open && record.length <= maxRecord) continue
    delimiter ||= sniffDelimiter(record)
    yield { line: begun, cells: open ? undefined : cellsOf(record, delimiter) }
    begun = 0
  }
  if (begun > 0) yield { line: begun, cells: undefined }
}
