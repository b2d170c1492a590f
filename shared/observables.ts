import { eachAddress } from './addresses.ts'
import { isMeantAsDomain } from './domains.ts'
import type { IndicatorType } from './indicator.ts'
import { normaliseAddress } from './ip.ts'
import { findNames } from './names.ts'
import { toPlain } from './refang.ts'
import { printSpan, readSpan, tooWide } from './span.ts'

/** A value found in running text, in its one form, and where it stands, as UTF-16 offsets. An address, a block and a range are of one type. */
export interface FoundObservable {
  type: IndicatorType
  value: string
  from: number
  to: number
}

const blockLength = /^\/\d{1,3}(?![\w/]|\.\d)/

/** Addresses, and the blocks and ranges that they begin; not in a URL, where a slash begins a path. */
function findSpans(text: string, isInUrl: (at: number) => boolean): FoundObservable[] {
  const places: [from: number, to: number][] = []
  eachAddress(text, (from, to) => void places.push([from, to]))
  places.sort(([a], [b]) => a - b)
  const found: FoundObservable[] = []
  const put = (value: string, from: number, to: number) => found.push({ type: 'ip', value, from, to })
  for (let i = 0; i < places.length; i++) {
    const [from, to] = places[i]!
    const next = places[i + 1]
    const inUrl = isInUrl(from)
    const length = inUrl ? 0 : (blockLength.exec(text.slice(to, to + 6))?.[0].length ?? 0)
    const block = length > 0 ? readSpan(text.slice(from, to + length)) : undefined
    const goesOn = !inUrl && next?.[0] === to + 1 && '-\u2013'.includes(text[to]!)
    const range = goesOn ? readSpan(`${text.slice(from, to)}-${text.slice(...next)}`) : undefined
    if (block) put(printSpan(block), from, to + length)
    // a wider one is two addresses in a row
    else if (next && range && !tooWide(range)) {
      put(printSpan(range), from, next[1])
      i++
    } else put(normaliseAddress(text.slice(from, to))!, from, to)
  }
  return found
}

/** Without what begins in one and ends behind it: `::1.evil.com` cannot be both. */
function nested(found: readonly FoundObservable[]): FoundObservable[] {
  const open: number[] = []
  return found.filter(({ from, to }) => {
    while (open.length > 0 && open.at(-1)! <= from) open.pop()
    const fits = open.length === 0 || to <= open.at(-1)!
    if (fits) open.push(to)
    return fits
  })
}

/**
 * Every value in running text that intelligence may know: addresses in every written form, blocks and ranges, domains, URLs, mail addresses,
 * hashes and CVEs, harmless or not. In order; what lies in another comes behind it: the host of a URL, the domain of a mail address.
 */
export function findObservables(given: string): FoundObservable[] {
  const { text, place } = toPlain(given)
  const found: FoundObservable[] = []
  // URLs begin in order
  const urls: FoundObservable[] = []
  findNames(text, (type, value, from, to) => {
    const at = { type, value, from, to }
    if (type === 'url') urls.push(at)
    if (type === 'domain' || type === 'email') {
      const inUrl = (urls.at(-1)?.to ?? 0) > from
      const sure = place(to) - place(from) !== to - from
      const host = value.slice(value.lastIndexOf('@') + 1)
      if (!isMeantAsDomain(host, { text, from: type === 'email' ? to - host.length : from, to, inUrl, sure })) return
    }
    found.push(at)
  })
  let next = 0
  const isInUrl = (at: number) => {
    while (next < urls.length && urls[next]!.to <= at) next++
    return next < urls.length && urls[next]!.from <= at
  }
  for (const span of findSpans(text, isInUrl)) found.push(span)
  found.sort((a, b) => a.from - b.from || b.to - a.to)
  return nested(found).map(({ from, to, ...rest }) => ({ ...rest, from: place(from), to: place(to) }))
}
