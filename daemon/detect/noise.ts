import type { Outcome } from '../store/signals.ts'

/** How noisy a rule is. Times are when a signal was made, ms UTC. */
export interface Noise {
  signals: { total: number; open: number; under_review: number; archived: number }
  /** Of the archived ones, how many were false positives, and what share that is; null where none is archived. */
  false_positives: number
  false_positive_share: number | null
  last_signal: number | null
  /** The last that somebody archived as a true positive, benign or malicious. */
  last_true_positive: number | null
}

/** What has become of the signals of each rule. */
export function noiseByRule(outcomes: readonly Outcome[]): Map<string, Noise> {
  const rules = new Map<string, Noise>()
  for (const { rule, state, archive_reason: reason, count, last } of outcomes) {
    const noise = rules.get(rule) ?? quiet()
    rules.set(rule, noise)
    noise.signals.total += count
    noise.signals[state] += count
    noise.last_signal = Math.max(noise.last_signal ?? last, last)
    if (reason === 'false_positive') noise.false_positives += count
    if (reason?.startsWith('true_positive')) noise.last_true_positive = Math.max(noise.last_true_positive ?? last, last)
    if (noise.signals.archived > 0) noise.false_positive_share = noise.false_positives / noise.signals.archived
  }
  return rules
}

/** A rule that has made no signal. */
export const quiet = (): Noise => ({
  signals: { total: 0, open: 0, under_review: 0, archived: 0 },
  false_positives: 0,
  false_positive_share: null,
  last_signal: null,
  last_true_positive: null,
})
