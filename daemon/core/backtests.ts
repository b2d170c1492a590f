import { randomUUID } from 'node:crypto'
import type { Log } from '../../shared/log.ts'
import type { Rule, RulePayload } from '../../shared/rule.ts'
import { type Backtest, backtest } from '../detect/backtest.ts'
import { asStored } from '../detect/rule-tests.ts'
import { createGate } from '../engine/gate.ts'
import { createPacer } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { StoredLog } from '../store/block.ts'
import type { Store } from '../store/store.ts'
import { maySeeLog } from './may-see.ts'

/** What to try a rule on: event times in ms UTC, both ends included, and how many signals to answer. */
export interface BacktestAsked {
  from: number
  to: number
  limit: number
  /** Whether suppressions hide what they would hide. */
  suppressed: boolean
}

/** Rules on trial over the logs that are stored: one at a time, in slices, so that logs and searches hardly notice. */
export function createBacktests(store: Store, withId: (log: StoredLog) => Log) {
  const gate = createGate({ running: 1, waiting: 4 })

  function* logsOf(only: Restrictions, { from, to }: BacktestAsked, until: number): Generator<Log[]> {
    for (const block of store.logs.all(({ first_seq }) => first_seq <= until, from, to))
      yield block
        .filter(({ seq, timestamp }) => seq <= until && timestamp >= from && timestamp <= to)
        .filter(log => maySeeLog(only, log))
        .map(withId)
  }

  return {
    /** Ends after `ms` with what it has come to by then; given up when `signal` says so. */
    backtest: (only: Restrictions, rule: Rule | RulePayload, asked: BacktestAsked, ms: number, signal?: AbortSignal): Promise<Backtest> =>
      gate(() => {
        const over = performance.now() + ms
        const named = new Set(rule.queries.flatMap(({ ruleId }) => ruleId ?? []))
        return backtest({
          others: store.rules.all().filter(({ id, isDeleted }) => named.has(id) && !isDeleted),
          rule: 'id' in rule ? { ...rule, isEnabled: true, isDeleted: false } : asStored(rule, randomUUID()),
          suppressions: asked.suppressed ? store.suppressions.all() : [],
          logs: logsOf(only, asked, store.seq),
          limit: asked.limit,
          pace: createPacer(() => signal?.throwIfAborted()),
          isOver: () => performance.now() > over,
        })
      }, signal),
  }
}
