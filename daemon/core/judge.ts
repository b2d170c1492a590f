import type { JsonObject } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import { rank } from '../../shared/severity.ts'
import type { Detection } from '../../shared/signal.ts'
import type { Changes } from '../detect/detector.ts'
import { lateStream } from '../detect/streams.ts'
import { createTurns } from '../engine/turns.ts'
import type { Store } from '../store/store.ts'
import { groupBySeq, logsAt, withLate } from './late-intel.ts'
import { learnBaselines, toLearn } from './learn-baselines.ts'
import { putInForce, restoreDetector } from './restore-detector.ts'

/** How long to wait after a commit that failed, ms. */
const retryAfter = 1000

/**
 * Least and most time between two commits, ms, and within that the part of all time that they may take: each costs an fsync, and writes anew
 * all that has changed. Signals that have just opened do not wait for the next.
 */
const betweenCommits = 250
const longest = 10_000
const share = 1 / 40
/** Logs judged after which there is one whatever it takes: after a kill they are judged again. */
const perCommit = 65_536
/** Signals whose heading is remembered. */
const remembered = 10_000

export type Judge = ReturnType<typeof createJudge>

interface Options {
  store: Store
  now: () => number
  /** Hears of signals that are on disk. */
  changed(ids: string[]): void
  /** Hear of a signal that is new, and of one that becomes more severe, inside of the write that says so. */
  opened?(id: string): void
  /** Which logs make no signals, as of now. */
  spares?(): (log: Log) => boolean
  raised(id: string): void
  report(error: unknown): void
  /** Resolves when nobody searches, at the latest after `most` ms; answers whether that is so. */
  quiet?(most: number): Promise<boolean>
}

/**
 * Keeps detection up with the logs: reads them in the order of their commit, judges each, and commits signals, memory and position together.
 * Killed anywhere, it goes on from the position and comes to the same signals.
 */
export function createJudge({
  store,
  now,
  changed,
  opened,
  spares = () => () => false,
  raised,
  report,
  quiet = async () => true,
}: Options) {
  let closed = false
  let running: Promise<void> | undefined
  let wanted = false
  let waiting: { until: number; resolve: () => void; reject: (error: unknown) => void }[] = []
  let { detector, reached } = restoreDetector(store)
  let isSpared = spares()
  /** Logs judged since the last commit. */
  let judged = 0
  /** When the next commit is due, and when one of what has opened is. */
  let due = 0
  let openedDue = 0
  /** What signals are called and how severe they are, as stored. */
  const headings = new Map<string, Heading>()
  let later: NodeJS.Timeout | undefined
  let learning = beginLearning()
  /** A commit that has begun, what it has taken so far, ms, and how many there were. */
  let making: Generator<void, Ready> | undefined
  let spent = 0
  let commits = 0
  const turn = createTurns(quiet)

  /** Rules that have yet to learn from the logs before them, and how that goes on; nothing else is judged or stored until then. */
  function beginLearning() {
    const rules = toLearn(store)
    return rules.length > 0 ? { rules, blocks: learnBaselines(store, detector, rules) } : undefined
  }
  /** Show the next block of older logs to the rules that learn; false once there is none. */
  function learnBlock(): boolean {
    if (!learning) return false
    if (learning.blocks.next().done) {
      commit()
      learning = undefined
    }
    return true
  }

  function settle(which: (one: { until: number }) => boolean, error?: unknown): void {
    const settled = waiting.filter(which)
    waiting = waiting.filter(one => !settled.includes(one))
    for (const { resolve, reject } of settled) error === undefined ? resolve() : reject(error)
  }

  function judgeOne(log: Log, before?: Log): void {
    try {
      if (!isSpared(log)) detector.judge(log, before)
    } catch (error) {
      // one log that cannot be judged must not stop all that come after it
      report(error)
    }
  }

  /** Judge what was found late at one place in the order: what each log says now, by what it did not say before. */
  function judgeLate(at: number): void {
    const found = groupBySeq(store.logIntel.at(at))
    const seqs = [...found.keys()]
    for (const [i, log, rows] of logsAt(store, seqs)) {
      if (!log) continue
      const { seq } = log
      const { generation, time } = found.get(seqs[i]!)![0]!
      const stored = { ...log, id: store.idOf(seq), stream: lateStream(generation, log.stream), received: time }
      judgeOne(
        withLate(
          stored,
          rows.filter(row => row.at <= at),
        ),
        withLate(
          stored,
          rows.filter(row => row.at < at),
        ),
      )
    }
  }

  /** Judge one block, as far as the next late finding, or that; answers how far that went, 0 at the end. */
  function judgeBlock(): number {
    const block = store.logs.after(reached)
    const found = store.logIntel.next(reached)
    const from = reached
    if (found !== undefined && (!block || found < (block.logs[0]?.seq ?? block.last))) {
      judgeLate(found)
      reached = found
    } else if (block) {
      const last = Math.min(block.last, (found ?? Infinity) - 1)
      for (const log of block.logs) if (log.seq <= last) judgeOne({ ...log, id: store.idOf(log.seq) })
      reached = last
    }
    judged += reached - from
    return reached - from
  }

  function put({ id, detection }: { id: string; detection: Detection }, text = JSON.stringify(detection)): void {
    const before = headings.get(id) ?? store.signals.heading(id)
    const after = headingOf(detection)
    const time = now()
    const seq = store.nextSeq()
    const note = (kind: string, body: JsonObject) => store.signals.note({ seq, signal_id: id, time, kind, body })
    if (before) store.signals.setDetection(id, detection, text)
    else store.signals.add(id, seq, time, detection, text)
    if (!before) note('opened', after)
    else if (before.title !== after.title || before.severity !== after.severity) note('retitled', { from: before, to: after })
    if (!before) opened?.(id)
    else if (rank(after.severity) > rank(before.severity)) raised(id)
  }

  /** Signals that were written show from now on. */
  function show(signals: readonly { id: string; detection: Detection }[]): void {
    if (headings.size > remembered) headings.clear()
    for (const { id, detection } of signals) headings.set(id, headingOf(detection))
    openedDue = performance.now() + betweenCommits
    if (signals.length > 0) changed(signals.map(({ id }) => id))
  }

  /** Killed before the commit that has the rest, we come to the same signals again. */
  function commitOpened(): void {
    const opened = detector.takeOpened()
    if (opened.length > 0) store.write(() => opened.forEach(signal => void put(signal)))
    show(opened)
  }

  /** What the next commit has; nothing is judged from its first step until it is written. */
  function* makeReady(): Generator<void, Ready> {
    const changes = yield* detector.takingChanges()
    const texts: string[] = []
    for (const { detection } of changes.signals) {
      texts.push(JSON.stringify(detection))
      yield
    }
    return { ...changes, texts }
  }

  /** Do what is next for a commit; answers whether it is written. `spent` counts what all of it took. */
  function step(): boolean {
    const began = performance.now()
    making ??= makeReady()
    const { done, value } = making.next()
    if (done) {
      write(value)
      making = undefined
    }
    spent += performance.now() - began
    if (!done) return false
    due = performance.now() + Math.min(longest, Math.max(betweenCommits, spent / share))
    spent = 0
    return true
  }

  function commit(): void {
    while (!step());
  }

  async function commitInSteps(): Promise<void> {
    const before = commits
    // somebody who cannot wait may end it meanwhile
    while (commits === before && !closed && !step()) await turn()
  }

  function write({ states, signals, texts, watermarks, hidden, late, suppressed }: Ready): void {
    store.write(() => {
      signals.forEach((signal, i) => void put(signal, texts[i]))
      for (const state of states) store.detection.put(state)
      for (const mark of watermarks) store.detection.setWatermark(mark)
      for (const one of hidden) store.suppressions.addHidden(one)
      if (late > 0) store.detection.addLate(late)
      for (const { rule, count } of suppressed) store.detection.addSuppressed(rule, count)
      for (const { id, version } of learning?.rules ?? []) store.detection.setLearned(id, version)
      store.detection.position = reached
    })
    judged = 0
    commits++
    show(signals)
    settle(({ until }) => until <= reached)
  }

  async function run(): Promise<void> {
    while (wanted && !closed) {
      wanted = false
      while (!closed && learnBlock()) await turn()
      await turn()
      while (!closed && judgeBlock() > 0) {
        await commitDue()
        await turn()
      }
    }
    if (judged === 0 || closed) return
    if (waiting.length > 0) await commitInSteps()
    else await commitDue()
    if (judged > 0) later ??= setTimeout(wakeLater, Math.min(due, openedDue) - performance.now())
  }

  async function commitDue(): Promise<void> {
    const time = performance.now()
    if (judged >= perCommit || time >= due) await commitInSteps()
    else if (time >= openedDue) commitOpened()
  }

  function wakeLater(): void {
    later = undefined
    wake()
  }

  /** What could not be committed, most likely for want of space, is judged again from the last position. */
  async function recover(error: unknown): Promise<void> {
    settle(() => true, error)
    if (closed) return
    report(error)
    startAgain()
    await new Promise(resolve => setTimeout(resolve, retryAfter))
    wanted = true
  }

  function startAgain(): void {
    ;({ detector, reached } = restoreDetector(store))
    isSpared = spares()
    learning = beginLearning()
    making = undefined
    judged = 0
    headings.clear()
  }

  function wake(): void {
    wanted = true
    running ??= run()
      .catch(recover)
      .finally(() => {
        running = undefined
        if (wanted && !closed) wake()
      })
  }

  return {
    /** There are new logs. */
    wake,
    /** Resolves once every log committed before the call is judged and what came of it is on disk; rejects with what stood in the way. */
    async caughtUp(): Promise<void> {
      const until = Math.max(store.logs.lastSeq, store.logIntel.last)
      if ((store.detection.position >= until && !learning) || closed) return
      const done = new Promise<void>((resolve, reject) => waiting.push({ until, resolve, reject }))
      wake()
      await done
    },
    /** The same at once, without giving the thread away: what is committed next comes after all logs before it. */
    catchUp(): void {
      try {
        if (making) commit()
        while (learnBlock());
        while (judgeBlock() > 0);
        if (judged > 0) commit()
      } catch (error) {
        startAgain()
        throw error
      }
    },
    /** From the next log on the rules and suppressions of the store are in force. */
    reload(): void {
      if (making) commit()
      putInForce(store, detector)
      isSpared = spares()
      learning = beginLearning()
      if (learning) wake()
    },
    /** How often rules had no room for what they should remember, since the start or since each was changed. */
    refused(): { refused_groups: number; refused_values: number } {
      const all = detector.load().map(({ refused }) => refused)
      return {
        refused_groups: all.reduce((sum, { groups }) => sum + groups, 0),
        refused_values: all.reduce((sum, { values }) => sum + values, 0),
      }
    },
    /** Stop at the next block; what cannot be committed is judged at the next start. */
    async close(): Promise<void> {
      closed = true
      clearTimeout(later)
      await running
      try {
        if (judged > 0) commit()
      } catch (error) {
        report(error)
      }
      settle(() => true)
    },
  }
}

type Ready = Changes & { texts: string[] }
type Heading = Pick<Detection, 'title' | 'severity'>
const headingOf = ({ title, severity }: Detection): Heading => ({ title, severity })
