import type { Intention, Match } from '../../../shared/indicator.ts'
import type { Effect, IocFacts, IocScore } from '../../../shared/ioc.ts'

const base: Record<Intention, number> = { malicious: 60, suspicious: 40, unknown: 20, benign: 5 }
/** What is run to do harm, and what many share who do none. */
const worse = new Set(['c2', 'malware', 'botnet', 'phishing', 'cryptomining', 'attack', 'exploit'])
const isHosting = (category: string) => /hosting|datacenter|cloud/i.test(category)
const day = 86_400_000

/** Whether any source calls the indicator part of a hosting network. */
export const asTypeOf = ({ matches }: { matches: readonly Pick<Match, 'category'>[] }): string =>
  matches.some(({ category }) => isHosting(category)) ? 'hosting' : ''

/** Where one match puts an indicator: where its source does, if it says how sure it is of harm; else intention and category decide. */
function startOf({ intention, category, score, downgraded }: Match): number {
  if (intention === 'benign' || downgraded) return base[intention]
  return score ?? base[intention] + (base[intention] >= 40 && worse.has(category.toLowerCase()) ? 10 : 0)
}

/**
 * How much an indicator deserves a look, 0 to 100: where the worst of its matches puts it, moved by how many sources agree, how long it has
 * been seen, where it is hosted and what signals it took part in.
 */
export function scoreOf(facts: Pick<IocFacts, 'matches' | 'logs' | 'signals'>): IocScore {
  const { matches, logs, signals } = facts
  const start = Math.max(0, ...matches.map(startOf))
  const accusing = new Set(matches.filter(({ intention }) => base[intention] >= 40).map(({ source }) => source.name)).size
  const excusing = matches.some(({ intention, downgraded }) => intention === 'benign' || downgraded)
  const grave = (signals.severities.critical ?? 0) + (signals.severities.high ?? 0) > 0
  const moves = {
    sources: accusing > 1 ? 10 : excusing ? -10 : 0,
    persistence: logs.last - logs.first >= 3 * day ? 10 : logs.count === 1 ? -5 : 0,
    hosting: asTypeOf(facts) === '' ? 0 : 5,
    signal: grave ? 15 : signals.count > 0 ? 8 : 0,
  }
  const sum = Object.values(moves).reduce((all, move) => all + move, start)
  const effectOf = (move: number): Effect => (move > 0 ? 'RAISE_SCORE' : move < 0 ? 'LOWER_SCORE' : 'NO_EFFECT')
  return {
    score: Math.max(0, Math.min(100, sum)),
    sources: effectOf(moves.sources),
    persistence: effectOf(moves.persistence),
    hosting: effectOf(moves.hosting),
    signal: effectOf(moves.signal),
  }
}
