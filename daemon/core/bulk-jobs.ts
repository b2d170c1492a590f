import { randomUUID } from 'node:crypto'
import type { Actor } from '../../shared/audit.ts'
import type { Case } from '../../shared/case.ts'
import type { Incident } from '../../shared/incident.ts'
import { type Job, mostCases, mostSkipped } from '../../shared/job.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Skipped } from '../../shared/triage.ts'
import { slice } from '../engine/slices.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { StoredJob } from '../store/jobs.ts'
import type { Store } from '../store/store.ts'
import type { Wanted } from '../triage/moving.ts'
import { tellCases } from './case-files.ts'
import type { CaseTarget, createCaseJobs, IntoCase } from './case-jobs.ts'
import { tellIncident } from './incident-files.ts'
import type { createIncidentJobs, IncidentTarget, IntoIncident } from './incident-jobs.ts'
import { createAssigned, type Moves, type Outcome, skippedFor } from './moves.ts'
import type { Audit, Write } from './writes.ts'

/** What a job does to each of its signals, who wants it, and what they may see. */
interface Task {
  actor: Actor
  only: Restrictions
  does: { kind: 'bulk'; wanted: Wanted; assignOnAct: boolean } | { kind: 'undo'; undoes: string } | IntoCase | IntoIncident
}

interface Options {
  /** Whether anything may be written now that nobody asks for: else jobs wait. */
  mayWrite(): boolean
  store: Store
  write: Write
  audit: Audit
  moves: Moves
  cases: ReturnType<typeof createCaseJobs>
  incidents: ReturnType<typeof createIncidentJobs>
  now: () => number
  publish(events: LiveEvent[]): void
  /** Bring searches up to date, in slices. */
  refresh(): Promise<void>
  report(error: unknown): void
}

/** How often progress is told, ms, and how often which signals have changed: with them, all of them are counted. */
const toldEvery = 250
const countedEvery = 1_000

/** What the audit trail tells of a task. */
function told(does: Task['does']): JsonObject {
  if (does.kind === 'bulk') return { wanted: { ...does.wanted } }
  if (does.kind === 'undo') return { undoes: does.undoes }
  return does.kind === 'case' ? { case: does.case } : { incident: does.incident }
}
/** What the stream hears of what the signals go into. */
function tellTarget(does: Task['does']): LiveEvent[] {
  if (does.kind === 'case') return tellCases({ id: does.case })()
  return does.kind === 'incident' ? [tellIncident({ public_id: does.publicId })] : []
}

const shown = ({ task: _, owner: __, ...job }: StoredJob<Task>): Job => job

/**
 * Changes of very many signals: a slice of them at a time, each slice one transaction with its audit, timeline and the job's position. Killed
 * anywhere, the next start goes on behind the last slice that is on disk.
 */
export function createBulkJobs({ mayWrite, store, write, audit, moves, cases, incidents, now, publish, refresh, report }: Options) {
  let closed = false
  const running = new Map<string, Promise<void>>()

  function stepOf({ change, task }: StoredJob<Task>): (seq: number, assigned: ReturnType<typeof createAssigned>) => Outcome {
    const ctx = { actor: task.actor }
    const { does } = task
    const link =
      does.kind === 'case' ? cases.step(ctx, change, does) : does.kind === 'incident' ? incidents.step(ctx, change, does) : undefined
    return (seq, assigned) => {
      const before = moves.find(task.only, seq)
      if (!before) return { skipped: { id: store.idOf(seq), reason: 'not_found' } }
      try {
        const outcome =
          does.kind === 'bulk'
            ? moves.one(ctx, change, before, does.wanted, does.assignOnAct)
            : does.kind === 'undo'
              ? moves.back(ctx, change, before, does.undoes)
              : link!(before)
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
      const kept = new Map(job.cases?.map(one => [one.id, one]))
      let { done } = job
      do {
        const outcome = step(signals[done++]!, assigned)
        if ('skipped' in outcome) skipped.push(outcome.skipped)
        else if (outcome.changed) {
          ids.push(outcome.signal.id)
          for (const { id, key } of outcome.signal.triage.cases ?? []) if (kept.size < mostCases) kept.set(id, { id, key })
        }
      } while (done < job.total && performance.now() < until)
      const next: StoredJob<Task> = {
        ...job,
        state: done < job.total ? 'running' : 'done',
        done,
        changed: job.changed + ids.length,
        skipped_total: job.skipped_total + skipped.length,
        skipped: [...job.skipped, ...skipped].slice(0, mostSkipped),
        ...(job.kind === 'undo' && { cases: [...kept.values()] }),
      }
      if (job.task.does.kind === 'case') cases.grew(job.task.does, ids.length, job.total)
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
      events.push(...tellTarget(job.task.does))
      publish(events)
      assigned.clear()
      due = performance.now() + toldEvery
    }
    for (let job = store.jobs.get<Task>(id); job?.state === 'running' && !closed && mayWrite(); job = store.jobs.get<Task>(id)) {
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

  /** `prepare` is called in the transaction that stores the job. */
  function begin<T extends object>(
    only: Restrictions,
    ctx: WriteContext,
    signals: Float64Array,
    what: string,
    prepare: () => { does: Task['does']; with: T },
  ): T & { job: Job } {
    const begun = write(ctx, () => {
      const { does, with: more } = prepare()
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
        after: { signals: signals.length, change, ...told(does) },
      })
      return { result: { ...more, job: shown(made) }, tell: () => tellTarget(does) }
    })
    if (!ctx.dryRun) start(begun.job.id)
    return begun
  }

  return {
    change(only: Restrictions, ctx: WriteContext, wanted: Wanted, signals: Float64Array, query: string, assignOnAct: boolean): Job {
      moves.checkAssignee(wanted.assignee)
      const what = `a change of ${signals.length} signals found by “${query}”`
      return begin(only, ctx, signals, what, () => ({ does: { kind: 'bulk', wanted, assignOnAct }, with: {} })).job
    },
    undo: (only: Restrictions, ctx: WriteContext, undoes: string): Job =>
      begin(only, ctx, Float64Array.from(store.changes.signals(undoes)), `to put back change ${undoes}`, () => ({
        does: { kind: 'undo', undoes },
        with: {},
      })).job,
    /** Signals into a case, which may be made for them. */
    intoCase: (
      only: Restrictions,
      ctx: WriteContext,
      target: CaseTarget,
      signals: Float64Array,
      query: string,
      assignOnAct: boolean,
    ): { job: Job; file: Case } =>
      begin(only, ctx, signals, `to add ${signals.length} signals found by “${query}” to a case`, () => {
        const { file, does } = cases.begin(ctx, target, signals.length, assignOnAct)
        return { does, with: { file } }
      }),
    /** Signals into an incident, which may be declared for them. They are the newest first. */
    intoIncident: (
      only: Restrictions,
      ctx: WriteContext,
      target: IncidentTarget,
      signals: Float64Array,
      query: string,
    ): { job: Job; incident: Incident } =>
      begin(only, ctx, signals, `to add ${signals.length} signals found by “${query}” to an incident`, () => {
        const { incident, does } = incidents.begin(only, ctx, target, signals.at(-1))
        return { does, with: { incident } }
      }),
    /** Whether a job still makes this change. */
    makes: (change: string): boolean =>
      [...running.keys()].some(id => {
        const job = store.jobs.get<Task>(id)
        return job?.change === change && job.state === 'running'
      }),
    /** Go on with what is not done: after a start, and once anything may be written again. */
    resume(): void {
      for (const id of store.jobs.running()) start(id)
    },
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
