import type { Match } from './indicator.ts'
import { readAddress } from './ip.ts'
import { inSpan, readSpan } from './span.ts'

/** What feeds make of an address in one word, worst first. A doubt outweighs a good word: unknown comes before benign. */
export const verdicts = ['malicious', 'suspicious', 'anonymizer', 'unknown', 'benign'] as const
export type Verdict = (typeof verdicts)[number]
type Said = Pick<Match, 'intention' | 'category' | 'downgraded'>

/** Categories of somebody who hides, which is no attack. */
const hiding: ReadonlySet<string> = new Set(['anonymizer', 'tor', 'vpn', 'corp_vpn', 'residential_proxy', 'hosting_proxy', 'botnet_proxy'])

/**
 * The verdict of one match. A list of Tor exits, VPNs or proxies calls all that it holds suspicious: that accuses nobody of more than hiding.
 * Malicious is an accusation in any list, and benign says that the way is known. What was downgraded is no more than a doubt.
 */
export const verdictOf = ({ intention, category, downgraded }: Said): Verdict =>
  !downgraded && hiding.has(category.toLowerCase()) && (intention === 'suspicious' || intention === 'unknown') ? 'anonymizer' : intention

/**
 * What feeds say of a value that lists of known good ones hold as well: a resolver that everybody uses, a range of a cloud. It accuses nobody
 * any more, and says by whose word.
 */
export const downgrade = (matches: readonly Match[], by: readonly string[]): Match[] =>
  matches.map(match =>
    by.length === 0 || match.intention === 'benign'
      ? match
      : { ...match, intention: 'unknown', downgraded: { from: match.intention, by: [...by] } },
  )

/** The worst that any match says; null where there is none. */
export const worstOf = (matches: readonly Said[]): Verdict | null =>
  verdicts.find(verdict => matches.some(match => verdictOf(match) === verdict)) ?? null

/** What is said of one address, where the matches are of several: a log or a signal keeps those of all its addresses. */
export function matchesOn<M extends Pick<Match, 'indicator'>>(address: string, matches: readonly M[]): M[] {
  const read = readAddress(address)
  return matches.filter(({ indicator }) => {
    const span = readSpan(indicator)
    return read && span && inSpan(span, read)
  })
}
/** The worst that any match says of one address. */
export const worstOn = (address: string, matches: readonly Match[]): Verdict | null => worstOf(matchesOn(address, matches))

/** Whether pages mark the address as one that feeds know: it attacks, or it hides. */
export const isMarked = (verdict: Verdict | null): boolean =>
  verdict === 'malicious' || verdict === 'suspicious' || verdict === 'anonymizer'
