import type { Indicator } from '../../shared/indicator.ts'

/** What an entry says for itself, beyond what its feed says of all. */
export type Words = Omit<Indicator, 'value' | 'type'>

/** The words of a feed's entries as plain arrays: JSON, one after the other. Code 0 says nothing. */
export interface WordColumns {
  ends: Uint32Array
  bytes: Uint8Array
}

// Most entries are a value and nothing else.
function isSilent(indicator: Indicator): boolean {
  for (const key in indicator) if (key !== 'value' && key !== 'type') return false
  return true
}

/** Entries say the same few things over and over: each is kept once. */
export function wordBuilder() {
  const codes = new Map<string, number>([['{}', 0]])
  let ends = new Uint32Array(64)
  let bytes = Buffer.alloc(4096)
  let used = 0
  let size = 1
  return {
    codeOf(indicator: Indicator): number {
      if (isSilent(indicator)) return 0
      const { value: _, type: __, ...said } = indicator
      const text = JSON.stringify(said)
      const known = codes.get(text)
      if (known !== undefined) return known
      const most = text.length * 3
      if (used + most > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length + most)])
      used += bytes.write(text, used)
      if (size === ends.length) {
        const larger = new Uint32Array(size * 2)
        larger.set(ends)
        ends = larger
      }
      ends[size] = used
      codes.set(text, size)
      return size++
    },
    close: (): WordColumns => ({ ends: ends.slice(0, size), bytes: Uint8Array.from(bytes.subarray(0, used)) }),
  }
}

const remembered = 1000
const silent: Words = Object.freeze({})

/** What stands under a code. The answer is shared: it is not to be changed. */
export function openWords({ ends, bytes }: WordColumns): (code: number) => Words {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const known = new Map<number, Words>()
  return code => {
    if (code === 0) return silent
    let words = known.get(code)
    if (!words) {
      words = JSON.parse(text.toString('utf8', ends[code - 1], ends[code])) as Words
      if (known.size >= remembered) known.clear()
      known.set(code, words)
    }
    return words
  }
}
