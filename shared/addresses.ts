import { printAddress, readAddress } from './ip.ts'
import { refang, toPlain } from './refang.ts'

/** Find addresses in running text. Intake runs it on every log and the content script on every page: most of it is done by the engine's own search. */

/** An address found in running text: its normal form, and where it stands, as UTF-16 offsets. */
export interface Found {
  address: string
  from: number
  to: number
}
type Take = (from: number, to: number) => unknown
/** Addresses as they are written. */
type Known = ReadonlySet<string>
const none: Known = new Set()

const [percent, dash, dot, slash, colon] = [37, 45, 46, 47, 58] as const
// What a character is: part of a word, of an IPv6 group, of a number; a letter that no group has.
const word = 1
const hex = 2
const digit = 4
const letter = 8
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code)
  const all = [/\w/, /[0-9a-f:]/i, /\d/, /[g-z_]/i]
  return all.reduce((sum, of, i) => (of.test(char) ? sum | (1 << i) : sum), 0)
})
const is = (text: string, at: number, what: number): boolean => {
  // NaN outside of the text
  const code = text.charCodeAt(at)
  return code < 128 && (classes[code]! & what) !== 0
}

// Where an address may be. Each is searched by itself: together they would be searched character by character.
const fourNumbers = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g
// without `::` there are six colons at least, since an IPv4 address may stand for the last two groups; hardware addresses and times have fewer
const sixColons = /:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:/g
// what stands before and behind the colons, too: the engine collects it ten times as fast as a loop
const around = (colons: string) => new RegExp(`${colons}(?<=([0-9a-fA-F:]{0,46}))([0-9a-fA-F:]*)`, 'g')
const ofTwoColons = around('::')
const ofSixColons = around(sixColons.source)
const tail = /(?:\d{1,3}\.){3}\d{1,3}/y
const zone = /%[\w.-]+/y
/** Eight groups of four and a colon more to either side. */
const longest = 45
// Eight groups of two digits are an EUI-64 or the start of a fingerprint; no address of the internet is written so.
const hardware = /^[0-9a-f]{2}(?::[0-9a-f]{2}){7}$/i
// Browsers cut their version to "Chrome/120.0.0.0": a product in front of the slash, and a path has none.
const product = /(?:^|[\s"'(;,])[a-z][\w.-]{0,40}\/$/i
const reverseName = /^\.in-addr\.arpa\b/i

/** Whether what stands at `from` goes on with a word, a number or a version: `nginx-1.2.3.4`. A colon may stand before. */
const goesOn = (text: string, from: number): boolean => {
  const before = text.charCodeAt(from - 1)
  return before === dot || before === percent || is(text, from - 1, word) || (before === dash && /[a-z_]/i.test(text[from - 2] ?? ''))
}

/** Whether no number is over 255 or begins with a zero, since systems disagree on what that means. */
function areOctets(text: string, from: number, to: number): boolean {
  let value = 0
  let digits = 0
  for (let at = from; at < to; at++) {
    const next = text.charCodeAt(at) - 48
    if (next < 0) digits = value = 0
    else {
      value = value * 10 + next
      if (++digits > 3 || value > 255 || (digits > 1 && value < 10)) return false
    }
  }
  return true
}
function isV4(text: string, from: number, to: number): boolean {
  const next = text.charCodeAt(to)
  if (goesOn(text, from) || next === percent || is(text, to, word)) return false
  // 1.2.3.4-rc1 and 1.2.3.4.5 are versions; "1.2.3.4." and "1.2.3.4-" end a phrase
  if (next === dash && /[a-z]/i.test(text[to + 1] ?? '')) return false
  if (next === dot && (is(text, to + 1, digit) || reverseName.test(text.slice(to, to + 14)))) return false
  const after = text.charCodeAt(from - 1) === slash && text.startsWith('.0.0', to - 4)
  return areOctets(text, from, to) && !(after && product.test(text.slice(Math.max(0, from - 43), from)))
}
function eachV4(text: string, known: Known, take: Take): void {
  // told a good deal sooner than where each stands
  if (known.size > 0 && (text.match(fourNumbers) ?? []).every(written => known.has(written))) return
  fourNumbers.lastIndex = 0
  while (fourNumbers.test(text)) {
    let to = fourNumbers.lastIndex
    let from = to - 1
    for (let dots = 0; dots < 3; ) if (text.charCodeAt(--from) === dot) dots++
    while (is(text, from - 1, digit)) from--
    while (is(text, to, digit)) to++
    if (!(known.size > 0 && known.has(text.slice(from, to))) && isV4(text, from, to)) take(from, to)
    fourNumbers.lastIndex = to
  }
}

/** Where the IPv6 address begins that has a colon at `at`: behind `client_ip:`, but not behind a group of digits. -1 where none may. */
function beginOfV6(text: string, at: number): number {
  let from = at
  while (at - from < longest && is(text, from - 1, hex)) from--
  if (!goesOn(text, from)) return from
  for (let back = from - 1; from - back < 62 && (is(text, back, word) || text[back] === '.' || text[back] === '-'); back--)
    if (is(text, back, letter)) return text.indexOf(':', from) + 1
  return -1
}
/** Take the address around the colon at `at`. Returns where the run of its characters ends. */
function takeV6(text: string, at: number, full: boolean, take: Take): number {
  const from = beginOfV6(text, at)
  let run = at
  while (is(text, run, hex)) run++
  // with :: in it, it was taken before
  if (from < 0 || run - from > longest || (full && text.slice(from, run).includes('::'))) return run
  let to = run
  if (text.charCodeAt(to) === dot) {
    tail.lastIndex = text.lastIndexOf(':', to - 1) + 1
    if (tail.test(text)) to = tail.lastIndex
  }
  zone.lastIndex = to
  if (zone.test(text)) to = zone.lastIndex
  if (text.charCodeAt(to) === percent || is(text, to, word)) return run
  for (;;) {
    const found = text.slice(from, to)
    // "::" and "a::b" are code more often than addresses, hence the digit
    if (/\d/.test(found) && !hardware.test(found) && readAddress(found)) {
      take(from, to)
      return Math.max(run, to)
    }
    // a colon may follow as punctuation: "from 2001:db8::1: Bye"
    if (to <= from + 2 || text.charCodeAt(to - 1) !== colon) return run
    to--
  }
}
/** Take the addresses around the colons that `find` finds, but for those that are known. */
function takeEachV6(find: RegExp, text: string, known: Known, full: boolean, take: Take): void {
  find.lastIndex = 0
  for (let found = find.exec(text); found; found = find.exec(text)) {
    const to = find.lastIndex
    const colon = to - found[2]!.length
    const from = colon - found[1]!.length
    const next = text.charCodeAt(to)
    // a zone or an IPv4 address may belong to it, or not all of it
    const more = next === percent || (next === dot && is(text, to + 1, digit)) || goesOn(text, from)
    if (more || !known.has(text.slice(from, to))) find.lastIndex = takeV6(text, colon - 1, full, take)
  }
}
function eachV6(text: string, known: Known, take: Take): void {
  takeEachV6(ofTwoColons, text, known, false, take)
  takeEachV6(ofSixColons, text, known, true, take)
}

const mayBeHarmless = /\d[[({][.d]|\[:\]/i

/** Read `1[.]2[.]3[.]4` as what it stands for, and tell of places as they are in the text that was given. */
function eachHarmless(given: string, take: Take): void {
  const { text, place } = toPlain(given)
  eachPlain(text, none, (from, to) => take(place(from), place(to)))
}
function eachPlain(text: string, known: Known, take: Take): void {
  // the IPv4 address at the end of an IPv6 one is a part of it
  let ends: Set<number> | undefined
  eachV6(text, known, (from, to) => {
    ends ??= new Set()
    ends.add(to)
    take(from, to)
  })
  eachV4(text, known, (from, to) => ends?.has(to) || take(from, to))
}

/** Where every address of a text stands, in no order. `[v6]:port`, `v4:port`, `v4/len`, `1[.]2[.]3[.]4` and trailing punctuation are understood; versions, times and hardware addresses are not addresses. */
export const eachAddress = (text: string, take: Take): void => eachOther(text, none, take)

/** The same, but most of those that are known as they are written are passed by: in a log they come again and again, and that is told sooner. */
export const eachOther = (text: string, known: Known, take: Take): void =>
  mayBeHarmless.test(text) ? eachHarmless(text, take) : eachPlain(text, known, take)

/** Whether all that may be an address of IPv6 around the colons that `next` finds is known. */
function areKnown(text: string, next: (from: number) => number, known: Known): boolean {
  for (let at = next(0); at >= 0; ) {
    let from = at
    let to = at
    while (at - from < longest && is(text, from - 1, hex)) from--
    while (is(text, to, hex)) to++
    // a zone or an IPv4 address may belong to it, or not all of it
    const more = text.charCodeAt(to) === percent || (text.charCodeAt(to) === dot && is(text, to + 1, digit)) || goesOn(text, from)
    if (more || !known.has(text.slice(from, to))) return false
    at = next(to)
  }
  return true
}

/**
 * Whether an address may stand in a text that is not among those known as they are written, with no look at what stands around it: false only where
 * none does. Told a good deal sooner than which, and in a log most come again and again.
 */
export function mayHoldOther(text: string, known: Known): boolean {
  fourNumbers.lastIndex = 0
  if (known.size === 0 ? fourNumbers.test(text) : text.match(fourNumbers)?.some(written => !known.has(written))) return true
  const full = (from: number) => {
    sixColons.lastIndex = from
    return sixColons.test(text) ? sixColons.lastIndex - 1 : -1
  }
  return mayBeHarmless.test(text) || !areKnown(text, from => text.indexOf('::', from), known) || !areKnown(text, full, known)
}

/** The normal form of an address as it stands in a text, harmless or not. */
export function readWritten(text: string): string | undefined {
  const address = readAddress(text) ?? readAddress(refang(text))
  return address && printAddress(address)
}

/** Every address in a text, in order. */
export function findAddresses(text: string): Found[] {
  const found: Found[] = []
  eachAddress(text, (from, to) => void found.push({ address: readWritten(text.slice(from, to))!, from, to }))
  return found.sort((a, b) => a.from - b.from)
}
