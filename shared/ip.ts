/** Find, read, classify and defang addresses. By hand, because intake runs it on every log and the content script on every page. */

/** An address as four 32-bit words, most significant first; an IPv4 address is `::ffff:a.b.c.d` and has family 4. */
export interface Address {
  family: 4 | 6
  words: readonly [number, number, number, number]
}

/** Read one IPv4 address in dotted form; a leading zero is refused, since systems disagree on what it means. -1 where it is none. */
function readV4(text: string): number {
  let value = 0
  let parts = 0
  let digits = 0
  let part = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46
    if (code === 46) {
      if (digits === 0 || part > 255) return -1
      value = value * 256 + part
      parts++
      digits = part = 0
    } else if (code >= 48 && code <= 57) {
      if (digits > 0 && part === 0) return -1
      part = part * 10 + code - 48
      if (++digits > 3) return -1
    } else return -1
  }
  return parts === 4 ? value : -1
}

// The value of a hexadecimal digit; -1 where it is none.
const digitOf = (code: number) =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : code >= 65 && code <= 70 ? code - 55 : -1

// One after the other into here: reading one of a million addresses makes no arrays.
const groups = new Uint16Array(8)

/** Read IPv6 by its characters: groups in front of `::` fill from the front, those behind it from the back. */
function readV6(text: string): Address['words'] | undefined {
  const zone = text.indexOf('%')
  const end = zone < 0 ? text.length : zone > 0 && zone < text.length - 1 ? zone : 0
  if (end < 2 || end > 45) return undefined
  let count = 0
  // how many groups stand in front of ::
  let gap = -1
  let at = 0
  if (text.charCodeAt(0) === 58) {
    if (text.charCodeAt(1) !== 58) return undefined
    gap = 0
    at = 2
  }
  while (at < end) {
    const start = at
    let value = 0
    for (; at < end; at++) {
      const digit = digitOf(text.charCodeAt(at))
      if (digit < 0) break
      value = value * 16 + digit
    }
    if (at < end && text.charCodeAt(at) === 46) {
      // dotted, and the end of it
      const v4 = count <= 6 ? readV4(text.slice(start, end)) : -1
      if (v4 < 0) return undefined
      groups[count++] = v4 >>> 16
      groups[count++] = v4 & 0xffff
      at = end
      break
    }
    if (at === start || at - start > 4 || count === 8) return undefined
    groups[count++] = value
    if (at === end) break
    if (text.charCodeAt(at++) !== 58 || at === end) return undefined
    if (text.charCodeAt(at) === 58) {
      if (gap >= 0) return undefined
      gap = count
      at++
    }
  }
  if (gap < 0 ? count !== 8 : count > 7) return undefined
  if (gap >= 0) {
    const behind = count - gap
    for (let i = 1; i <= behind; i++) groups[8 - i] = groups[count - i]!
    for (let i = gap; i < 8 - behind; i++) groups[i] = 0
  }
  return [
    ((groups[0]! << 16) | groups[1]!) >>> 0,
    ((groups[2]! << 16) | groups[3]!) >>> 0,
    ((groups[4]! << 16) | groups[5]!) >>> 0,
    ((groups[6]! << 16) | groups[7]!) >>> 0,
  ]
}

/** Read one address: dotted IPv4, or IPv6 in any written form with or without a zone. A v4-mapped one is IPv4. Undefined where it is none. */
export function readAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const words = readV6(text)
    if (!words) return undefined
    return { family: words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? 4 : 6, words }
  }
  const value = readV4(text)
  return value < 0 ? undefined : { family: 4, words: [0, 0, 0xffff, value] }
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

/** An address found in running text: its normal form, and where it stands, as UTF-16 offsets. */
export interface Found {
  address: string
  from: number
  to: number
}

// A candidate is a run that could be an address; what is one, `readAddress` decides. Neither may continue a word, a number or a version.
// A colon may stand before an IPv4 address ("client:203.0.113.9"), before IPv6 only after a word that is not itself a group of digits.
const candidate =
  /(?:(?<![\w.%]|[a-z_]-)(?<v4>\d{1,3}(?:\.\d{1,3}){3})|(?:(?<![\w.:%]|[a-z_]-)|(?<=[g-z_][\w.-]{0,60}:))(?<v6>(?=[0-9a-f:]*:[0-9a-f:]*:)(?:[0-9a-f:]{1,30}:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]{2,39})(?:%[\w.-]+)?))(?![\w%])/gi
const mayHoldAddress = /\d\.\d|:[0-9a-f]*:/i
// Eight groups of two digits are an EUI-64 or the start of a fingerprint; no address of the internet is written so.
const hardware = /^[0-9a-f]{2}(?::[0-9a-f]{2}){7}$/i
// Browsers cut their version to "Chrome/120.0.0.0": a product in front of the slash, and a path has none.
const product = /(?:^|[\s"'(;,])[a-z][\w.-]{0,40}\/$/i
const reverseName = /^\.in-addr\.arpa\b/i

function isV4Address(text: string, from: number, to: number): boolean {
  const after = text[to]
  // 1.2.3.4.5 and 1.2.3.4-rc1 are versions; "1.2.3.4." and "1.2.3.4-" end a phrase
  if (after === '-' && /[a-z]/i.test(text[to + 1] ?? '')) return false
  if (after === '.' && (/\d/.test(text[to + 1] ?? '') || reverseName.test(text.slice(to, to + 14)))) return false
  return !(text[from - 1] === '/' && text.startsWith('.0.0', to - 4) && product.test(text.slice(Math.max(0, from - 43), from)))
}

/** Every address in a text, in order. `[v6]:port`, `v4:port`, `v4/len` and trailing punctuation are understood; versions, times and hardware addresses are not addresses. */
export function findAddresses(text: string): Found[] {
  if (!mayHoldAddress.test(text)) return []
  const found: Found[] = []
  candidate.lastIndex = 0
  for (let match = candidate.exec(text); match; match = candidate.exec(text)) {
    const whole = match[0]
    let end = whole.length
    let address: string | undefined
    if (match.groups!['v4']) {
      if (isV4Address(text, match.index, match.index + end)) address = normaliseAddress(whole)
    } else if (/\d/.test(whole) && !hardware.test(whole)) {
      // "::" and "a::b" are code more often than addresses, hence the digit; a colon may follow as punctuation: "from 2001:db8::1: Bye"
      address = normaliseAddress(whole)
      while (!address && end > 2 && whole[end - 1] === ':') address = normaliseAddress(whole.slice(0, --end))
    }
    if (address) found.push({ address, from: match.index, to: match.index + end })
    else candidate.lastIndex = match.index + Math.max(1, whole.length)
  }
  return found
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

/** What kind of network an address belongs to. Documentation addresses count as their own scope, so that demos may use them. */
export function scopeOf(address: Address): Scope {
  for (const { words, length, scope } of byFamily[address.family]) if (samePrefix(address.words, words, length)) return scope
  return 'public'
}

/** `203[.]0[.]113[.]9`: safe to paste where links are made of addresses. */
export const defang = (address: string): string => address.replaceAll('.', '[.]').replaceAll(':', '[:]')
