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

/** Words beside which others are counted: of the first ones, each with each. */
const mostPaired = 2048

export async function findCommonWords(
  texts: readonly (string | undefined)[],
  { common, frequent }: Pick<Postings, 'common' | 'frequent'>,
  { limit, maxPairs }: { limit: number; maxPairs: number },
  pace: Pace,
): Promise<CommonWords> {
  const cut = createCutter()
  const isCommon = new Set(common)
  const knownBy = createHashTable([...common, ...frequent], (): Known[] => [])
  const words: { word: string; bits: Bits }[] = [{ word: '', bits: bitsFor(0) }]
  let numbers = new Uint16Array(4096)
  let count = 0
  const width = Math.min(mostPaired, common.length + 1)
  const beside = new Uint32Array(width * width)

  function numberOf(hash: number, text: string, from: number, to: number): number {
    const known = knownBy(hash)
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
      if (number !== 0 && before !== 0 && number < width && before < width) beside[before * width + number]!++
      before = number
    }
    numbers[count++] = endOfRow
  }

  const often: { pair: number; count: number }[] = []
  for (let pair = 0; pair < beside.length; pair++) if (beside[pair]! >= limit) often.push({ pair, count: beside[pair]! })
  often.sort((a, b) => b.count - a.count).splice(maxPairs)
  const sets = often.map(() => bitsFor(texts.length))
  // from here on it says which set a pair has, from 1 on
  beside.fill(0)
  for (const [i, { pair }] of often.entries()) beside[pair] = i + 1
  let row = 0
  let before = 0
  for (let i = 0; i < count; i++) {
    if (i % 16_384 === 0) await pace()
    const number = numbers[i]!
    if (number === endOfRow) row++
    else if (number !== 0 && before !== 0 && number < width && before < width) {
      const set = beside[before * width + number]!
      if (set > 0) setBit(sets[set - 1]!, row)
    }
    before = number === endOfRow ? 0 : number
  }
  return {
    words: new Map(words.slice(1).map(({ word, bits }) => [word, bits])),
    pairs: new Map(often.map(({ pair }, i) => [`${words[Math.floor(pair / width)]!.word} ${words[pair % width]!.word}`, sets[i]!])),
    doubtful: frequent.filter(hash => knownBy(hash)!.length > 1),
  }
}

/** Finds what belongs to a hash, each made beforehand: it is asked for every word of every text, and a Map is slow with numbers of 32 bits. */
function createHashTable<T>(hashes: readonly number[], make: () => T): (hash: number) => T | undefined {
  const bits = Math.ceil(Math.log2(4 * hashes.length + 2))
  const mask = 2 ** bits - 1
  // whoever writes logs must not know whose places are the same
  const odd = Math.floor(Math.random() * 2 ** 31) * 2 + 1
  const placeOf = (hash: number) => Math.imul(hash, odd) >>> (32 - bits)
  const keys = new Uint32Array(mask + 1)
  const items: (T | undefined)[] = new Array(mask + 1).fill(undefined)
  for (const hash of hashes) {
    let at = placeOf(hash)
    while (items[at] !== undefined) at = (at + 1) & mask
    keys[at] = hash
    items[at] = make()
  }
  return hash => {
    let at = placeOf(hash)
    while (items[at] !== undefined && keys[at] !== hash) at = (at + 1) & mask
    return items[at]
  }
}
