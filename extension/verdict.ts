import type { Match } from '../shared/indicator.ts'
import type { Verdict } from './messages.ts'

const anonymizers = new Set(['anonymizer', 'tor', 'vpn', 'corp_vpn', 'residential_proxy', 'botnet_proxy', 'hosting_proxy'])
const worst: Verdict[] = ['malicious', 'suspicious', 'anonymizer', 'unknown', 'benign']

/** What one feed's word amounts to: somebody who hides is told apart from somebody who attacks. */
export const verdictOf = ({ intention, category }: Pick<Match, 'intention' | 'category'>): Verdict =>
  intention !== 'malicious' && intention !== 'benign' && anonymizers.has(category) ? 'anonymizer' : intention

/** The worst that any of them says; undefined where there is none. */
export const worstOf = (matches: readonly Pick<Match, 'intention' | 'category'>[]): Verdict | undefined =>
  worst.find(kind => matches.some(match => verdictOf(match) === kind))
