import type { Log } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import { countIn, type Tally } from '../engine/holders.ts'
import type { LogEngine } from '../engine/log-engine.ts'
import type { Pace } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { LateReader } from './late-intel.ts'
import { maySeeLog } from './may-see.ts'

interface Needs {
  store: Store
  reader: LateReader
  engine(): LogEngine | undefined
}
export interface TallyAsked {
  path: string
  from: number
  to: number
  /** Only these values. */
  wanted?: ReadonlySet<string>
}
export type TallyLogs = ReturnType<typeof createTallyLogs>

/** How often logs of a time range (ms UTC) have which text at a path: by the engine, else by looking at each until it is `enough`. */
export const createTallyLogs =
  ({ store, reader, engine }: Needs) =>
  async (
    only: Restrictions,
    { path, from, to, wanted }: TallyAsked,
    pace: Pace,
    enough: () => boolean = () => false,
  ): Promise<Map<string, Tally>> => {
    const columns = engine()
    if (columns) return columns.tally(path, from, to, pace, only.logs, wanted)
    const field = toField(path)
    const tallies = new Map<string, Tally>()
    const isCounted = (log: Omit<Log, 'id'>) => log.timestamp >= from && log.timestamp <= to && maySeeLog(only, log)
    for (const logs of store.logs.blocks(from, to)) {
      if (enough()) break
      for (const log of reader.block(logs)) {
        await pace()
        if (!isCounted(log)) continue
        for (const value of new Set(valuesAt(log, field)))
          if (typeof value === 'string' && (!wanted || wanted.has(value))) countIn(tallies, value, log.timestamp, log.seq)
      }
    }
    return tallies
  }
