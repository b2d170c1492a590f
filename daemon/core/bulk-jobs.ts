import { randomUUID } from 'node:crypto'
import type { Actor } from '../../shared/audit.ts'
import { type Job, mostSkipped } from '../../shared/job.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Skipped } from '../../shared/triage.ts'
import { slice } from '../engine/slices.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { StoredJob } from '../store/jobs.ts'
import type { Store } from '../store/store.ts'
import type { Wanted } from '../triage/moving.ts'
import { createAssigned, type Moves, type Outcome, skippedFor } from './moves.ts'
import type { Audit, Write } from './writes.ts'

/** What a job does to each of its signals, who wants it, and what they may see. */
interface Task {
  actor: Actor
  only: Restrictions
  does: { kind: 'bulk'; wanted: Wanted; assignOnAct: boolean } | { kind: 'undo'; undoes: string }
}

interface Options {
  store: Store
  write: Write
  audit: Audit
  moves: Moves
  now: () => number
  publish(events: LiveEvent[]): void
  /** Bring searches up to date, in slices. */
  refresh(): Promise<void>
  report(error: unknown): void
}

/** How often progress is told, ms, and how often which signals have changed: with them, all of them are counted. */
const toldEvery = 250
const countedEvery = 1_000

const shown = ({ task: _, owner: __, ...job }: StoredJob<Task>): Job => job

/**
 * Changes of very many signals: a slice of them at a time, each slice one transaction with its audit, timeline and the job's position. Killed
 * anywhere, the next start goes on behind the last slice that is on disk.
 */
export function createBulkJobs({ store, write, audit, moves, now, publish, refresh, report }: Options) {
  let closed = false
  const running = new Map<string, Promise<void>>()

  function stepOf({ change, task }: StoredJob<Task>): (seq: number, assigned: ReturnType<typeof createAssigned>) => Outcome {
    const ctx = { actor: task.actor }
    return (seq, assigned) => {
      const before = moves.find(task.only, seq)
      if (!before) return { skipped: { id: store.idOf(seq), reason: 'not_found' } }
      try {
        const { does } = task
        const outcome =
          does.kind === 'bulk'
            ? moves.one(ctx, change, before, does.wanted, does.assignOnAct)
            : moves.back(ctx, change, before, does.undoes)
        if ('signal' in outcome && outcome.changed) assigned.note(before, outcome.signal)
        return outcome
      } catch (error) {
        return { skipped: skippedFor(before.id, error) }
      }
    }
  }

  /** As many signals as fit into a slice, one at least. */
  function advance(job: StoredJob<Task>, signals: Float64Array): { job: StoredJob<Task>; ids: string[]; assigned: LiveEvent[] } {
    return store.write(() => {
      const until = performance.now() + slice
      const step = stepOf(job)
      const assigned = createAssigned(job.task.actor)
      const ids: string[] = []
      const skipped: Skipped[] = []
      let { done } = job
      do {
        const outcome = step(signals[done++]!, assigned)
        if ('skipped' in outcome) skipped.push(outcome.skipped)
        else if (outcome.changed) ids.push(outcome.signal.id)
      } while (done < job.total && performance.now() < until)
      const next: StoredJob<Task> = {
        ...job,
        state: done < job.total ? 'running' : 'done',
        done,
        changed: job.changed + ids.length,
        skipped_total: job.skipped_total + skipped.length,
        skipped: [...job.skipped, ...skipped].slice(0, mostSkipped),
      }
      store.jobs.put(next)
      return { job: next, ids, assigned: assigned.take() }
    })
  }

  async function run(id: string): Promise<void> {
    const signals = store.jobs.signals(id)
    let changed: string[] = []
    let due = performance.now() + toldEvery
    let countDue = performance.now() + countedEvery
    const assigned = new Map<string, LiveEvent & { type: 'assigned' }>()
    const tell = (job: StoredJob<Task>, isLast = job.state !== 'running') => {
      const events: LiveEvent[] = [...assigned.values(), { type: 'job', to: job.owner, job: shown(job) }]
      if (changed.length > 0 && (isLast || performance.now() > countDue)) {
        events.unshift({ type: 'signals', ids: changed, counts: store.signals.counts() })
        changed = []
        countDue = performance.now() + countedEvery
      }
      publish(events)
      assigned.clear()
      due = performance.now() + toldEvery
    }
    for (let job = store.jobs.get<Task>(id); job?.state === 'running' && !closed; job = store.jobs.get<Task>(id)) {
      try {
        if (store.users.get(job.owner)?.disabled) throw new Refusal(403, 'disabled', 'Whoever began this is disabled now')
        const after = advance(job, signals)
        changed.push(...after.ids)
        for (const event of after.assigned)
          if (event.type === 'assigned') assigned.set(event.to, { ...event, ids: [...(assigned.get(event.to)?.ids ?? []), ...event.ids] })
        if (after.job.state !== 'running' || performance.now() > due) tell(after.job)
      } catch (error) {
        return fail(job, error)
      }
      // what searches see is brought up to date meanwhile, so that no search has to wait for all of it
      await refresh()
      await new Promise<void>(resolve => setImmediate(resolve))
    }
    const last = store.jobs.get<Task>(id)
    if (changed.length > 0 && last) tell(last, true)
  }

  function fail(job: StoredJob<Task>, error: unknown): void {
    report(error)
    const failed: StoredJob<Task> = {
      ...job,
      state: 'failed',
      error: error instanceof Refusal ? error.message : 'The daemon failed; its log says why',
    }
    publish([{ type: 'job', to: job.owner, job: shown(failed) }])
    try {
      store.write(() => store.jobs.put(failed))
    } catch (full) {
      // it stays as it was and goes on with the next start
      report(full)
    }
  }

  function start(id: string): void {
    if (closed || running.has(id) || store.jobs.get<Task>(id)?.state !== 'running') return
    const work = new Promise<void>(resolve => setImmediate(resolve))
      .then(() => run(id))
      .catch(report)
      .finally(() => running.delete(id))
    running.set(id, work)
  }

  function find({ actor }: WriteContext, id: string): StoredJob<Task> {
    const job = store.jobs.get<Task>(id)
    if (!job || job.owner !== actor.uuid) throw new Refusal(404, 'not_found', 'Job not found')
    return job
  }

  function begin(only: Restrictions, ctx: WriteContext, does: Task['does'], signals: Float64Array, what: string): Job {
    const job = write(ctx, () => {
      const change = randomUUID()
      const made: StoredJob<Task> = {
        id: randomUUID(),
        kind: does.kind,
        state: signals.length > 0 ? 'running' : 'done',
        done: 0,
        total: signals.length,
        changed: 0,
        skipped_total: 0,
        skipped: [],
        change,
        owner: ctx.actor.uuid ?? '',
        task: { actor: ctx.actor, only, does },
      }
      store.changes.add(change, now())
      store.jobs.add(made, signals, now())
      audit(ctx, {
        action: 'created',
        asset: { type: 'bulk_job', id: made.id },
        message: `began ${what}`,
        after: { signals: signals.length, change, ...(does.kind === 'bulk' ? { wanted: { ...does.wanted } } : { undoes: does.undoes }) },
      })
      return { result: shown(made) }
    })
    if (!ctx.dryRun) start(job.id)
    return job
  }

  // not before whoever made us has us
  setImmediate(() => {
    if (!closed) for (const id of store.jobs.running()) start(id)
  })

  return {
    change(only: Restrictions, ctx: WriteContext, wanted: Wanted, signals: Float64Array, query: string, assignOnAct: boolean): Job {
      moves.checkAssignee(wanted.assignee)
      return begin(only, ctx, { kind: 'bulk', wanted, assignOnAct }, signals, `a change of ${signals.length} signals found by “${query}”`)
    },
    undo: (only: Restrictions, ctx: WriteContext, undoes: string): Job =>
      begin(only, ctx, { kind: 'undo', undoes }, Float64Array.from(store.changes.signals(undoes)), `to put back change ${undoes}`),
    /** Whether a job still makes this change. */
    makes: (change: string): boolean =>
      [...running.keys()].some(id => {
        const job = store.jobs.get<Task>(id)
        return job?.change === change && job.state === 'running'
      }),
    job: (ctx: WriteContext, id: string): Job => shown(find(ctx, id)),
    stop: (ctx: WriteContext, id: string): Job =>
      write(ctx, () => {
        const job = find(ctx, id)
        if (job.state !== 'running') return { result: shown(job) }
        const stopped: StoredJob<Task> = { ...job, state: 'stopped' }
        store.jobs.put(stopped)
        const message = `stopped a change of ${job.total} signals after ${job.done}`
        audit(ctx, {
          action: 'modified',
          asset: { type: 'bulk_job', id },
          message,
          before: { state: 'running' },
          after: { state: 'stopped' },
        })
        return { result: shown(stopped), tell: () => [{ type: 'job', to: job.owner, job: shown(stopped) }] }
      }),
    /** Resolves when no job runs. */
    async idle(): Promise<void> {
      while (running.size > 0) await Promise.all(running.values())
    },
    async close(): Promise<void> {
      closed = true
      await Promise.all(running.values())
    },
  }
}
