import { readBlock } from './block.ts'
import { type Address, printAddress, readAddress, specialNetworkOf, specialNetworks } from './ip.ts'

type Words = Address['words']

/** A run of addresses of one family, both ends included. */
export interface Span {
  family: 4 | 6
  from: Words
  to: Words
}

/** Negative, zero or positive, as `a` lies before, at or after `b`. */
export function compareWords(a: Words, b: Words): number {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return 0
}

// The bits of word `i` that lie behind a prefix of `length` bits.
const hostBits = (length: number, i: number) => {
  const kept = length - i * 32
  return kept >= 32 ? 0 : kept <= 0 ? 0xffffffff : 0xffffffff >>> kept
}

// A format reads an entry to know that it is one, and who collects it reads it again right away: a million of them.
let last: { text: string; span: Span | undefined } = { text: '', span: undefined }

/** Read an address, a CIDR block or a range `a-b`; undefined where the text is none of them, or a range that runs backwards. */
export function readSpan(text: string): Span | undefined {
  if (last.text !== text) last = { text, span: spanIn(text) }
  return last.span
}

function blockOf(family: 4 | 6, words: Words, length: number): Span {
  const a = hostBits(length, 0)
  const b = hostBits(length, 1)
  const c = hostBits(length, 2)
  const d = hostBits(length, 3)
  return {
    family,
    from: [(words[0] & ~a) >>> 0, (words[1] & ~b) >>> 0, (words[2] & ~c) >>> 0, (words[3] & ~d) >>> 0],
    to: [(words[0] | a) >>> 0, (words[1] | b) >>> 0, (words[2] | c) >>> 0, (words[3] | d) >>> 0],
  }
}

function spanIn(text: string): Span | undefined {
  if (text.includes('/')) {
    const block = readBlock(text)
    return block && blockOf(block.family, block.words, block.length)
  }
  const whole = readAddress(text)
  // a zone may hold one too
  const dash = whole ? -1 : text.indexOf('-')
  const first = dash < 0 ? whole : readAddress(text.slice(0, dash).trim())
  const end = dash < 0 ? whole : readAddress(text.slice(dash + 1).trim())
  if (!first || !end || first.family !== end.family || compareWords(first.words, end.words) > 0) return undefined
  return { family: first.family, from: first.words, to: end.words }
}

/** Whether the address lies in the span. */
export const inSpan = ({ family, from, to }: Span, address: Address): boolean =>
  family === address.family && compareWords(from, address.words) <= 0 && compareWords(address.words, to) <= 0

/** Whether all of a span lies in another. */
export const holdsAll = (outer: Span, { family, from, to }: Span): boolean =>
  inSpan(outer, { family, words: from }) && inSpan(outer, { family, words: to })

/** What all addresses of a span begin with as they are written; '' where that is nothing. */
export function sharedText({ family, from, to }: Span): string {
  const length = sharedBits({ from, to })
  const first = printAddress({ family, words: from })
  if (length === 128) return first
  if (family === 4)
    return first
      .split('.')
      .slice(0, (length - 96) >> 3)
      .map(part => `${part}.`)
      .join('')
  const groups = from.flatMap(word => [word >>> 16, word & 0xffff]).slice(0, length >> 4)
  // from a zero on they may be left out
  const zero = groups.indexOf(0)
  return (zero < 0 ? groups : groups.slice(0, zero)).map(group => `${group.toString(16)}:`).join('')
}

/** Bits that all addresses of a span share, of 128. */
export function sharedBits({ from, to }: Pick<Span, 'from' | 'to'>): number {
  let length = 0
  while (length < 128 && ((from[length >> 5]! ^ to[length >> 5]!) & (0x80000000 >>> (length & 31))) === 0) length++
  return length
}

/** The one way a span is written: `a` for one address, `a/len` where it is a block, else `a-b`. */
export function printSpan({ family, from, to }: Span): string {
  const first = printAddress({ family, words: from })
  const length = sharedBits({ from, to })
  if (length === 128) return first
  const isBlock = from.every((word, i) => (word & hostBits(length, i)) === 0 && (to[i]! | ~hostBits(length, i)) >>> 0 === 0xffffffff)
  return isBlock ? `${first}/${family === 4 ? length - 96 : length}` : `${first}-${printAddress({ family, words: to })}`
}

/** Whether a span holds more addresses than a /8 (IPv4) or a /16 (IPv6): no threat feed means that. */
export function tooWide({ family, from, to }: Span): boolean {
  if (family === 4) return to[3] - from[3] >= 2 ** 24
  const top = to[0] - from[0]
  return top > 0x10000 || (top === 0x10000 && compareWords([0, to[1], to[2], to[3]], [0, from[1], from[2], from[3]]) >= 0)
}

/** Whether no address of a span is the internet's. */
export function isPrivate({ family, from, to }: Span): boolean {
  const network = specialNetworkOf({ family, words: from })
  if (!network) return false
  const last = network.words.map((word, i) => (word | hostBits(network.length, i)) >>> 0) as unknown as Words
  if (compareWords(last, to) >= 0) return true
  const next = after(last)
  return compareWords(next, last) > 0 && isPrivate({ family, from: next, to })
}

// The address behind this one; after the last comes the first.
function after([a, b, c, d]: Words): Words {
  if (d < 0xffffffff) return [a, b, c, d + 1]
  if (c < 0xffffffff) return [a, b, c + 1, 0]
  return b < 0xffffffff ? [a, b + 1, 0, 0] : [(a + 1) >>> 0, 0, 0, 0]
}

/** Whether two spans have an address in common. */
export const meets = (a: Span, b: Span): boolean =>
  a.family === b.family && compareWords(a.from, b.to) <= 0 && compareWords(b.from, a.to) <= 0

/** Whether any address of a span is of a private or reserved network; those of documentation are nobody's. */
export const touchesSpecial = (span: Span): boolean =>
  specialNetworks(span.family).some(
    ({ words, length, scope }) => scope !== 'documentation' && meets(span, blockOf(span.family, words, length)),
  )
