import { isMeantAsDomain } from './domains.ts'
import type { IndicatorType } from './indicator.ts'
import { findNames } from './names.ts'
import { toPlain } from './refang.ts'
import { findSpans } from './spans.ts'

/** A value found in running text, in its one form, and where it stands, as UTF-16 offsets. An address, a block and a range are of one type. */
export interface FoundObservable {
  type: IndicatorType
  value: string
  from: number
  to: number
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
  for (const span of findSpans(text, isInUrl)) found.push({ type: 'ip', ...span })
  found.sort((a, b) => a.from - b.from || b.to - a.to)
  return nested(found).map(({ from, to, ...rest }) => ({ ...rest, from: place(from), to: place(to) }))
}
