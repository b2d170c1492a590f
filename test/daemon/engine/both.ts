import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate } from '../../../daemon/engine/evaluate.ts'
import { createLogEngine, type LogEngineOptions } from '../../../daemon/engine/log-engine.ts'
import type { Found, Search } from '../../../daemon/engine/search.ts'
import type { Row } from '../../../daemon/engine/segment.ts'
import { createPacer } from '../../../daemon/engine/slices.ts'

/** The engine beside straight evaluation of the same logs. Whatever goes wrong in the background fails the test. */
export function createBoth(options: Partial<LogEngineOptions> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'))
  const failures: unknown[] = []
  let logs: Row[] = []
  const engine = createLogEngine({ dir, report: error => failures.push(error), rows: 64, ...options })
  const snapshot = (seq = logs.reduce((most, log) => Math.max(most, log.seq), 0)) => ({ secret: 'secret', seq })
  return {
    dir,
    engine,
    snapshot,
    add(more: readonly Row[]): void {
      logs = [...logs, ...more]
      engine.add(more)
    },
    forget(first: number, last: number): void {
      logs = logs.filter(({ seq }) => seq < first || seq > last)
      engine.forget(first, last)
    },
    naive: (search: Search, seq?: number): Promise<Found<number>> =>
      evaluate(() => logs.map(log => ({ row: log.seq, seq: log.seq, doc: log })), search, snapshot(seq), createPacer()),
    fast: (search: Search, seq?: number) => engine.search(search, snapshot(seq)),
    async close(): Promise<void> {
      await engine.close()
      rmSync(dir, { recursive: true, force: true })
      if (failures.length > 0) throw failures[0]
    },
  }
}
