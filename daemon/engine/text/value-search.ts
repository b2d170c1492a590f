import { type Entries, kinds } from '../segments/dictionary.ts'

/** Text that every value that passes a test holds; `isFolded`: in its normalised form. */
export interface Needle {
  text: string
  isFolded: boolean
}

/** Most values, and bytes of them, gone through at once: a string of so many is soon collected. */
const most = 2048
const mostBytes = 2 ** 15

/** What may be in a number as it is written. */
const numeral = /^[-+.e\d]*$/

/** The last of the codes from one on that are gone through next; `size` is the last of all. */
export function lastOf({ ends }: Entries, first: number, size: number): number {
  let last = Math.min(first + most - 1, size)
  while (last > first && ends[last]! - ends[first - 1]! > mostBytes) last = (first + last) >> 1
  return last
}

/** The codes from one to another whose values may hold a text. Those in Latin-1, nearly all, are searched where they lie, without a string for each. */
export function holding({ ends, data }: Entries, first: number, last: number, { text, isFolded }: Needle): number[] {
  const start = ends[first - 1]!
  const written = Buffer.from(data.buffer, data.byteOffset + start, ends[last]! - start).toString('latin1')
  // no letter of Latin-1 becomes longer, or composes with another
  const searched = isFolded ? written.toLowerCase() : written
  const isNumeral = numeral.test(text)
  const found: number[] = []
  let at = searched.indexOf(text)
  for (let code = first; code <= last; code++) {
    const begin = ends[code - 1]! - start
    const kind = data[start + begin]
    if (kind !== kinds.latin) {
      if (kind !== kinds.number || isNumeral) found.push(code)
    } else if (at >= 0) {
      if (at < begin) at = searched.indexOf(text, begin)
      if (at >= 0 && at < ends[code]! - start) found.push(code)
    }
  }
  return found
}
