import { type Bits, hasBit, setBit } from '../segments/bits.ts'
import type { Pace } from '../slices.ts'
import type { TextSearch } from './text-search.ts'

/** The messages of a segment. */
export interface MessageText {
  /** Add the rows from `from` up to `rows` whose message passes, of those in `within` if it is given. */
  find(search: TextSearch, from: number, rows: number, within: Bits | undefined, out: Bits, pace: Pace): Promise<void>
  /** Characters kept in memory. */
  readonly size: number
  /** Whether a row has a message. */
  has(row: number): boolean
}

/** Rows looked at between two looks at the clock. */
const step = 256

/** The messages of a segment that takes rows: their normalised text, looked through from end to end. */
export function createTextList() {
  const texts: (string | undefined)[] = []
  let size = 0
  return {
    texts,
    get size() {
      return size
    },
    add(text: string | undefined): void {
      texts.push(text)
      size += text?.length ?? 0
    },
    has: (row: number): boolean => texts[row] !== undefined,
    async find({ test, needle }: TextSearch, from: number, rows: number, within: Bits | undefined, out: Bits, pace: Pace): Promise<void> {
      for (let row = from; row < rows; row++) {
        if (row % step === 0) await pace()
        const plain = texts[row]
        if (plain?.includes(needle) && (!within || hasBit(within, row)) && test({ plain })) setBit(out, row)
      }
    },
  }
}
