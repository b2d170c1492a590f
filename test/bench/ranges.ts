/** Ranges of addresses that do not overlap, half of each family, and addresses to ask for: the same in every run. */
export interface Ranges {
  /** CIDR blocks. */
  blocks: string[]
  /** Half of them in one of the blocks, half of them anywhere. */
  addresses: string[]
}

// A permutation of 0 … 2^24 - 1, so that no block comes twice.
const scattered = (i: number) => (Math.imul(i, 0x9e3779b1) >>> 0) & 0xffffff

const v4 = (n: number, host: number) => `${1 + ((n >>> 16) % 220)}.${(n >>> 8) & 255}.${n & 255}.${host}`
const hex = (n: number) => (n & 0xffff).toString(16)
const v6 = (n: number, low: number) => `2a${hex(n >>> 16).padStart(2, '0')}:${hex(n)}:${hex(Math.imul(n, 0x85ebca6b) >>> 16)}:${hex(low)}`

export function makeRanges(count: number, asked: number): Ranges {
  const blocks = Array.from({ length: count }, (_, i) => {
    const n = scattered(i)
    return i % 2 === 0 ? `${v4(n % (220 << 16), 0)}/${24 + (i % 8)}` : `${v6(n, 0)}::/${48 + (i % 16)}`
  })
  const addresses = Array.from({ length: asked }, (_, i) => {
    // the first of a block, or one that lies nowhere in particular
    const at = (i >>> 1) % 2 === 0 ? Math.imul(i, 0x85ebca6b) >>> 0 : count + i
    const n = scattered(i % 4 < 2 ? (at % (count >>> 1)) * 2 + (i % 2) : at)
    return i % 2 === 0 ? v4(n % (220 << 16), i & 3) : `${v6(n, 0)}::${hex(i)}`
  })
  return { blocks, addresses }
}
