/** Read, classify and defang addresses. By hand, because intake runs it on every log and the content script on every page. */

/** An address as four 32-bit words, most significant first; an IPv4 address is `::ffff:a.b.c.d` and has family 4. */
export interface Address {
  family: 4 | 6
  words: readonly [number, number, number, number]
}

/** Read one IPv4 address in dotted form; a leading zero is refused, since systems disagree on what it means. -1 where it is none. */
function readV4(text: string, from: number, to: number): number {
  let value = 0
  let dots = 0
  // none yet
  let part = -1
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1
      part = part < 0 ? digit : part * 10 + digit
      if (part > 255) return -1
    } else {
      if (digit !== -2 || part < 0) return -1
      value = (value << 8) | part
      part = -1
      dots++
    }
  }
  return dots === 3 && part >= 0 ? ((value << 8) | part) >>> 0 : -1
}

// What a character is: the value of a hexadecimal digit, or one of these. From a table, since a processor guesses between digits and letters
// wrong half the time.
const colon = 16
const dot = 17
const percent = 18
const end = 19
const other = 20
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const at = '0123456789abcdef:.%'.indexOf(String.fromCharCode(code).toLowerCase())
  return at < 0 ? other : at
})

// Where the groups of one address after the other are put, those in front of :: and those behind it: to read an address makes no arrays.
const front = new Uint16Array(8)
const frontPairs = new Uint32Array(front.buffer)
// from the ninth place on: where there are n of them, the eight places from n on are zeros, then all of them
const back = new Uint16Array(24)

/** Read IPv6 by its characters: groups in front of `::` fill from the front, those behind it from the back. */
function readV6(text: string, to: number): Address['words'] | undefined {
  frontPairs[0] = frontPairs[1] = frontPairs[2] = frontPairs[3] = 0
  let count = 0
  // how many groups stand in front of ::
  let gap = -1
  let group = 0
  let digits = 0
  // before the zone
  let last = to
  for (let at = text.startsWith('::') ? 1 : 0; at <= last; at++) {
    const code = at < last ? text.charCodeAt(at) : -1
    const kind = code < 0 ? end : code < 128 ? kinds[code]! : other
    if (kind < 16) {
      group = (group << 4) | kind
      if (++digits > 4) return undefined
      continue
    }
    if (kind === other || count === 8) return undefined
    if (kind === dot) {
      // dotted, and the last of it but for a zone
      const zone = text.indexOf('%', at)
      const v4End = zone < 0 ? to : Math.min(zone, to)
      const v4 = readV4(text, at - digits, v4End)
      if (v4 < 0) return undefined
      place(v4 >>> 16, count++, gap)
      group = v4 & 0xffff
      digits = 1
      at = v4End - 1
      continue
    }
    if (digits > 0) {
      place(group, count++, gap)
      group = digits = 0
    } else if (kind === colon) {
      if (gap >= 0 || at === 0) return undefined
      gap = count
    } else if (gap !== count) return undefined
    if (kind === percent) {
      if (at === to - 1) return undefined
      last = at
    }
  }
  if (gap < 0 ? count < 8 : count > 7) return undefined
  const behind = gap < 0 ? 0 : count - gap
  const word = (i: number) => (((front[i]! | back[behind + i]!) << 16) | front[i + 1]! | back[behind + i + 1]!) >>> 0
  return [word(0), word(2), word(4), word(6)]
}
function place(group: number, count: number, gap: number): void {
  if (gap < 0) front[count] = group
  else back[8 + count - gap] = group
}

/** Read one address: dotted IPv4, or IPv6 in any written form with or without a zone. A v4-mapped one is IPv4. Undefined where it is none. */
export const readAddress = (text: string): Address | undefined => readAddressBefore(text, text.length)

/** The same of a text's beginning. */
export function readAddressBefore(text: string, to: number): Address | undefined {
  const value = readV4(text, 0, to)
  if (value >= 0) return { family: 4, words: [0, 0, 0xffff, value] }
  const words = readV6(text, to)
  return words && { family: words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? 4 : 6, words }
}

/** The one way an address is written: dotted IPv4, or RFC 5952 IPv6. */
export function printAddress({ family, words }: Address): string {
  if (family === 4) return [24, 16, 8, 0].map(shift => (words[3] >>> shift) & 255).join('.')
  const groups = words.flatMap(word => [word >>> 16, word & 0xffff])
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && groups[i + length] === 0) length++
    if (length > bestLength) [best, bestLength] = [i, length]
    if (length > 0) i += length - 1
  }
  return best < 0 ? hex(groups, 0, 8) : `${hex(groups, 0, best)}::${hex(groups, best + bestLength, 8)}`
}

const hex = (groups: number[], from: number, to: number) =>
  groups
    .slice(from, to)
    .map(group => group.toString(16))
    .join(':')

/** The normal form of an address, or undefined where the text is none. */
export function normaliseAddress(text: string): string | undefined {
  const address = readAddress(text)
  return address && printAddress(address)
}

export type Scope = 'public' | 'private' | 'loopback' | 'link_local' | 'shared' | 'documentation' | 'multicast' | 'reserved'

// IANA's special-purpose registries; first hit wins.
const specialV4: [base: string, length: number, scope: Scope][] = [
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link_local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
]
const specialV6: [base: string, length: number, scope: Scope][] = [
  ['::1', 128, 'loopback'],
  ['::', 96, 'reserved'],
  ['64:ff9b::', 96, 'reserved'],
  ['64:ff9b:1::', 48, 'reserved'],
  ['100::', 64, 'reserved'],
  ['2001:db8::', 32, 'documentation'],
  ['3fff::', 20, 'documentation'],
  ['2001::', 23, 'reserved'],
  ['2002::', 16, 'reserved'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link_local'],
  ['ff00::', 8, 'multicast'],
]
const prefixes = (table: typeof specialV4) => table.map(([base, length, scope]) => ({ words: readAddress(base)!.words, length, scope }))
const byFamily = { 4: prefixes(specialV4.map(([base, length, scope]) => [base, length + 96, scope])), 6: prefixes(specialV6) }

/** Whether the first `length` of 128 bits of two addresses are the same. */
export function samePrefix(a: Address['words'], b: Address['words'], length: number): boolean {
  for (let i = 0, left = length; i < 4 && left > 0; i++, left -= 32) {
    const shift = left >= 32 ? 0 : 32 - left
    if (a[i]! >>> shift !== b[i]! >>> shift) return false
  }
  return true
}

/** The special-purpose network of IANA's registries that an address lies in; undefined for one of the internet. */
export const specialNetworkOf = (address: Address): { words: Address['words']; length: number } | undefined =>
  byFamily[address.family].find(({ words, length }) => samePrefix(address.words, words, length))

/** All special-purpose networks of a family. */
export const specialNetworks = (family: 4 | 6) => byFamily[family]

/** What kind of network an address belongs to. Documentation addresses count as their own scope, so that demos may use them. */
export function scopeOf(address: Address): Scope {
  for (const { words, length, scope } of byFamily[address.family]) if (samePrefix(address.words, words, length)) return scope
  return 'public'
}

/** `203[.]0[.]113[.]9`: safe to paste where links are made of addresses. */
export const defang = (address: string): string => address.replaceAll('.', '[.]').replaceAll(':', '[:]')
