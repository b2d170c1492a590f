import { type NameType, nameTypes } from './indicator.ts'
import { readCve, readDomain, readEmail, readHash, readUrl } from './observable.ts'

export type TakeName = (type: NameType, name: string, from: number, to: number) => void

const all: ReadonlySet<NameType> = new Set(nameTypes)

// What may stand in a host name or a hash.
const isNameCode = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 95
const isLetter = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
/** In front of an @. */
const isMailboxCode = (code: number) => isNameCode(code) || code === 37 || code === 43

/** What is longer is none: a host's name, a mailbox, a URL. So the work for each place of a text is bounded, whatever the text. */
const longest = { domain: 255, mailbox: 64, url: 2048 }
/** A URL may hold others, as redirects do; of more than these only the first are read. */
const mostInUrl = 4
const scheme = /(?:^|[._-])(https?|ftp)$/i
const outsideUrl = /[\s"'<>`{}|\\^]|$/g
// with the hyphens that word processors make
const cves = /(?<![a-z\d])cve[-\u2010-\u2013]\d{4}[-\u2010-\u2013]\d{4,19}(?!\d)/gi

/** Where a URL ends: before the punctuation of its sentence, and the bracket that it stands in. */
function endOfUrl(text: string, from: number, to: number): number {
  let open = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    open += code === 40 || code === 91 ? 1 : code === 41 || code === 93 ? -1 : 0
  }
  let end = to
  for (; end > from; end--) {
    const last = text[end - 1]!
    const closes = last === ')' || last === ']'
    if (closes ? open >= 0 : !'.,;:!?'.includes(last)) break
    if (closes) open++
  }
  return end
}

/**
 * Every run of a text that may be a domain, a URL, a mail address, a hash or a CVE, in its normal form; one may lie in another. By hand, since it
 * sees every log: what is none is given up at the first character that says so, and whether it is one that matters a table decides.
 */
export function findNames(text: string, take: TakeName, wanted: ReadonlySet<NameType> = all): void {
  // where the next character stands that no URL has, and how many URLs end there
  let outside = -1
  let urls = 0
  // how far the user and host of the last URL reach: what has an @ there is no mail address
  let authority = 0

  function takeHash(from: number, to: number): void {
    const length = to - from
    if (length !== 32 && length !== 40 && length !== 64) return
    const hash = readHash(text.slice(from, to))
    // a number, counted or made up
    if (hash && wanted.has(hash.type) && /[a-f]/.test(hash.name)) take(hash.type, hash.name, from, to)
  }
  function takeUrl(from: number, at: number): void {
    if (at > outside) {
      outsideUrl.lastIndex = at
      outside = outsideUrl.exec(text)!.index
      urls = 0
    }
    if (outside - from > longest.url || ++urls > mostInUrl) return
    const to = endOfUrl(text, from, outside)
    const written = text.slice(from, to)
    const url = readUrl(written)
    if (url === undefined) return
    authority = at + 3 + /^[^/?#]*/.exec(written.slice(at + 3 - from))![0].length
    if (wanted.has('url')) take('url', url, from, to)
  }
  function takeEmail(at: number, to: number): void {
    let from = at
    while (at - from <= longest.mailbox && isMailboxCode(text.charCodeAt(from - 1))) from--
    if (at - from > longest.mailbox) return
    while (from < at && '.-%+'.includes(text[from]!)) from++
    const email = readEmail(text.slice(from, to))
    if (email !== undefined) take('email', email, from, to)
  }
  function takeDomain(from: number, to: number): void {
    // a full stop may end a sentence behind a name
    let end = to
    while (end > from && text.charCodeAt(end - 1) === 46) end--
    if (end - from > longest.domain) return
    const last = text.lastIndexOf('.', end - 1)
    if (last <= from || !isLetter(text.charCodeAt(last + 1))) return
    const name = readDomain(text.slice(from, end))
    if (name === undefined) return
    if (wanted.has('email') && text.charCodeAt(from - 1) === 64 && from > authority) takeEmail(from - 1, end)
    if (wanted.has('domain')) take('domain', name, from, end)
  }

  for (let at = 0; at < text.length; at++) {
    if (!isNameCode(text.charCodeAt(at))) continue
    const from = at
    let first = -1
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (!isNameCode(code)) break
      if (code === 46 && first < 0) first = at
    }
    // a file may be called by its hash
    takeHash(from, first < 0 ? at : first)
    if (text.charCodeAt(at) === 58 && text.startsWith('://', at)) {
      const word = scheme.exec(text.slice(Math.max(from, at - 6), at))?.[1]
      if (word !== undefined) takeUrl(at - word.length, at)
    } else if (first >= 0) takeDomain(from, at)
  }
  if (wanted.has('cve'))
    for (const { 0: written, index } of text.matchAll(cves)) take('cve', readCve(written)!, index, index + written.length)
}
