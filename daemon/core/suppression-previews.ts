import type { Signal } from '../../shared/signal.ts'
import type { SuppressionPayload } from '../../shared/suppression.ts'
import { type Preview, preview } from '../detect/suppressions/preview.ts'
import type { createGate } from '../engine/gate.ts'
import { createPatience } from '../engine/patience.ts'
import { createPacer } from '../engine/slices.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { LogSearch } from './log-search.ts'
import { maySeeSignal } from './may-see.ts'

interface Options {
  store: Store
  searchLogs: LogSearch['search']
  gate: ReturnType<typeof createGate>
}

/** What suppressions would have hidden of the signals and logs that are there. */
export const createSuppressionPreviews = ({ store, searchLogs, gate }: Options) => ({
  /** `from` and `to` are when signals were made and when logs happened, ms UTC. Ends after `ms` with what it has found by then. */
  previewSuppression: (
    only: Restrictions,
    payload: SuppressionPayload,
    { from, to, limit }: { from: number; to: number; limit: number },
    ms: number,
    signal?: AbortSignal,
  ): Promise<Preview> =>
    gate(async () => {
      const over = performance.now() + ms
      const check = createPatience(ms, signal)
      let late = false
      const countLogs = async (query: string) => {
        try {
          return (await searchLogs({ track: 'logs', query, only: only.logs, from, to, limit: 0, sort: '-timestamp' }, check)).total
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== 'deadline') throw error
          late = true
          return 0
        }
      }
      const found = await preview({
        payload,
        rules: store.rules.all(),
        signals: seen(only, store.signals.between(from, to)),
        countLogs,
        limit,
        pace: createPacer(() => signal?.throwIfAborted()),
        isOver: () => performance.now() > over,
      })
      return { ...found, cut: found.cut || late }
    }, signal),
})

function* seen(only: Restrictions, signals: Iterable<Signal>): Generator<Signal> {
  for (const signal of signals) if (maySeeSignal(only, signal)) yield signal
}
