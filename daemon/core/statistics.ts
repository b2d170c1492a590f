import type { Store } from '../store/store.ts'
import type { Judge } from './judge.ts'
import type { LogSearch } from './log-search.ts'

interface Needs {
  store: Store
  judge: Judge
  logSearch: LogSearch
  damagedBlocks: () => number
}

/** How much is kept, how far detection and search have come, and what is wrong with the data. */
export const createStatistics =
  ({ store, judge, logSearch, damagedBlocks }: Needs) =>
  async () => ({
    logs: store.logs.count,
    last_log_seq: store.logs.lastSeq,
    judged: store.detection.position,
    seq: store.seq,
    late: store.detection.late,
    late_matches: store.logIntel.count,
    suppressed_signals: store.detection.suppressed(),
    suppressed_by_rule: Object.fromEntries(
      store.rules.all().flatMap(({ id }) => (store.detection.suppressed(id) > 0 ? [[id, store.detection.suppressed(id)]] : [])),
    ),
    ...judge.refused(),
    damaged_blocks: damagedBlocks(),
    disk_full: store.reserve.isSpent(),
    search: logSearch.progress(),
  })
