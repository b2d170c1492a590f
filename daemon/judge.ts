import { createDetector, type Detector } from './detect/detector.ts'
import { createPacer } from './engine/slices.ts'
import { learnBaselines, toLearn } from './learn-baselines.ts'
import type { Store } from './store/store.ts'

/** How long to wait after a commit that failed, ms. */
const retryAfter = 1000

/** Logs judged before what came of it is committed: a commit costs an fsync. */
const perCommit = 4096

export type Judge = ReturnType<typeof createJudge>

/**
 * Keeps detection up with the logs: reads them in the order of their commit, judges each, and commits signals, memory and position together.
 * Killed anywhere, it goes on from the position and comes to the same signals.
 */
export function createJudge(store: Store, now: () => number, changed: (ids: string[]) => void, report: (error: unknown) => void) {
  let closed = false
  let running: Promise<void> | undefined
  let wanted = false
  let waiting: { until: number; resolve: () => void; reject: (error: unknown) => void }[] = []
  let { detector, reached } = restore(store)
  let learning = beginLearning()

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
  function begin(): void {
    ;({ detector, reached } = restore(store))
    learning = beginLearning()
  }

  function settle(which: (one: { until: number }) => boolean, error?: unknown): void {
    const settled = waiting.filter(which)
    waiting = waiting.filter(one => !settled.includes(one))
    for (const { resolve, reject } of settled) error === undefined ? resolve() : reject(error)
  }

  /** Judge one block; answers how far that went, 0 at the end. */
  function judgeBlock(): number {
    const block = store.logs.after(reached)
    for (const log of block?.logs ?? [])
      try {
        detector.judge({ ...log, id: store.idOf(log.seq) })
      } catch (error) {
        // one log that cannot be judged must not stop all that come after it
        report(error)
      }
    const from = reached
    reached = block?.last ?? reached
    return reached - from
  }

  function commit(): void {
    const { states, signals, watermarks, hidden, late, suppressed } = detector.takeChanges()
    store.write(() => {
      for (const { id, detection } of signals) {
        const before = store.signals.get(id)
        const time = now()
        const seq = store.nextSeq()
        if (!before) store.signals.add(id, seq, time, detection)
        else store.signals.setDetection(id, detection)
        if (!before)
          store.signals.note({ seq, signal_id: id, time, kind: 'opened', body: { title: detection.title, severity: detection.severity } })
        else if (before.detection.title !== detection.title || before.detection.severity !== detection.severity)
          store.signals.note({
            seq,
            signal_id: id,
            time,
            kind: 'retitled',
            body: {
              from: { title: before.detection.title, severity: before.detection.severity },
              to: { title: detection.title, severity: detection.severity },
            },
          })
      }
      for (const state of states) store.detection.put(state)
      for (const mark of watermarks) store.detection.setWatermark(mark)
      for (const one of hidden) store.suppressions.addHidden(one)
      if (late > 0) store.detection.addLate(late)
      for (const { rule, count } of suppressed) store.detection.addSuppressed(rule, count)
      for (const { id, version } of learning?.rules ?? []) store.detection.setLearned(id, version)
      store.detection.position = reached
    })
    if (signals.length > 0) changed(signals.map(({ id }) => id))
    settle(({ until }) => until <= reached)
  }

  async function run(): Promise<void> {
    const pace = createPacer()
    while (wanted && !closed) {
      wanted = false
      while (!closed && learnBlock()) await pace()
      if (closed) return
      let judged = 0
      for (let n = judgeBlock(); n > 0 && !closed; n = judgeBlock()) {
        judged += n
        if (judged >= perCommit) {
          commit()
          judged = 0
        }
        await pace()
      }
      if (judged > 0) commit()
    }
  }

  /** What could not be committed, most likely for want of space, is judged again from the last position. */
  async function recover(error: unknown): Promise<void> {
    settle(() => true, error)
    if (closed) return
    report(error)
    begin()
    await new Promise(resolve => setTimeout(resolve, retryAfter))
    wanted = true
  }

  return {
    /** There are new logs. */
    wake(): void {
      wanted = true
      running ??= run()
        .catch(recover)
        .finally(() => {
          running = undefined
          if (wanted && !closed) this.wake()
        })
    },
    /** Resolves once every log committed before the call is judged and what came of it is on disk; rejects with what stood in the way. */
    async caughtUp(): Promise<void> {
      const until = store.logs.lastSeq
      if ((store.detection.position >= until && !learning) || closed) return
      const done = new Promise<void>((resolve, reject) => waiting.push({ until, resolve, reject }))
      this.wake()
      await done
    },
    /** The same at once, without giving the thread away: what is committed next comes after all logs before it. */
    catchUp(): void {
      try {
        while (learnBlock()) {}
        let judged = 0
        for (let n = judgeBlock(); n > 0; n = judgeBlock()) judged += n
        if (judged > 0) commit()
      } catch (error) {
        begin()
        throw error
      }
    },
    /** From the next log on the rules and suppressions of the store are in force. */
    reload(): void {
      inForce(store, detector)
      learning = beginLearning()
      if (learning) this.wake()
    },
    /** How often rules had no room for what they should remember, since the start or since each was changed. */
    refused(): { refused_groups: number; refused_values: number } {
      const all = detector.load().map(({ refused }) => refused)
      return {
        refused_groups: all.reduce((sum, { groups }) => sum + groups, 0),
        refused_values: all.reduce((sum, { values }) => sum + values, 0),
      }
    },
    /** Stop at the next block; what was not committed is judged at the next start. */
    async close(): Promise<void> {
      closed = true
      await running
      settle(() => true)
    },
  }
}

function restore(store: Store) {
  const detector = createDetector()
  inForce(store, detector)
  detector.restore(store.detection.states(), id => store.signals.get(id)?.detection, store.detection.watermarks())
  return { detector, reached: store.detection.position }
}

function inForce(store: Store, detector: Detector): void {
  detector.setRules(store.rules.all())
  detector.setSuppressions(store.suppressions.all())
}
