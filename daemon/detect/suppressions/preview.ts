import type { Doc } from '../../../shared/log.ts'
import type { Rule } from '../../../shared/rule.ts'
import type { Signal } from '../../../shared/signal.ts'
import type { SuppressionPayload } from '../../../shared/suppression.ts'
import { compileSuppression } from './compile.ts'
import { ruleDoc } from './rule-doc.ts'
import { asOpened } from './suppressor.ts'

/** What a suppression would have hidden. Its dates are not looked at: it is as if it had always been there. */
export interface Preview {
  /** Rules that it is about. */
  rules: number
  signals: {
    count: number
    /** Some are known by their samples alone, which are ten logs at most. */
    estimated: boolean
    by_rule: { id: string; name: string; count: number }[]
    /** The latest. */
    samples: Signal[]
  }
  /** Logs that its rules would not have seen; undefined where it leaves none out. */
  logs: { count: number; by_rule: { id: string; name: string; count: number }[] } | undefined
  /** Time was up before everything was looked at. */
  cut: boolean
}

interface Parts {
  payload: SuppressionPayload
  rules: readonly Rule[]
  /** Those of the time that is asked about. */
  signals: Iterable<Signal>
  /** How many logs a query finds in that time. */
  countLogs(query: string): Promise<number>
  /** Signals to answer. */
  limit: number
  pace(): Promise<void>
  isOver(): boolean
}

/** Look back at what a suppression would have hidden. */
export async function preview({ payload, rules, signals, countLogs, limit, pace, isOver }: Parts): Promise<Preview> {
  const { concerns, hides, excludes } = compileSuppression(payload)
  const concerned = new Map(rules.filter(rule => concerns(ruleDoc(rule))).map(rule => [rule.id, rule]))
  const counts = new Map<string, number>()
  const samples: Signal[] = []
  let cut = false
  let estimated = false

  /** Whether it would have left out every log of a signal, as far as is known. */
  const leavesOut = ({ detection }: Signal, excludes: (log: Doc) => boolean) =>
    detection.samples.length > 0 && detection.samples.every(sample => excludes(sample))

  for (const signal of signals) {
    await pace()
    if ((cut = isOver())) break
    const { id, detection } = signal
    if (!concerned.has(detection.rule.id)) continue
    const isHidden = hides?.(asOpened(id, detection)) === true
    if (!isHidden && !(excludes && leavesOut(signal, excludes))) continue
    if (!isHidden && detection.events_matched > detection.samples.length) estimated = true
    counts.set(detection.rule.id, (counts.get(detection.rule.id) ?? 0) + 1)
    samples.push(signal)
    if (samples.length > limit) samples.shift()
  }

  const named = (entries: Iterable<[string, number]>) =>
    [...entries]
      .filter(([, count]) => count > 0)
      .map(([id, count]) => ({ id, name: concerned.get(id)!.name, count }))
      .sort((a, b) => b.count - a.count)
  const excluded: [string, number][] = []
  if (excludes)
    for (const rule of concerned.values()) {
      if (!rule.isEnabled) continue
      if ((cut ||= isOver())) break
      excluded.push([rule.id, await countLogs(seenBy(rule, payload.data_exclusion_query))])
    }
  const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0)
  return {
    rules: concerned.size,
    signals: { count: sum(counts.values()), estimated, by_rule: named(counts), samples: samples.reverse() },
    logs: excludes && { count: sum(excluded.map(([, count]) => count)), by_rule: named(excluded) },
    cut,
  }
}

/** A query for the logs that a rule would see and a data exclusion leaves out. */
function seenBy({ queries, filters }: Rule, exclusion: string): string {
  const some = queries.map(({ query }) => (query.trim() === '' ? '*' : query))
  return [
    `(${exclusion})`,
    `(${some.map(query => `(${query})`).join(' OR ')})`,
    ...filters.filter(({ query }) => query.trim() !== '').map(({ action, query }) => `${action === 'require' ? '' : '-'}(${query})`),
  ].join(' ')
}
