import type { Doc, Log } from '../../shared/log.ts'
import type { Rule } from '../../shared/rule.ts'
import type { Detection, Sample } from '../../shared/signal.ts'
import { Refusal } from '../lib/errors.ts'
import type { Mark, StateRow } from '../store/detection.ts'
import type { Hidden } from '../store/suppressions.ts'
import { indexCandidates } from './candidates.ts'
import type { Judged, Sources } from './group.ts'
import { hitsOf, matching, newHits } from './hits.ts'
import { createRunner, defaultLimits, type Limits, type Runner, type Stored } from './runner.ts'
import { sampleOf } from './samples.ts'
import { type OpenSignal, snapshot } from './signal.ts'
import { signalEvent } from './signal-event.ts'
import { createStreams } from './streams.ts'
import { createSuppressor } from './suppressions/suppressor.ts'

/** What was found since the last time. */
export interface Found {
  /** The last word on each signal, in the order of their first change. */
  signals: { id: string; detection: Detection; opened: boolean }[]
  /** What suppressions and filters hid. */
  hidden: Hidden[]
  /** Logs that came too late for a rule that they match. */
  late: number
  /** Signals that there were too many, by rule. */
  suppressed: { rule: string; count: number }[]
}

/** What has to be stored since the last time, all in one transaction. */
export interface Changes extends Found {
  /** In order; the last word on a row counts. */
  states: StateRow[]
  watermarks: Mark[]
}

export type Detector = ReturnType<typeof createDetector>

/**
 * Turns logs into signals: a function of the rules and logs in the order they are given, without a clock. What `takeChanges` gave, handed to
 * `restore`, goes on as if nothing had happened.
 */
export function createDetector(given: Partial<Limits> = {}) {
  const limits = { ...defaultLimits, ...given }
  const runners = new Map<string, Runner>()
  const refused = new Map<string, Refusal>()
  const streams = createStreams()
  const suppressor = createSuppressor()
  const dirty = new Set<Stored>()
  let changed = new Map<string, Judged>()
  /** Those of them that nobody has been told of. */
  let opened: Judged['signal'][] = []
  let late = 0
  let reaches: number[] = []
  let concerned = indexCandidates<Runner>([])
  /** Rules about the signals of other rules. */
  let correlating: Runner[] = []

  function setRules(rules: Rule[]): void {
    const active = new Map(rules.filter(rule => rule.isEnabled && !rule.isDeleted).map(rule => [rule.id, rule]))
    for (const [id, runner] of runners)
      if (active.get(id)?.version !== runner.compiled.rule.version) {
        runner.drop()
        runners.delete(id)
      }
    refused.clear()
    suppressor.forgetRules()
    for (const [id, rule] of active)
      try {
        if (!runners.has(id)) runners.set(id, createRunner(rule, limits, dirty))
      } catch (error) {
        // a stored rule may name a method that is not evaluated; the others must go on
        if (!(error instanceof Refusal)) throw error
        refused.set(id, error)
      }
    reaches = [...new Set([...runners.values()].map(({ reach }) => reach))]
    const isCorrelating = ({ compiled }: Runner) => compiled.rule.type === 'signal_correlation'
    correlating = [...runners.values()].filter(isCorrelating)
    concerned = indexCandidates([...runners.values()].filter(runner => !isCorrelating(runner)))
  }

  /** Logs at or before this are past judging for every rule of that reach; it moves in steps, so that it can be found again after a restart. */
  const horizon = (watermark: number, reach: number) => (Math.floor(watermark / reach) - 1) * reach

  /** Answers the watermark of the log's stream, once all that it overtakes is let go of. */
  function advance(log: Log): number {
    const { before, watermark, ended } = streams.advance(log)
    for (const stream of ended) for (const runner of runners.values()) runner.drop(stream)
    if (before === undefined || before === watermark) return watermark
    if (watermark < before) for (const runner of runners.values()) runner.storeAnew(log.stream)
    else
      for (const reach of reaches) {
        const until = horizon(watermark, reach)
        if (horizon(before, reach) === until) continue
        for (const runner of runners.values()) if (runner.reach === reach) runner.sweep(log.stream, until)
      }
    return watermark
  }

  /** `before`: the same log as it was judged once. Only what it has come to match since then counts. */
  function judge(log: Log, before?: Log): void {
    const watermark = advance(log)
    let sample: Sample | undefined
    let tooLate = false
    const shown: OpenSignal[] = []
    for (const runner of concerned(log)) {
      const matched = matching(runner.compiled, log)
      if (matched.length === 0) continue
      if (log.timestamp <= watermark - runner.reach) {
        tooLate = true
        continue
      }
      if (suppressor.excludes(runner.compiled, log)) continue
      sample ??= sampleOf(log)
      shown.push(...count(runner, log, log.stream, matched, sample, watermark, before))
    }
    if (tooLate) late++
    for (const signal of shown) correlate(signal, log.stream, watermark)
  }

  /**
   * Count a log, or a signal, for a rule that it matches, of a log as it was `before` only what is new since; answers the signals that people
   * see from now on.
   */
  function count(
    runner: Runner,
    doc: Doc,
    stream: string,
    matched: readonly number[],
    sample: Sample,
    watermark: number,
    before?: Doc,
  ): OpenSignal[] {
    const own = { ...sample, queryIndex: matched[0]! }
    const shown: OpenSignal[] = []
    for (const hit of before ? newHits(runner.compiled, doc, before, matched) : hitsOf(runner.compiled, doc, matched))
      for (const { signal, opened: isNew } of runner.judge(stream, hit, own, watermark - runner.reach, watermark)) {
        const appears = isNew || signal.hiddenBy() !== undefined
        if (suppressor.hides(runner.compiled, signal, isNew, doc.timestamp)) {
          if (isNew) runner.release(stream)
          continue
        }
        if (appears) {
          shown.push(signal)
          opened.push(signal)
        }
        changed.set(signal.id, { signal, opened: appears || changed.get(signal.id)?.opened === true })
      }
    return shown
  }

  /** A signal has opened: it is an event for the rules that count signals. What these open counts for none. */
  function correlate({ id, detection }: OpenSignal, stream: string, watermark: number): void {
    if (correlating.length === 0) return
    const { doc, sample } = signalEvent(id, detection)
    for (const runner of correlating) {
      const matched = matching(runner.compiled, doc)
      if (matched.length > 0 && doc.timestamp > watermark - runner.reach && !runner.compiled.suppresses(doc))
        count(runner, doc, stream, matched, sample, watermark)
    }
  }

  /** Nothing may be judged until it has ended. */
  function* takingChanges(): Generator<void, Changes> {
    const rows = [...dirty]
    const states: Changes['states'] = []
    for (const { row, state } of rows) {
      states.push({ ...row, state: state?.save() ?? null })
      yield
    }
    return { states, watermarks: streams.takeMarks(), ...(yield* takingFound()) }
  }

  function* takingFound(): Generator<void, Found> {
    const signals: Found['signals'] = []
    for (const { signal, opened } of changed.values()) {
      signals.push({ id: signal.id, detection: snapshot(signal.detection), opened })
      yield
    }
    const found = {
      signals,
      hidden: suppressor.takeHidden(),
      late,
      suppressed: [...runners].flatMap(([rule, runner]) => {
        const count = runner.takeSuppressed()
        return count > 0 ? [{ rule, count }] : []
      }),
    }
    dirty.clear()
    changed = new Map()
    opened = []
    late = 0
    return found
  }

  return {
    /** From the next log on these rules are in force. One whose version is the same goes on; any other starts afresh. */
    setRules,
    /** From the next log on these suppressions are in force. */
    setSuppressions: suppressor.setSuppressions,
    /** Take up what was stored, after `setRules` with the rules that were in force. Rows of other rules or versions come back as deleted. */
    restore(rows: Iterable<StateRow>, sources: Sources, marks: Iterable<Mark>): void {
      streams.restore(marks)
      for (const row of rows) {
        const runner = runners.get(row.rule)
        const watermark = streams.watermark(row.stream)
        if (!runner || runner.compiled.rule.version !== row.version || row.state === null) dirty.add({ row, state: undefined })
        else runner.restore(row, row.state, sources, watermark === undefined ? undefined : horizon(watermark, runner.reach))
      }
    },
    judge,
    /** Show a rule a log of before it, so that it knows what is usual; nothing comes of it but that. */
    learn(rule: string, log: Log): void {
      const runner = runners.get(rule)
      const matched = runner ? matching(runner.compiled, log) : []
      if (!runner || matched.length === 0 || runner.compiled.suppresses(log)) return
      for (const hit of hitsOf(runner.compiled, log, matched)) runner.learn(log.stream, hit)
    },
    /** Signals opened since the last call of this or of `takeChanges`, which has them too: whoever dies before that comes to them again. */
    takeOpened: (): { id: string; detection: Detection }[] =>
      opened.splice(0).map(({ id, detection }) => ({ id, detection: snapshot(detection) })),
    /** What is new since the last call, which is then forgotten. */
    takeChanges: (): Changes => atOnce(takingChanges()),
    /** The same in small steps, between which others may have the thread, but nothing may be judged. */
    takingChanges,
    /** The same for whoever stores nothing: what there would be to store is forgotten too. */
    takeFound: (): Found => atOnce(takingFound()),
    /** How each rule fares: groups it knows, what it had no room for, or why it is not evaluated. */
    load: (): { rule: string; groups: number; refused: { groups: number; values: number }; problem?: Refusal }[] => [
      ...[...runners].map(([rule, runner]) => ({ rule, ...runner.load() })),
      ...[...refused].map(([rule, problem]) => ({ rule, groups: 0, refused: { groups: 0, values: 0 }, problem })),
    ],
  }
}

function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
