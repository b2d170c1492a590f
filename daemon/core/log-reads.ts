import type { Log } from '../../shared/log.ts'
import { rank } from '../../shared/severity.ts'
import type { Signal } from '../../shared/signal.ts'
import type { createGate } from '../engine/gate.ts'
import { createPatience, usualPatience } from '../engine/patience.ts'
import { type Pivot, pivot } from '../engine/pivot.ts'
import type { Found, Search } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { LateReader } from './late-intel.ts'
import { type ContextAsked, createLogContext, type LogContext } from './log-context.ts'
import type { LogSearch } from './log-search.ts'
import { maySeeLog, maySeeSignal } from './may-see.ts'
import type { Tails } from './tails.ts'

interface Needs {
  store: Store
  reader: LateReader
  search: LogSearch['search']
  gate: ReturnType<typeof createGate>
  snapshot: () => { secret: string; seq: number }
  tails: Tails
  withId: (log: Omit<Log, 'id'>) => Log
}

/** What is asked about logs, of those that somebody may see. */
export function createLogReads({ store, reader, search, gate, snapshot, tails, withId }: Needs) {
  const around = createLogContext({ search, snapshot })

  function findLog(only: Restrictions, id: string): Log | undefined {
    const seq = store.seqOf(id)
    const log = seq === undefined ? undefined : reader.find(seq)
    return log && maySeeLog(only, log) ? withId(log) : undefined
  }
  function find(only: Restrictions, id: string): Log {
    const log = findLog(only, id)
    if (!log) throw new Refusal(404, 'not_found', 'Log not found')
    return log
  }

  const calls = {
    /** Searches end after `ms`, or when nobody waits for them any more. */
    searchLogs(only: Restrictions, asked: Search, ms = usualPatience, signal?: AbortSignal): Promise<Found<Log>> {
      const check = createPatience(ms, signal)
      return gate(() => search({ ...asked, only: only.logs }, check), signal)
    },
    getLog: async (only: Restrictions, id: string): Promise<Log> => find(only, id),
    /** The logs around one; ends as a search does. */
    async logContext(only: Restrictions, id: string, asked: ContextAsked, ms = usualPatience, signal?: AbortSignal): Promise<LogContext> {
      const check = createPatience(ms, signal)
      const log = find(only, id)
      return gate(() => around(only, log, asked, check), signal)
    },
    /** Tell of the logs that a query finds as they come in; `id` is the caller's own. */
    openTail: async (only: Restrictions, id: number, query: string): Promise<void> => tails.open(id, query, log => maySeeLog(only, log)),
    closeTail: async (id: number): Promise<void> => tails.close(id),

    /** What logs and signals say of an address in normal form. `latest` are the open ones, most severe and newest first. */
    async pivot(only: Restrictions, address: string): Promise<{ logs: Pivot; signals: { open: number; total: number; latest: Signal[] } }> {
      const about = store.signals.about(address).filter(signal => maySeeSignal(only, signal))
      const open = about.filter(signal => signal.triage.state !== 'archived')
      const latest = open
        .sort((a, b) => rank(b.detection.severity) - rank(a.detection.severity) || b.timestamp - a.timestamp || b.seq - a.seq)
        .slice(0, 20)
      return {
        logs: await calls.pivotLogs(only, `@network.ip.list:"${address}"`),
        signals: { open: open.length, total: about.length, latest },
      }
    },
    /** What logs say of what a query finds. */
    pivotLogs: (only: Restrictions, query: string): Promise<Pivot> =>
      gate(() => pivot(asked => search({ ...asked, only: only.logs }), query)),
  }
  return { findLog, calls }
}
