import { join } from 'node:path'
import type { AuditEvent, NewAuditEvent } from '../shared/audit.ts'
import type { Ioc, IocListing, IocState, IocTriage } from '../shared/ioc.ts'
import type { LiveEvent } from '../shared/live.ts'
import type { Log } from '../shared/log.ts'
import { rank } from '../shared/severity.ts'
import type { Signal, Triaged } from '../shared/signal.ts'
import type { State } from '../shared/triage.ts'
import { createAppend } from './append.ts'
import { createBacktests } from './backtests.ts'
import { createBackups } from './backup/backups.ts'
import { createChangeDetection } from './change-detection.ts'
import { createGate } from './engine/gate.ts'
import { createEnough, createPatience, usualPatience } from './engine/patience.ts'
import { type Pivot, pivot } from './engine/pivot.ts'
import type { Found, Search } from './engine/search.ts'
import type { Merger } from './engine/segments/merge.ts'
import { createHandMadeSignals } from './hand-made-signals.ts'
import { type Answer, createHunt, type HuntFeed } from './hunt.ts'
import { contextOf, createIndicators, type IocContext } from './indicators.ts'
import { createJudge } from './judge.ts'
import { createLateReader } from './late-intel.ts'
import { personOf, type WriteContext } from './lib/actor.ts'
import { Refusal } from './lib/errors.ts'
import { type ContextAsked, createLogContext, type LogContext } from './log-context.ts'
import { createLogSearch } from './log-search.ts'
import { createPeople } from './people.ts'
import { createReferenceTables } from './reference-tables.ts'
import { createRulebook } from './rulebook.ts'
import { DamagedBlock } from './store/block.ts'
import { createRetain } from './store/retain.ts'
import type { TimelineEntry } from './store/signals.ts'
import { openStore } from './store/store.ts'
import { createSuppressionPreviews } from './suppression-previews.ts'
import { createSuppressions } from './suppressions.ts'
import { createTails, type TailPush } from './tails.ts'
import { createTrackSearch } from './track-search.ts'
import { auditTrack, rankOfStatus, signalTrack } from './tracks.ts'
import { type Change, move } from './triage/move.ts'
import { version } from './version.ts'
import { type Audit, createWrite } from './writes.ts'

export interface CoreOptions {
  dir: string
  now: () => number
  publish: (events: LiveEvent[]) => void
  /** Hears what live tails have to tell. */
  tell?: (push: TailPush) => void
  report: (error: unknown) => void
  /** Hears of each point in retention and backup at which a kill must do no harm. */
  reached?: (point: string) => void
  /** Puts segments of the engine together in another thread; else it is done here. */
  merger?: Merger
}

/** A change to triage as the API hands it on: people by uuid, '' for nobody. */
export type Move = { id: string } & Omit<Change, 'assignee'> & { assignee?: string }

/** For the engines of signals and of the audit trail, bytes. */
const trackMemory = 32 * 2 ** 20

const securityEvent = 'Cloud Security Platform'
const noSignal = (id: string) =>
  new Refusal(404, 'not_found', 'Signal not found', { problems: [{ field: 'signal_id', message: `no signal ${id}` }] })

export type Core = ReturnType<typeof createCore>

/**
 * Store, engine and detection put together: everything that has to be right about the data, with the one writer. Runs in the worker thread;
 * tests run it where they are. Every function may be called from anywhere, answers a promise, and takes and gives plain data.
 */
export function createCore({ dir, now, publish, tell = () => {}, report, reached = () => {}, merger }: CoreOptions) {
  let damagedBlocks = 0
  const store = openStore(dir, error => {
    if (error instanceof DamagedBlock) damagedBlocks++
    report(error)
  })
  const announce = (ids: string[]) => publish([{ type: 'signals', ids, counts: store.signals.counts() }])
  const judge = createJudge(store, now, announce, report)
  const logSearch = createLogSearch(store, report, merger && { merger })
  const reader = createLateReader(store)
  const hunt = createHunt({
    store,
    now,
    engine: () => logSearch.engine,
    found(rows) {
      logSearch.amend(rows)
      judge.wake()
    },
    report,
  })
  const tails = createTails(log => withId(log), tell)
  const append = createAppend(store, logs => {
    logSearch.add(logs)
    tails.add(logs)
    judge.wake()
  })
  const write = createWrite(store, now, publish)
  const changeDetection = createChangeDetection(judge, write)
  const gate = createGate()
  judge.wake()

  const audit: Audit = (ctx, event) => {
    store.audit.add({ time: now(), actor: ctx.actor, evt_name: securityEvent, ...event })
  }
  const indicators = createIndicators({ store, reader, engine: () => logSearch.engine, write, audit, now })
  const retention = createRetain(store, now, reached)
  const backups = createBackups({
    store,
    version,
    now,
    write: (ctx, event, work) =>
      write(ctx, () => {
        const result = work()
        audit(ctx, event)
        return { result }
      }),
    report,
    reached,
  })
  const withId = (log: Omit<Log, 'id'>): Log => ({ ...log, id: store.idOf(log.seq) })

  function findLog(id: string): Log | undefined {
    const seq = store.seqOf(id)
    const log = seq === undefined ? undefined : reader.find(seq)
    return log && withId(log)
  }
  function find(id: string): Log {
    const log = findLog(id)
    if (!log) throw new Refusal(404, 'not_found', 'Log not found')
    return log
  }
  const snapshot = () => ({ secret: store.storeId, seq: store.seq })
  const logContext = createLogContext({ search: logSearch.search, snapshot })
  const engineOf = (name: string) => ({ dir: join(dir, 'segments', name), memoryBytes: trackMemory, snapshot, report })
  const signalSearch = createTrackSearch(signalTrack(store), { ...engineOf('signals'), rankOf: rankOfStatus })
  const auditSearch = createTrackSearch(auditTrack(store), engineOf('audit'))

  /** Move one signal inside a transaction: triage, audit and timeline together. */
  function apply(ctx: WriteContext, { id, assignee, ...change }: Move): { signal: Signal; changed: boolean } {
    const signal = store.signals.get(id)
    if (!signal) throw noSignal(id)
    const person = assignee === undefined ? {} : { assignee: assignee === '' ? null : userPerson(assignee) }
    const { triage, steps } = move(signal, { ...change, ...person }, personOf(ctx.actor), now())
    if (steps.length === 0) return { signal, changed: false }
    store.signals.setTriage(id, triage)
    for (const { kind, message, before, after } of steps) {
      store.signals.note({
        seq: store.nextSeq(),
        signal_id: id,
        time: now(),
        kind,
        body: { by: { ...personOf(ctx.actor) }, from: before, to: after },
      })
      audit(ctx, { action: 'modified', asset: { type: 'security_signal', id, name: signal.detection.title }, message, before, after })
    }
    return { signal: store.signals.get(id)!, changed: true }
  }
  function userPerson(uuid: string) {
    const user = store.users.get(uuid)
    if (!user || user.disabled)
      throw new Refusal(400, 'unknown_user', `No user has the uuid ${uuid}`, {
        problems: [{ field: 'data.attributes.assignee.uuid', message: 'is not a user of this daemon' }],
      })
    return { uuid: user.uuid, handle: user.handle, name: user.name }
  }

  return {
    append,

    /** Searches end after `ms`, or when nobody waits for them any more. */
    searchLogs(search: Search, ms = usualPatience, signal?: AbortSignal): Promise<Found<Log>> {
      const check = createPatience(ms, signal)
      return gate(() => logSearch.search(search, check), signal)
    },
    searchSignals: (search: Search, ms = usualPatience, signal?: AbortSignal): Promise<Found<Signal>> =>
      signalSearch.search(search, createPatience(ms, signal)),
    searchAudit: (search: Search, ms = usualPatience, signal?: AbortSignal): Promise<Found<AuditEvent>> =>
      auditSearch.search(search, createPatience(ms, signal)),
    getLog: async (id: string): Promise<Log> => find(id),
    /** The logs around one; ends as a search does. */
    async logContext(id: string, asked: ContextAsked, ms = usualPatience, signal?: AbortSignal): Promise<LogContext> {
      const check = createPatience(ms, signal)
      const log = find(id)
      return gate(() => logContext(log, asked, check), signal)
    },
    /** Tell of the logs that a query finds as they come in; `id` is the caller's own. */
    openTail: async (id: number, query: string): Promise<void> => tails.open(id, query),
    closeTail: async (id: number): Promise<void> => tails.close(id),
    checkpoints: async (fingerprint: string) => store.logs.checkpoints(fingerprint),

    async getSignal(id: string): Promise<Signal> {
      const signal = store.signals.get(id)
      if (!signal) throw noSignal(id)
      return signal
    },
    async timeline(id: string): Promise<TimelineEntry[]> {
      if (!store.signals.get(id)) throw noSignal(id)
      return store.signals.timeline(id)
    },
    counts: async (): Promise<Record<State, number>> => store.signals.counts(),
    /** Move signals, all or none. */
    moveSignals: async (ctx: WriteContext, moves: Move[]): Promise<Triaged[]> =>
      write(ctx, () => {
        const done = moves.map(one => apply(ctx, one))
        return {
          result: done.map(({ signal: { id, timestamp, triage } }) => ({ id, timestamp, triage })),
          changed: done.filter(({ changed }) => changed).map(({ signal }) => signal.id),
        }
      }),

    /** What logs and signals say of an address in normal form. `latest` are the open ones, most severe and newest first. */
    async pivot(address: string): Promise<{ logs: Pivot; signals: { open: number; total: number; latest: Signal[] } }> {
      const about = store.signals.about(address)
      const open = about.filter(signal => signal.triage.state !== 'archived')
      const latest = open
        .sort((a, b) => rank(b.detection.severity) - rank(a.detection.severity) || b.timestamp - a.timestamp || b.seq - a.seq)
        .slice(0, 20)
      return {
        logs: await gate(() => pivot(logSearch.search, address)),
        signals: { open: open.length, total: about.length, latest },
      }
    },
    /** Which of these addresses stand in a signal that nobody has archived. */
    async inOpenSignals(addresses: string[]): Promise<string[]> {
      return addresses.filter(store.signals.isOpen)
    },

    /** Match stored logs with what feeds hold now; see `createHunt`. The first question, null where there is nothing to do. */
    hunt: async (feeds: HuntFeed[], again: string[]) => hunt.begin(feeds, again),
    huntOn: async (answer: Answer) => hunt.goOn(answer),
    /** Such hunts, the latest first. */
    hunts: async () => store.logIntel.hunts(),

    /** Indicators that logs of the last 30 days matched. */
    listIndicators: (asked: IocListing, ms = usualPatience, signal?: AbortSignal) => {
      const check = createPatience(ms, signal)
      return gate(() => indicators.list(asked, { check, enough: createEnough(ms) }), signal)
    },
    /** One of them, with where its logs are from and who has looked at it, the latest first. */
    getIndicator: (
      indicator: string,
      ocsf: boolean,
      history: { limit: number; offset: number },
      ms = usualPatience,
      signal?: AbortSignal,
    ) => {
      const check = createPatience(ms, signal)
      return gate(async (): Promise<{ ioc: Ioc; context: IocContext; history: IocTriage[] }> => {
        const ioc = await indicators.get(indicator, ocsf, { check, enough: createEnough(ms) })
        const context = await contextOf(search => logSearch.search(search, check), ioc)
        return { ioc, context, history: indicators.history(indicator, history.limit, history.offset) }
      }, signal)
    },
    triageIndicator: async (ctx: WriteContext, indicator: string, state: IocState): Promise<IocTriage> =>
      indicators.setState(ctx, indicator, state),

    ...createReferenceTables({ store, write, audit, now }),
    ...createRulebook({ store, changeDetection, audit, now }),
    ...createSuppressions({ store, changeDetection, audit, now }),
    ...createSuppressionPreviews({ store, searchLogs: logSearch.search, gate }),
    ...createBacktests(store, withId),
    ...createHandMadeSignals({ store, findLog, write, audit, now }),
    ...createPeople({ store, write, audit, now }),
    /** The answer kept for a request made before with the same Idempotency-Key; null where there is none. */
    kept: async <T>(ctx: WriteContext): Promise<T | null> => write<T | null>({ ...ctx, dryRun: true }, () => ({ result: null })),
    /** Put a change that was made outside the store into the audit trail, and keep its answer. */
    record: async <T>(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, result: T): Promise<T> =>
      write(ctx, () => {
        audit(ctx, event)
        return { result }
      }),

    auditHead: async () => store.audit.head(),
    auditVerify: async () => store.audit.verify() ?? null,
    check: async (): Promise<string[]> => store.check(),
    statistics: async () => ({
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
      damaged_blocks: damagedBlocks,
      disk_full: store.reserve.isSpent(),
      search: logSearch.progress(),
    }),
    /** Resolves when all logs so far are judged. */
    caughtUp: (): Promise<void> => judge.caughtUp(),
    /** Resolves when searches of logs need not look at each log any more; false if they still have to. */
    logsReady: (): Promise<boolean> => logSearch.built(),
    /** Memory that searches of logs may take, roughly, bytes. */
    setMemory: async (bytes: number): Promise<void> => logSearch.setMemory(bytes),
    /** Small commits leave small blocks; put some together. Call when idle. */
    compact: async (): Promise<boolean> => store.logs.compact(store.detection.position),
    /** Keep logs for as long as asked, and no longer; the files that were given up. */
    async retain(policy: Parameters<typeof retention.retain>[0]) {
      const dropped = await retention.retain(policy)
      const first = store.logs.firstSeq ?? store.seq + 1
      if (dropped.length > 0) logSearch.forget(first - 1)
      // also what a kill has left
      while (store.logIntel.forgetSome(first, 1000)) await new Promise<void>(resolve => setImmediate(resolve))
      return dropped
    },
    beginBackup: backups.begin,
    backups: backups.list,
    async close(): Promise<void> {
      await hunt.close()
      await judge.close()
      tails.end()
      await Promise.all([logSearch.close(), signalSearch.close(), auditSearch.close()])
      retention.close()
      // whoever stops us waits no longer than 5 s; what the thread still copies ends with it
      store.close({ copying: !(await backups.close(1000)) })
    },
  }
}
