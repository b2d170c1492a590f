import type { JsonObject } from '../shared/json.ts'
import type { LiveEvent } from '../shared/live.ts'
import type { Core } from './core/core.ts'
import type { BlockVerdicts, CheckedBlocks } from './core/workflow-inside.ts'
import type { Outcome, Outside } from './core/workflow-steps.ts'
import type { Bus } from './lib/bus.ts'
import { Refusal } from './lib/errors.ts'
import type { OutsideWork, StepBlocks } from './lib/kinds.ts'
import { OutboundError } from './lib/outbound.ts'
import { actionOf } from './workflows/actions/index.ts'
import { readSchedule } from './workflows/schedule.ts'
import { mapTexts, withSecrets } from './workflows/secrets.ts'
import { Unknown } from './workflows/unknown.ts'

/** Steps that are done outside at one time. */
const atOnce = 8
/** How often to look whether something is due, ms: a clock that jumps is noticed as soon. */
const every = 500
/** How late a schedule may still begin its run, ms: a restart must not swallow one. */
const grace = 5 * 60_000
/** How long a stop waits for what is under way, ms. */
const patience = 2000
/** How long to wait after the store refused to go on, ms. */
const retryAfter = 10_000

interface Needs {
  core: Pick<Core, 'workflows' | 'startRunAt' | 'advanceRun' | 'finishStep' | 'resumeRuns'>
  bus: Bus<LiveEvent>
  request: OutsideWork['request']
  secret: OutsideWork['secret']
  /** A text without secrets. */
  hide(text: string): string
  runCommand(command: string, args: readonly string[], timeout: number, ended: AbortSignal): Promise<JsonObject>
  /** What speaks against blocks, as far as it is not in the store. */
  checkBlocks(blocks: StepBlocks): BlockVerdicts
  /** Where an engine answers with this token. */
  callbackUrl(token: string): string
  isReadOnly(): boolean
  now: () => number
  report(error: unknown): void
}

/**
 * Keeps runs of workflows going: does outside what their steps ask for, waits, and begins what schedules name. It knows nothing that the
 * store does not: whatever it drops, the next start finds.
 */
export function createWorkflowRunner({
  core,
  bus,
  request,
  secret,
  hide,
  runCommand,
  checkBlocks,
  callbackUrl,
  isReadOnly,
  now,
  report,
}: Needs) {
  let closed = false
  /** When runs that wait go on, ms UTC. */
  const due = new Map<string, number>()
  const driven = new Map<string, Promise<void>>()
  /** Told of while they were driven: look once more. */
  const again = new Set<string>()
  /** What can be given up, by run. */
  const outside = new Map<string, AbortController>()
  const queue: (() => void)[] = []
  let busy = 0
  let seenUntil = now() - grace
  let scheduling: Promise<void> | undefined
  let resumed: Promise<void> | undefined

  async function room(): Promise<void> {
    if (busy >= atOnce) await new Promise<void>(resolve => queue.push(resolve))
    busy++
  }
  function leave(): void {
    busy--
    queue.shift()?.()
  }

  async function perform({ run, step, action: id, parameters, secrets, callback, about }: Outside, ended: AbortSignal): Promise<Outcome> {
    const action = actionOf(id)
    if (!action || !('outside' in action)) return { state: 'failed', error: `there is no action ${id}` }
    const work: OutsideWork = {
      ...{ request, secret, now, ended },
      runCommand: (command, args, timeout) => runCommand(command, args, timeout, ended),
      callback: callback && { url: callbackUrl(callback.token), until: callback.until },
      run: { id: run, step, ...about },
    }
    try {
      const address = String(parameters[action.address ?? ''] ?? '')
      const outputs = await action.outside(
        withSecrets(parameters, secrets, name => secret(name, address)),
        work,
      )
      return { state: 'succeeded', outputs: mapTexts(outputs, hide) }
    } catch (error) {
      if (error instanceof Unknown) return { state: 'unknown', error: hide(error.message) }
      if (error instanceof OutboundError || error instanceof Refusal) return { state: 'failed', error: hide(error.message) }
      report(error)
      return { state: 'unknown', error: 'The daemon failed, and its log says why: whether it was done is unknown' }
    }
  }

  async function drive(id: string): Promise<void> {
    let checked: CheckedBlocks | undefined
    while (!closed && !isReadOnly()) {
      again.delete(id)
      const next = await core.advanceRun(id, checked)
      if (next.do === 'over') return
      if (next.do === 'ask') {
        checked = { blocks: next.blocks, verdicts: checkBlocks(next.blocks) }
        continue
      }
      if (next.do === 'wait') {
        if (again.has(id)) continue
        if (next.until !== null) due.set(id, next.until)
        return
      }
      const ending = new AbortController()
      outside.set(id, ending)
      await room()
      try {
        await core.finishStep(id, next.step, await perform(next, ending.signal))
      } finally {
        leave()
        outside.delete(id)
      }
    }
    // once it may write again
    if (!closed) due.set(id, now() + retryAfter)
  }
  function wake(id: string): void {
    if (closed) return
    again.add(id)
    due.delete(id)
    if (driven.has(id)) return
    // not at once: what it does first may wake it again
    const work = Promise.resolve()
      .then(() => drive(id))
      .catch(error => {
        if (closed) return
        report(error)
        due.set(id, now() + retryAfter)
      })
      .finally(() => {
        driven.delete(id)
        if (again.has(id) && !due.has(id)) wake(id)
      })
    driven.set(id, work)
  }

  /** Begin what schedules have named since the last look. What is named twice begins once: the store knows. */
  async function runSchedules(): Promise<void> {
    const until = now()
    for (const { id, spec, published, updated } of await core.workflows())
      for (const [at, { scheduleTrigger }] of spec.triggers.entries()) {
        if (!scheduleTrigger || !published) continue
        const { next } = readSchedule(scheduleTrigger.rruleExpression)
        let last: number | undefined
        for (let time = next(Math.max(seenUntil, updated, until - grace)); time <= until; time = next(time)) last = time
        if (last !== undefined) await core.startRunAt(id, at, last)
      }
    seenUntil = until
  }
  /** Once, and not while nothing may be written. */
  function resume(): void {
    if (closed || isReadOnly()) return
    resumed ??= core
      .resumeRuns([...driven.keys()])
      .then(ids => ids.forEach(wake))
      .catch(error => {
        resumed = undefined
        if (!closed) report(error)
      })
  }
  function look(): void {
    if (closed || isReadOnly()) return
    resume()
    for (const [id, time] of due) if (time <= now()) wake(id)
    // times are whole minutes
    if (Math.floor(seenUntil / 60_000) === Math.floor(now() / 60_000)) return
    scheduling ??= runSchedules()
      .catch(report)
      .finally(() => (scheduling = undefined))
  }

  let end = () => {}

  return {
    /** From now on, runs go on: where engines answer is known. */
    start(): void {
      const unsubscribe = bus.subscribe(event => {
        if (event.type === 'workflows') event.runs.forEach(wake)
      })
      const timer = setInterval(look, every)
      timer.unref()
      end = () => {
        clearInterval(timer)
        unsubscribe()
      }
      resume()
    },
    /** Give up what a run does outside: it was canceled. */
    giveUp: (id: string): void => outside.get(id)?.abort(),
    /** Resolves when every run waits or is over. */
    async idle(): Promise<void> {
      await resumed
      while (driven.size > 0 || scheduling) await Promise.all([...driven.values(), scheduling])
    },
    async close(): Promise<void> {
      closed = true
      end()
      // what is under way may well be done in a moment; then it is known
      const over = Promise.allSettled([...driven.values(), scheduling, resumed])
      await Promise.race([over, new Promise(resolve => setTimeout(resolve, patience).unref())])
      for (const ending of outside.values()) ending.abort()
      for (const resolve of queue.splice(0)) resolve()
      await over
    },
  }
}
