import { type Bits, bitsFor, setBit } from '../segments/bits.ts'
import type { Pace } from '../slices.ts'
import { createCutter } from './cut-words.ts'

/** Rows between two looks at the clock. */
const step = 64
/** Stands in a list of word numbers after the last word of a row. */
const endOfRow = 0xffff

/** Rows of each common word, and of each two common words that often stand side by side, keyed by the words themselves: no hash is left to collide. */
export interface CommonWords {
  words: Map<string, Bits>
  /** Keyed by the two words with a space between. */
  pairs: Map<string, Bits>
}

export async function findCommonWords(
  texts: readonly (string | undefined)[],
  hashes: readonly number[],
  { limit, maxPairs }: { limit: number; maxPairs: number },
  pace: Pace,
): Promise<CommonWords> {
  const cut = createCutter()
  const byHash = new Map(hashes.map(hash => [hash, [] as number[]]))
  const words: { word: string; bits: Bits }[] = [{ word: '', bits: bitsFor(0) }]
  let numbers = new Uint16Array(4096)
  let count = 0
  const pairCounts = new Map<number, number>()

  function numberOf(hash: number, text: string, from: number, to: number): number {
    const known = byHash.get(hash)
    if (!known) return 0
    for (const number of known) {
      const { word } = words[number]!
      if (word.length === to - from && text.startsWith(word, from)) return number
    }
    if (words.length === endOfRow) return 0
    known.push(words.length)
    words.push({ word: text.slice(from, to), bits: bitsFor(texts.length) })
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

  const frequent = [...pairCounts].filter(([, n]) => n >= limit).sort(([, a], [, b]) => b - a)
  const pairs = new Map(frequent.slice(0, maxPairs).map(([pair]) => [pair, bitsFor(texts.length)]))
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
  }
}
