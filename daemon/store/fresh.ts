import { blockSize, type StoredLog } from './block.ts'

/** Logs held on to, most of which are read within a second. */
const mostLogs = 16_384

/** Logs just committed, for whoever reads them in that order: what was packed a moment ago need not be unpacked. Each is held until it was read. */
export function createFresh() {
  /** In the order of seq. Between `before` and the first log of a run there is no other. */
  const runs: { before: number; logs: StoredLog[]; last: number }[] = []
  let count = 0

  return {
    /** `before`: the last place that a log had until now. `logs` are in the order of seq. */
    add(before: number, logs: readonly StoredLog[]): void {
      for (let from = 0; from < logs.length; from += blockSize) {
        const some = logs.slice(from, from + blockSize)
        runs.push({ before: from === 0 ? before : logs[from - 1]!.seq, logs: some, last: some[some.length - 1]!.seq })
        count += some.length
      }
      while (count > mostLogs) count -= runs.shift()!.logs.length
    },
    /** The logs that come next after a place, of one run, and how far they reach; undefined where they are not known here. */
    after(seq: number): { logs: StoredLog[]; last: number } | undefined {
      while (runs.length > 0 && runs[0]!.last <= seq) count -= runs.shift()!.logs.length
      const [next] = runs
      if (!next || next.before > seq) return undefined
      return { logs: next.logs.filter(log => log.seq > seq), last: next.last }
    },
  }
}
