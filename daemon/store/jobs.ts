import type { Job } from '../../shared/job.ts'
import type { Database } from './sqlite.ts'

/** How long a job that is over can be asked about, ms. */
const keptFor = 7 * 24 * 3_600_000

/** A job as it is stored: `task` says what to do to each signal and who wants it, and is the maker's own. */
export interface StoredJob<Task> extends Job {
  owner: string
  task: Task
}

/** Changes of many signals, and how far each has come. The places of its signals stand apart, so that progress does not write them anew. */
export function openJobs(db: Database) {
  const insert = db.prepare('INSERT INTO job VALUES (?, ?, ?, ?, ?)')
  const insertSignals = db.prepare('INSERT INTO job_signals VALUES (?, ?)')
  const update = db.prepare('UPDATE job SET state = ?, body = ? WHERE id = ?')
  const select = db.prepare('SELECT body FROM job WHERE id = ?')
  const selectRunning = db.prepare("SELECT id FROM job WHERE state = 'running' ORDER BY time")
  const selectSignals = db.prepare('SELECT signals FROM job_signals WHERE job = ?')
  const removeSignals = db.prepare('DELETE FROM job_signals WHERE job = ?')
  const expire = db.prepare("DELETE FROM job WHERE time < ? AND state <> 'running'")
  return {
    add<Task>(job: StoredJob<Task>, signals: Float64Array, time: number): void {
      expire.run(time - keptFor)
      insert.run(job.id, time, job.owner, job.state, JSON.stringify(job))
      insertSignals.run(job.id, new Uint8Array(signals.buffer, signals.byteOffset, signals.byteLength))
    },
    put<Task>(job: StoredJob<Task>): void {
      update.run(job.state, JSON.stringify(job), job.id)
      if (job.state !== 'running') removeSignals.run(job.id)
    },
    get<Task>(id: string): StoredJob<Task> | undefined {
      const row = select.get(id) as { body: string } | undefined
      return row && (JSON.parse(row.body) as StoredJob<Task>)
    },
    /** Those that a stop of the daemon may have left, oldest first. */
    running: (): string[] => (selectRunning.all() as { id: string }[]).map(({ id }) => id),
    signals(id: string): Float64Array {
      const row = selectSignals.get(id) as { signals: Uint8Array } | undefined
      return row ? new Float64Array(row.signals.slice().buffer) : new Float64Array()
    },
  }
}
