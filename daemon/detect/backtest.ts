import type { Log } from '../../shared/log.ts'
import type { Rule } from '../../shared/rule.ts'
import type { Severity } from '../../shared/severity.ts'
import type { Detection } from '../../shared/signal.ts'
import type { Suppression } from '../../shared/suppression.ts'
import { createDetector } from './detector.ts'
import { ownerOf } from './suppressions/suppressor.ts'

/** Logs judged before what came of it is looked at. */
const perLook = 4096
/** Samples of a signal that are answered. */
const fewSamples = 3
/** Signals that are counted: a rule that makes more is no use. */
const mostSignals = 10_000

/** What a rule would have made of logs that are there. */
export interface Backtest {
  /** Logs that it was shown, and of these such that came too late for it. */
  logs: number
  late: number
  signals: number
  /** Signals by their severity. */
  severities: Partial<Record<Severity, number>>
  /** What its own filters and the suppressions would have hidden. */
  hidden: { signals: number; logs: number }
  /** The first signals, in the order in which they opened. */
  first: { id: string; detection: Detection }[]
  /** Why it ended before the last log, and the event time (ms UTC) of the last that was judged. */
  cut: { by: 'time' | 'signals'; at: number } | null
}

interface Parts {
  rule: Rule
  /** Rules whose signals it counts, where it is a correlation. */
  others?: readonly Rule[]
  suppressions: readonly Suppression[]
  /** In the order in which they were judged, or would have been. */
  logs: Iterable<readonly Log[]>
  /** How many signals to answer. */
  limit: number
  /** How many to count. */
  most?: number
  /** Called between logs: gives others a turn, and throws where nobody waits any more. */
  pace(): Promise<void>
  isOver(): boolean
}

/** Judge logs by one rule, as detection would, and keep nothing. */
export async function backtest({
  rule,
  others = [],
  suppressions,
  logs,
  limit,
  most = mostSignals,
  pace,
  isOver,
}: Parts): Promise<Backtest> {
  // how many there would be is what is asked for, even where a rule at work would not open so many
  const detector = createDetector({ signals: Number.POSITIVE_INFINITY })
  detector.setRules([...others, rule])
  for (const { problem } of detector.load()) if (problem) throw problem
  detector.setSuppressions(suppressions)
  const found = new Map<string, Severity>()
  const first = new Map<string, Detection>()
  const result = { logs: 0, late: 0, hidden: { signals: 0, logs: 0 }, cut: null as Backtest['cut'] }

  function look(): void {
    const { signals, hidden, late } = detector.takeFound()
    for (const { id, detection } of signals) {
      if (detection.rule.id !== rule.id) continue
      found.set(id, detection.severity)
      if (first.has(id) || first.size < limit) first.set(id, { ...detection, samples: detection.samples.slice(0, fewSamples) })
    }
    for (const { owner, signals, logs } of hidden)
      if (owner === ownerOf(rule.id)) {
        result.hidden.signals += signals
        result.hidden.logs += logs
      }
    result.late += late
  }

  for (const block of logs) {
    for (const log of block) {
      detector.judge(log)
      if (++result.logs % perLook === 0) look()
    }
    await pace()
    const last = block.at(-1)
    if (last && (isOver() || found.size >= most)) {
      result.cut = { by: found.size >= most ? 'signals' : 'time', at: last.timestamp }
      break
    }
  }
  look()
  const severities: Backtest['severities'] = {}
  for (const severity of found.values()) severities[severity] = (severities[severity] ?? 0) + 1
  return { ...result, signals: found.size, severities, first: [...first].map(([id, detection]) => ({ id, detection })) }
}
