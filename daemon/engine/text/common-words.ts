import { type Bits, bitsFor, setBit } from '../segments/bits.ts'
import type { Pace } from '../slices.ts'
import { createCutter } from './cut-words.ts'
import type { Postings } from './postings.ts'

/** Rows between two looks at the clock. */
const step = 64
/** Stands in a list of word numbers after the last word of a row. */
const endOfRow = 0xffff

/** Rows of each common word, and of each two common words that often stand side by side, keyed by the words themselves: no hash is left to collide. */
export interface CommonWords {
  words: Map<string, Bits>
  /** Keyed by the two words with a space between. */
  pairs: Map<string, Bits>
  /** Hashes of frequent words that more than one word has. */
  doubtful: number[]
}

/** `number` is that of a common word, or 0. */
interface Known {
  word: string
  number: number
}

export async function findCommonWords(
  texts: readonly (string | undefined)[],
  { common, frequent }: Pick<Postings, 'common' | 'frequent'>,
  { limit, maxPairs }: { limit: number; maxPairs: number },
  pace: Pace,
): Promise<CommonWords> {
  const cut = createCutter()
  const isCommon = new Set(common)
  const byHash = new Map([...common, ...frequent].map(hash => [hash, [] as Known[]]))
  const words: { word: string; bits: Bits }[] = [{ word: '', bits: bitsFor(0) }]
  let numbers = new Uint16Array(4096)
  let count = 0
  const pairCounts = new Map<number, number>()

  function numberOf(hash: number, text: string, from: number, to: number): number {
    const known = byHash.get(hash)
    if (!known) return 0
    for (const { word, number } of known) if (word.length === to - from && text.startsWith(word, from)) return number
    const word = text.slice(from, to)
    if (!isCommon.has(hash)) {
      // two are enough to doubt it
      if (known.length < 2) known.push({ word, number: 0 })
      return 0
    }
    if (words.length === endOfRow) return 0
    known.push({ word, number: words.length })
    words.push({ word, bits: bitsFor(texts.length) })
    return words.length - 1
  }

  for (const [row, text] of texts.entries()) {
    if (row % step === 0) await pace()
    const list = cut(text ?? '')
    while (count + list.count + 1 > numbers.length) {
      const more = new Uint16Array(numbers.length * 2)
      more.set(numbers)
      numbers = more
    }
    let before = 0
    for (let i = 0; i < list.count; i++) {
      const number = numberOf(list.hashes[i]!, text!, list.from[i]!, list.to[i]!)
      numbers[count++] = number
      if (number !== 0) setBit(words[number]!.bits, row)
      if (number !== 0 && before !== 0) pairCounts.set(before * 65_536 + number, (pairCounts.get(before * 65_536 + number) ?? 0) + 1)
      before = number
    }
    numbers[count++] = endOfRow
  }

  const often = [...pairCounts].filter(([, n]) => n >= limit).sort(([, a], [, b]) => b - a)
  const pairs = new Map(often.slice(0, maxPairs).map(([pair]) => [pair, bitsFor(texts.length)]))
  let row = 0
  for (let i = 0; i < count; i++) {
    if (i % 16_384 === 0) await pace()
    if (numbers[i] === endOfRow) row++
    else if (i > 0 && numbers[i] !== 0 && numbers[i - 1] !== 0 && numbers[i - 1] !== endOfRow) {
      const bits = pairs.get(numbers[i - 1]! * 65_536 + numbers[i]!)
      if (bits) setBit(bits, row)
    }
  }
  return {
    words: new Map(words.slice(1).map(({ word, bits }) => [word, bits])),
    pairs: new Map([...pairs].map(([pair, bits]) => [`${words[Math.floor(pair / 65_536)]!.word} ${words[pair % 65_536]!.word}`, bits])),
    doubtful: frequent.filter(hash => byHash.get(hash)!.length > 1),
  }
}
