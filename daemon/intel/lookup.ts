import type { Match } from '../../shared/indicator.ts'

/** What all feeds together say of an address, in one word. */
export type Verdict = 'malicious' | 'suspicious' | 'anonymizer' | 'benign' | 'unknown'

const anonymizers = new Set(['anonymizer', 'tor', 'vpn', 'corp_vpn', 'residential_proxy', 'hosting_proxy', 'botnet_proxy'])

/** The worst that any match says; benign only where every match says so, since a doubt outweighs a good word. */
export function verdict(matches: readonly Match[]): Verdict {
  if (matches.some(match => match.intention === 'malicious')) return 'malicious'
  if (matches.some(match => match.intention === 'suspicious')) return 'suspicious'
  if (matches.some(match => anonymizers.has(match.category))) return 'anonymizer'
  return matches.length > 0 && matches.every(match => match.intention === 'benign') ? 'benign' : 'unknown'
}
