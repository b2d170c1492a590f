import { randomUUID } from 'node:crypto'
import type { Case } from '../../shared/case.ts'
import type { Incident } from '../../shared/incident.ts'
import type { Job } from '../../shared/job.ts'
import { lockAfter, type State, states, type Undone } from '../../shared/triage.ts'
import { createPatience, usualPatience } from '../engine/patience.ts'
import type { Found, Search } from '../engine/search.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Wanted } from '../triage/moving.ts'
import type { createBulkJobs } from './bulk-jobs.ts'
import type { CaseTarget } from './case-jobs.ts'
import type { IncidentTarget } from './incident-jobs.ts'
import { type createSignalTriage, undoneAtOnce } from './signal-triage.ts'
import type { Write } from './writes.ts'

/** How long a selection can be used, ms, and how many there are at a time. */
const keptFor = 3_600_000
const mostOf = 8
const mostInAll = 64

/** What was counted when a selection was made. Times are ms UTC. */
export interface Selection {
  id: string
  count: number
  /** Of them, those that can no longer change. */
  locked: number
  by_state: Record<State, number>
  expires_at: number
}

interface Options {
  store: Store
  write: Write
  now: () => number
  /** A search whose rows are the places of signals in the order of commit. */
  seqs(search: Search, check: () => void): Promise<Found<number>>
  jobs: ReturnType<typeof createBulkJobs>
  undoAtOnce: ReturnType<typeof createSignalTriage>['undoAtOnce']
}

const state = '@workflow.triage.state'

/** Sets of signals that a query found at one moment, to be changed as one. They are kept in memory: a restart forgets them, and nothing else. */
export function createSelections({ store, write, now, seqs, jobs, undoAtOnce }: Options) {
  const kept = new Map<string, { owner: string; query: string; signals: Float64Array; expires_at: number }>()

  function makeRoom(owner: string): void {
    for (const [id, { expires_at }] of kept) if (expires_at <= now()) kept.delete(id)
    const own = [...kept].filter(([, one]) => one.owner === owner)
    for (const [id] of own.slice(0, Math.max(0, own.length - mostOf + 1))) kept.delete(id)
    for (const id of kept.keys()) if (kept.size >= mostInAll) kept.delete(id)
  }

  function withSelection<T>(ctx: WriteContext, id: string, begin: (selection: { query: string; signals: Float64Array }) => T): T {
    const selection = kept.get(id)
    // whoever asks again after a restart asks for what was begun before it
    const made = ctx.idempotency && write<T | null>({ ...ctx, dryRun: true }, () => ({ result: null }))
    if (made) return made
    if (!selection || selection.owner !== (ctx.actor.uuid ?? '') || selection.expires_at <= now())
      throw new Refusal(404, 'not_found', 'This selection is no longer kept. Select again.')
    return begin(selection)
  }

  return {
    async select(
      only: Restrictions,
      { actor }: WriteContext,
      { query, from, to }: { query: string; from: number; to: number },
      ms = usualPatience,
    ): Promise<Selection> {
      const check = createPatience(ms)
      const about = { track: 'signals', query, from, to, only: only.signals, sort: '-timestamp' } as const
      const { rows, facets } = await seqs({ ...about, limit: Number.MAX_SAFE_INTEGER, facets: [state] }, check)
      const last = Math.min(to, now() - lockAfter - 1)
      const locked = last < from ? 0 : (await seqs({ ...about, to: last, limit: 0 }, check)).total
      const owner = actor.uuid ?? ''
      makeRoom(owner)
      const id = randomUUID()
      const expires_at = now() + keptFor
      kept.set(id, { owner, query, signals: Float64Array.from(rows), expires_at })
      const count = (name: State) => facets[state]?.find(({ value }) => value === name)?.count ?? 0
      const by_state = Object.fromEntries(states.map(name => [name, count(name)])) as Record<State, number>
      return { id, count: rows.length, locked, by_state, expires_at }
    },
    applyToSelection: async (only: Restrictions, ctx: WriteContext, id: string, wanted: Wanted, assignOnAct = false): Promise<Job> =>
      withSelection(ctx, id, ({ signals, query }) => jobs.change(only, ctx, wanted, signals, query, assignOnAct)),
    selectionIntoCase: async (
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      target: CaseTarget,
      assignOnAct = false,
    ): Promise<{ job: Job; file: Case }> =>
      withSelection(ctx, id, ({ signals, query }) => jobs.intoCase(only, ctx, target, signals, query, assignOnAct)),
    selectionIntoIncident: async (
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      target: IncidentTarget,
    ): Promise<{ job: Job; incident: Incident }> =>
      withSelection(ctx, id, ({ signals, query }) => jobs.intoIncident(only, ctx, target, signals, query)),
    /** Put a change back: at once, or where it is of very many signals as a job. */
    async undoChange(only: Restrictions, ctx: WriteContext, change: string): Promise<{ undone: Undone } | { job: Job }> {
      if (jobs.makes(change)) throw new Refusal(409, 'job_running', 'This change is still being made. Stop it first.')
      const count = store.changes.has(change, now()) ? store.changes.count(change) : 0
      if (count > undoneAtOnce) return { job: jobs.undo(only, ctx, change) }
      return { undone: undoAtOnce(only, ctx, change) }
    },
    job: async (ctx: WriteContext, id: string): Promise<Job> => jobs.job(ctx, id),
    stopJob: async (ctx: WriteContext, id: string): Promise<Job> => jobs.stop(ctx, id),
    /** Resolves when no job runs. */
    jobsDone: (): Promise<void> => jobs.idle(),
  }
}
