import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lateAttributes, withLate } from '../../../daemon/core/late-intel.ts'
import { evaluate } from '../../../daemon/engine/evaluate.ts'
import { createLogEngine, type LogEngineOptions } from '../../../daemon/engine/log-engine.ts'
import type { Found, Search } from '../../../daemon/engine/search.ts'
import type { Row } from '../../../daemon/engine/segments/segment.ts'
import { createPacer } from '../../../daemon/engine/slices.ts'
import type { Late } from '../../../daemon/store/log-intel.ts'

export type Both = Awaited<ReturnType<typeof createBoth>>

/** The engine beside straight evaluation of the same logs. Whatever goes wrong in the background fails the test. */
export async function createBoth(options: Partial<LogEngineOptions> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'))
  const failures: unknown[] = []
  let logs: Row[] = []
  const found = new Map<number, Late[]>()
  const changes = () => new Map([...found].map(([seq, late]) => [seq, lateAttributes(late)]))
  const latest = () => logs.reduce((most, log) => Math.max(most, log.seq), 0)
  const begin = () => createLogEngine({ dir, report: error => failures.push(error), rows: 64, ...options })
  let engine = begin()
  await engine.open(0)
  const snapshot = (seq = latest()) => ({ secret: 'secret', seq })
  return {
    dir,
    failures,
    get engine() {
      return engine
    },
    snapshot,
    add(more: readonly Row[]): void {
      logs = [...logs, ...more]
      engine.add(more)
    },
    /** Something was found in a log that is there. */
    amend(seq: number, late: Late): void {
      found.set(seq, [...(found.get(seq) ?? []), late])
      engine.amend(new Map([[seq, lateAttributes([late])]]))
    },
    forget(first: number, last: number): void {
      logs = logs.filter(({ seq }) => seq < first || seq > last)
      engine.forget(first, last)
    },
    /** Close the engine and open it again on what it has left. Answers how many logs it had to be given anew. */
    async reload(): Promise<number> {
      await engine.close({ isKept: true })
      engine = begin()
      await engine.open(latest())
      const lacking = logs.filter(({ seq }) => engine.count(seq, seq) === 0)
      const kept = new Set(logs.map(({ seq }) => seq))
      for (let seq = 1; seq <= latest(); seq++) if (!kept.has(seq)) engine.forget(seq, seq)
      engine.add(lacking)
      engine.amend(changes())
      return lacking.length
    },
    naive: (search: Search, seq?: number): Promise<Found<number>> =>
      evaluate(
        () => logs.map(log => ({ row: log.seq, seq: log.seq, doc: withLate(log, found.get(log.seq) ?? []) })),
        search,
        snapshot(seq),
        createPacer(),
      ),
    fast: (search: Search, seq?: number) => engine.search(search, snapshot(seq)),
    async close(): Promise<void> {
      await engine.close({ isKept: false })
      if (failures.length > 0) throw failures[0]
    },
  }
}
