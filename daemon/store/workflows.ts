import type { Actor } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Workflow, WorkflowRun, WorkflowSpec } from '../../shared/workflow.ts'
import type { Database } from './sqlite.ts'

/** Runs that are over and kept, by workflow: the latest. */
const mostEnded = 1000

/** What a run is about; it never changes, whatever becomes of the workflow meanwhile. */
export interface Plan {
  spec: WorkflowSpec
  /** The step that it begins with. */
  start: string
  actor: Actor
  /** Whose permissions its steps need, by uuid. */
  owner: string
  /** The signal as templates see it. */
  signal: JsonObject | null
}

export interface Callback {
  run: string
  step: string
  /** ms UTC. */
  expires: number
}

/** Workflows, their runs, and where engines may answer. */
export function openWorkflows(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO workflow VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET handle = excluded.handle, body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM workflow WHERE id = ?')
  const removeRuns = db.prepare('DELETE FROM workflow_run WHERE workflow = ?')
  const removeCallbacks = db.prepare('DELETE FROM workflow_callback WHERE run = ?')
  const select = db.prepare('SELECT body FROM workflow WHERE id = ?')
  const selectByHandle = db.prepare('SELECT body FROM workflow WHERE handle = ?')
  const selectAll = db.prepare('SELECT body FROM workflow')
  const insertRun = db.prepare('INSERT INTO workflow_run VALUES (:id, :seq, :workflow, :signal, :state, :began, :once, :plan, :body)')
  const updateRun = db.prepare('UPDATE workflow_run SET state = ?, body = ? WHERE id = ?')
  const selectRun = db.prepare('SELECT body FROM workflow_run WHERE id = ?')
  const selectPlan = db.prepare('SELECT plan FROM workflow_run WHERE id = ?')
  const selectOnce = db.prepare('SELECT body FROM workflow_run WHERE once = ?')
  const selectOf = db.prepare('SELECT body FROM workflow_run WHERE workflow = ? ORDER BY seq DESC')
  const selectAbout = db.prepare('SELECT body FROM workflow_run WHERE signal = ? ORDER BY seq DESC LIMIT ?')
  const selectRunning = db.prepare("SELECT id FROM workflow_run WHERE state = 'running' ORDER BY seq")
  const countRunning = db.prepare(
    "SELECT count(*) AS count FROM workflow_run WHERE state = 'running' AND (:workflow IS NULL OR workflow = :workflow)",
  )
  const countSince = db.prepare("SELECT count(*) AS count FROM workflow_run WHERE workflow = ? AND began > ? AND once LIKE ? || '%'")
  const prune = db.prepare(
    `DELETE FROM workflow_run WHERE workflow = :workflow AND state <> 'running' AND seq <= coalesce(
       (SELECT seq FROM workflow_run WHERE workflow = :workflow AND state <> 'running' ORDER BY seq DESC LIMIT 1 OFFSET ${mostEnded}), -1)`,
  )
  const insertCallback = db.prepare('INSERT INTO workflow_callback VALUES (?, ?, ?, ?)')
  const selectCallback = db.prepare('SELECT run, step, expires FROM workflow_callback WHERE hash = ?')
  const removeCallback = db.prepare('DELETE FROM workflow_callback WHERE hash = ?')
  const expireCallbacks = db.prepare('DELETE FROM workflow_callback WHERE expires < ?')
  const body = <T>(row: unknown): T => JSON.parse((row as { body: string }).body) as T
  const maybe = <T>(row: unknown): T | undefined => (row === undefined ? undefined : body<T>(row))

  return {
    get: (id: string): Workflow | undefined => maybe(select.get(id)),
    byHandle: (handle: string): Workflow | undefined => maybe(selectByHandle.get(handle)),
    all: (): Workflow[] => selectAll.all().map(row => body<Workflow>(row)),
    put: (workflow: Workflow): void => void upsert.run(workflow.id, workflow.handle, JSON.stringify(workflow)),
    /** With all of its runs. */
    remove(id: string): void {
      for (const { id: run } of this.runs(id)) removeCallbacks.run(run)
      removeRuns.run(id)
      remove.run(id)
    },

    /** `once`: there is one such run, ever. */
    addRun(run: WorkflowRun, plan: Plan, seq: number, once: string | null): void {
      const { id, workflow, signal, state, began } = run
      insertRun.run({
        ...{ id, seq, workflow: workflow.id, signal: signal?.id ?? null, state, began, once },
        ...{ plan: JSON.stringify(plan), body: JSON.stringify(run) },
      })
      prune.run({ workflow: workflow.id })
    },
    putRun: (run: WorkflowRun): void => void updateRun.run(run.state, JSON.stringify(run), run.id),
    run: (id: string): WorkflowRun | undefined => maybe(selectRun.get(id)),
    plan(id: string): Plan | undefined {
      const row = selectPlan.get(id) as { plan: string } | undefined
      return row && (JSON.parse(row.plan) as Plan)
    },
    once: (key: string): WorkflowRun | undefined => maybe(selectOnce.get(key)),
    /** Newest first. */
    runs: (workflow: string): WorkflowRun[] => selectOf.all(workflow).map(row => body<WorkflowRun>(row)),
    /** The latest about a signal. */
    runsAbout: (signal: string, most: number): WorkflowRun[] => selectAbout.all(signal, most).map(row => body<WorkflowRun>(row)),
    /** Oldest first. */
    running: (): string[] => (selectRunning.all() as { id: string }[]).map(({ id }) => id),
    countRunning: (workflow: string | null): number => (countRunning.get({ workflow }) as { count: number }).count,
    /** Runs of a workflow that began after `time`, and whose cause begins with this. */
    countSince: (workflow: string, time: number, cause: string): number =>
      (countSince.get(workflow, time, cause) as { count: number }).count,

    addCallback: (hash: string, { run, step, expires }: Callback): void => void insertCallback.run(hash, run, step, expires),
    callback: (hash: string): Callback | undefined => selectCallback.get(hash) as Callback | undefined,
    removeCallback: (hash: string): void => void removeCallback.run(hash),
    /** Nobody answers any more what should have been answered before `time`. */
    expireCallbacks: (time: number): void => void expireCallbacks.run(time),
  }
}
