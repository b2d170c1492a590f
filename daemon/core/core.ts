import { join } from 'node:path'
import type { Flag } from '../../shared/attacker.ts'
import type { AuditEvent, NewAuditEvent } from '../../shared/audit.ts'
import type { IocState, IocTriage } from '../../shared/ioc.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Log } from '../../shared/log.ts'
import type { Signal } from '../../shared/signal.ts'
import { holdsAll, printSpan, readSpan, type Span } from '../../shared/span.ts'
import { createBackups } from '../backup/backups.ts'
import { createGate } from '../engine/gate.ts'
import { createPatience, usualPatience } from '../engine/patience.ts'
import type { Found, Search } from '../engine/search.ts'
import type { Merger } from '../engine/segments/merge.ts'
import type { WriteContext } from '../lib/actor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { version } from '../lib/version.ts'
import { DamagedBlock } from '../store/block.ts'
import { createRetain } from '../store/retain.ts'
import { openStore } from '../store/store.ts'
import { createAppend } from './append.ts'
import { createAttackers } from './attackers.ts'
import { createAuditRetention } from './audit-retention.ts'
import { createAutomaticBlocks } from './automatic-blocks.ts'
import { createBacktests } from './backtests.ts'
import { createBouncers } from './bouncers.ts'
import { createBulkJobs } from './bulk-jobs.ts'
import { createCaseFileReader } from './case-export.ts'
import { createCaseJobs } from './case-jobs.ts'
import { createCaseLinks } from './case-links.ts'
import { createCaseMerges } from './case-merges.ts'
import { createCases } from './cases.ts'
import { createChangeDetection } from './change-detection.ts'
import { createChannels } from './channels.ts'
import { createDenylist } from './denylist.ts'
import { createEvidence } from './evidence.ts'
import { createFlags } from './flags.ts'
import { createHandMadeSignals } from './hand-made-signals.ts'
import { type Answer, createHunt, type HuntFeed } from './hunt.ts'
import { createIncidentJobs } from './incident-jobs.ts'
import { createIncidentLinks } from './incident-links.ts'
import { createIncidents } from './incidents.ts'
import { createIndicatorReads } from './indicator-reads.ts'
import { createIndicators } from './indicators.ts'
import { createJudge } from './judge.ts'
import { createLateReader } from './late-intel.ts'
import { createLogReads } from './log-reads.ts'
import { createLogSearch } from './log-search.ts'
import { createMoves } from './moves.ts'
import { createNotificationPreviews } from './notification-previews.ts'
import { createNotificationRules } from './notification-rules.ts'
import { createNotify } from './notify.ts'
import { createOpenNames } from './open-names.ts'
import { createPasslist, sparesOf } from './passlist.ts'
import { createPeople } from './people.ts'
import { createPublished } from './published.ts'
import { createPulls } from './pulls.ts'
import { createPushes } from './pushes.ts'
import { createAsking } from './questions.ts'
import { createReferenceTables } from './reference-tables.ts'
import { createRestrictedReads } from './restricted-reads.ts'
import { createMayEdit, createRestrictionPolicies } from './restriction-policies.ts'
import { createRoles } from './roles.ts'
import { createRulebook } from './rulebook.ts'
import { createSelections } from './selections.ts'
import { createNoteWork, createSignalNotes } from './signal-notes.ts'
import { createSignalTriage } from './signal-triage.ts'
import { createSnoozes } from './snoozes.ts'
import { createStatistics } from './statistics.ts'
import { createSuppressionPreviews } from './suppression-previews.ts'
import { createSuppressions } from './suppressions.ts'
import { createTails, type TailPush } from './tails.ts'
import { createTallyLogs } from './tally-logs.ts'
import { createTrackSearch } from './track-search.ts'
import { auditTrack, rankOfStatus, signalTrack } from './tracks.ts'
import { createInside } from './workflow-inside.ts'
import { createWorkflowRuns } from './workflow-runs.ts'
import { createWorkflowSteps } from './workflow-steps.ts'
import { createWorkflowTrials } from './workflow-trials.ts'
import { createWorkflows } from './workflows.ts'
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

/** For the engines of signals and of the audit trail, bytes. */
const trackMemory = 96 * 2 ** 20

const securityEvent = 'Cloud Security Platform'

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
  let isReadOnly = true
  const mayWrite = () => !isReadOnly
  const write = createWrite(store, now, publish)
  const audit: Audit = (ctx, event) => {
    store.audit.add({ time: now(), actor: ctx.actor, evt_name: securityEvent, ...event })
  }
  const denylist = createDenylist({ store, write, audit, now, mayWrite, changed: () => publish([{ type: 'denylist' }]), report })
  const pulls = createPulls({ denylist, now })
  const bouncers = createBouncers({ store, denylist, pulls, write, audit, now, mayWrite, report })
  const flags = createFlags({ store, audit, now })
  const automaticBlocks = createAutomaticBlocks({ store, denylist, flags, audit, now, mayWrite })
  const mayEdit = createMayEdit(store)
  const notify = createNotify({ store, write, audit, now, mayWrite, report })
  const snoozes = createSnoozes({ store, now, mayWrite, shown: announce, report })
  const logSearch = createLogSearch(store, report, merger && { merger })
  const judge = createJudge({
    store,
    now,
    changed: announce,
    spares: () => sparesOf(store),
    opened(id) {
      notify.opened(id)
      automaticBlocks.happened(id)
    },
    raised(id) {
      snoozes.raised(id)
      notify.raised(id)
      automaticBlocks.happened(id)
    },
    report,
    quiet: logSearch.quiet,
  })
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
  const withId = (log: Omit<Log, 'id'>): Log => ({ ...log, id: store.idOf(log.seq) })
  const tails = createTails(withId, tell)
  const append = createAppend(store, logs => {
    logSearch.add(logs)
    tails.add(logs)
    judge.wake()
  })
  const changeDetection = createChangeDetection(judge, write)
  const gate = createGate()
  judge.wake()

  const tallyLogs = createTallyLogs({ store, reader, engine: () => logSearch.engine })
  const indicators = createIndicators({ store, reader, tallyLogs, write, audit, now })
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
  const snapshot = () => ({ secret: store.storeId, seq: store.seq })
  const logReads = createLogReads({ store, reader, search: logSearch.search, gate, snapshot, tails, withId })
  const state = () => `${store.storeId} ${store.seq} ${store.audit.head().hash}`
  const engineOf = (name: string) => ({ dir: join(dir, 'segments', name), memoryBytes: trackMemory, snapshot, state, report })
  const signalSearch = createTrackSearch(signalTrack(store), { ...engineOf('signals'), rankOf: rankOfStatus })
  const auditSearch = createTrackSearch(auditTrack(store), engineOf('audit'))
  const retainAudit = createAuditRetention({ store, now, gone: auditSearch.forget })
  const attackers = createAttackers({
    searches: (only, check) => ({
      signals: search => signalSearch.search({ ...search, only: only.signals }, check),
      logs: search => logSearch.search({ ...search, only: only.logs }, check),
    }),
    tallyLogs,
    flags,
    now,
  })
  const asking = createAsking(gate)
  const restricted = createRestrictedReads({ store, signalSearch, auditSearch, snapshot })
  const openNames = createOpenNames({ signals: store.signals, report })

  const moves = createMoves({ store, audit, links: createIncidentLinks({ store, now }), now })
  const cases = createCases({ store, write, audit, moves, now })
  const incidents = createIncidents({ store, write, audit, moves, cases: cases.inside, now })
  const jobs = createBulkJobs({
    mayWrite,
    store,
    write,
    audit,
    moves,
    cases: createCaseJobs({ store, inside: cases.inside }),
    incidents: createIncidentJobs({ moves, inside: incidents.inside }),
    now,
    publish,
    refresh: signalSearch.refresh,
    report,
  })
  const triage = createSignalTriage({ store, write, moves, now })
  const workflowRuns = createWorkflowRuns({ store, write, audit, now })
  const noteWork = createNoteWork({ store, audit, moves, now })
  const inside = createInside({ store, moves, notes: noteWork, cases: cases.inside, incidents: incidents.inside, notify, denylist, now })
  const selections = createSelections({ store, write, now, seqs: signalSearch.seqs, jobs, undoAtOnce: triage.undoAtOnce })
  /** A snooze that is over is over for whoever looks, however long the timer takes. */
  const awake =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      snoozes.wakeDue()
      return work(...args)
    }

  return {
    append,

    ...logReads.calls,
    searchSignals: awake(
      (only: Restrictions, search: Search, ms?: number, signal?: AbortSignal): Promise<Found<Signal>> =>
        signalSearch.search({ ...search, only: only.signals }, createPatience(ms ?? usualPatience, signal)),
    ),
    searchAudit: (only: Restrictions, search: Search, ms = usualPatience, signal?: AbortSignal): Promise<Found<AuditEvent>> =>
      restricted.searchAudit(only, { ...search, only: only.audit }, createPatience(ms, signal)),
    checkpoints: async (fingerprint: string) => store.logs.checkpoints(fingerprint),

    getSignal: awake(triage.getSignal),
    timeline: awake(triage.timeline),
    moveSignals: awake(triage.moveSignals),
    ...selections,
    select: awake(selections.select),
    undoChange: awake(selections.undoChange),
    ...createSignalNotes({ store, write, audit, moves, now }),
    ...incidents.calls,
    ...cases.calls,
    ...createCaseMerges({ store, write, moves, now, inside: cases.inside }),
    ...createCaseLinks({ store, write, inside: cases.inside }),
    ...createCaseFileReader({ store, files: cases.inside.files }),
    ...restricted.reads,
    counts: awake(restricted.reads.counts),
    assigned: awake(restricted.reads.assigned),
    openNames: openNames.openNames,

    /** Match stored logs with what feeds hold now; see `createHunt`. The first question, null where there is nothing to do. */
    hunt: async (feeds: HuntFeed[], again: string[]) => hunt.begin(feeds, again),
    huntOn: async (answer: Answer) => hunt.goOn(answer),
    /** Such hunts, the latest first. */
    hunts: async () => store.logIntel.hunts(),

    ...createIndicatorReads({ indicators, search: logSearch.search, gate }),
    triageIndicator: async (ctx: WriteContext, indicator: string, state: IocState): Promise<IocTriage> =>
      indicators.setState(ctx, indicator, state),

    /** Who attacks and who is attacked; see `createAttackers`. */
    attackers: asking(attackers.attackers),
    attackerDoings: asking(attackers.doings),
    attackerFacts: asking(attackers.facts),
    attackerLabels: asking(attackers.labels),
    attackedUsers: asking(attackers.users),
    /** What rules have flagged of some addresses. */
    flagged: async (only: Restrictions, addresses: string[]): Promise<Record<string, Flag>> =>
      Object.fromEntries(addresses.flatMap(address => [flags.of(only, address)].flatMap(flag => (flag ? [[address, flag]] : [])))),

    /** For each of some ranges the addresses in it that rules have flagged; `most` of each at most. */
    flaggedWithin: async (only: Restrictions, ranges: Span[], most: number): Promise<string[][]> => {
      const all = [...flags.seen(only).keys()].flatMap(address => readSpan(address) ?? [])
      return ranges.map(range =>
        all
          .filter(own => holdsAll(range, own))
          .slice(0, most)
          .map(printSpan),
      )
    },

    ...denylist.api,
    ...automaticBlocks.calls,
    ...bouncers.calls,
    ...createPublished({ store, denylist }),
    ...createPushes({ store, denylist, bouncers: bouncers.inside, now }),
    ...pulls.calls,
    ...createPasslist({ store, denylist, changeDetection, audit, now }),
    ...createReferenceTables({ store, write, audit, now }),
    ...createRulebook({ store, changeDetection, audit, now, outcomes: restricted.outcomes, mayEdit }),
    ...createSuppressions({ store, changeDetection, audit, now, mayEdit }),
    ...createRestrictionPolicies({ store, isEditor: mayEdit.isEditor, write, audit }),
    ...createSuppressionPreviews({ store, searchLogs: logSearch.search, gate }),
    ...createBacktests(store, withId),
    ...createEvidence({ store, write, audit, now }),
    ...createHandMadeSignals({ store, findLog: logReads.findLog, write, audit, now, opened: notify.opened }),
    ...notify.functions,
    ...createNotificationRules({ store, write, audit, now, changed: notify.forgetRules }),
    ...createNotificationPreviews(store),
    ...createChannels({ store, write, audit, now }),
    ...createPeople({ store, write, audit, now, mayWrite }),
    ...createWorkflows({ store, write, audit, now }),
    ...workflowRuns.functions,
    ...createWorkflowSteps({ store, write, audit, now, inside, noted: workflowRuns.noted, report }),
    ...createWorkflowTrials({ store, write, now, inside, begin: workflowRuns.begin }),
    ...createRoles({ store, write, audit, now }),
    /** The answer kept for a request made before with the same Idempotency-Key; null where there is none. */
    kept: async <T>(ctx: WriteContext): Promise<T | null> => write<T | null>({ ...ctx, dryRun: true }, () => ({ result: null })),
    /** Put a change that was made outside the store into the audit trail, and keep its answer. */
    record: async <T>(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, result: T): Promise<T> =>
      write(ctx, () => {
        audit(ctx, event)
        return { result }
      }),

    auditHead: async () => store.audit.head(),
    /** What was given up of the trail; null where it goes back to its beginning. */
    auditCut: async () => store.audit.cut() ?? null,
    auditVerify: async () => store.audit.verify() ?? null,
    check: async (): Promise<string[]> => store.check(),
    statistics: createStatistics({ store, judge, logSearch, damagedBlocks: () => damagedBlocks }),
    /** Resolves when all logs so far are judged. */
    caughtUp: (): Promise<void> => judge.caughtUp(),
    /** Resolves when searches of logs need not look at each log any more; false if they still have to. */
    logsReady: (): Promise<boolean> => logSearch.built(),
    /** Until it is said that anything may be written, and while nothing may, nothing is written, sent or blocked that nobody asks for. */
    async setReadOnly(yes: boolean): Promise<void> {
      isReadOnly = yes
      if (yes) return
      denylist.endDue()
      snoozes.wakeDue()
      jobs.resume()
    },
    /** Memory that searches of logs may take, roughly, bytes. */
    setMemory: async (bytes: number): Promise<void> => logSearch.setMemory(bytes),
    /** Small commits leave small blocks; put some together. Call when idle. */
    compact: async (): Promise<boolean> => store.logs.compact(store.detection.position),
    /** Keep logs for as long as asked, and no longer; the files that were given up. */
    async retain({ audit_days: auditDays = null, ...policy }: Parameters<typeof retention.retain>[0] & { audit_days?: number | null }) {
      const dropped = await retention.retain(policy)
      const first = store.logs.firstSeq ?? store.seq + 1
      if (dropped.length > 0) logSearch.forget(first - 1)
      // also what a kill has left
      while (store.logIntel.forgetSome(first, 1000)) await new Promise<void>(resolve => setImmediate(resolve))
      await retainAudit(auditDays)
      return dropped
    },
    beginBackup: backups.begin,
    backups: backups.list,
    async close(): Promise<void> {
      await hunt.close()
      await judge.close()
      await openNames.close()
      await jobs.close()
      snoozes.close()
      denylist.close()
      bouncers.close()
      tails.end()
      await Promise.all([logSearch.close(), signalSearch.close(), auditSearch.close()])
      retention.close()
      // whoever stops us waits no longer than 5 s; what the thread still copies ends with it
      store.close({ copying: !(await backups.close(1000)) })
    },
  }
}
