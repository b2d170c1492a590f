import { createHash, randomBytes } from 'node:crypto'
import type { JsonObject } from '../../shared/json.ts'
import { parseUrl } from '../../shared/url.ts'
import type { StepRun, WorkflowRun } from '../../shared/workflow.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { StepBlocks, WorkflowAction } from '../lib/kinds.ts'
import type { Store } from '../store/store.ts'
import type { Plan } from '../store/workflows.ts'
import { actionOf } from '../workflows/actions/index.ts'
import { nextOf } from '../workflows/run.ts'
import { type CheckedBlocks, type createInside, isChecked } from './workflow-inside.ts'
import { actionFor, checkOutputs, Fault, parametersOf } from './workflow-parameters.ts'
import { seenByStep } from './workflow-rights.ts'
import type { WorkflowRuns } from './workflow-runs.ts'
import type { Audit, Write } from './writes.ts'

/** How long a run may go on, ms. */
const longestRun = 7 * 24 * 3_600_000

/** A step to be done outside, with what it needs. */
export interface Outside {
  do: 'outside'
  run: string
  step: string
  action: string
  parameters: JsonObject
  /** What stands in the parameters in place of secrets, by the secret's name. */
  secrets: Record<string, string>
  callback: { token: string; until: number } | null
  about: { workflow: string; signal: string | null }
}
/** What has to be known of blocks before a step does them: whoever asks goes on with the same and what speaks against it. */
export interface Asking {
  do: 'ask'
  blocks: StepBlocks
}
export type Advance = Outside | Asking | { do: 'wait'; until: number | null } | { do: 'over' }

/** What became of a step outside. */
export type Outcome = { state: 'succeeded'; outputs: JsonObject } | { state: 'failed' | 'unknown'; error: string }
/** What an engine answers. */
export interface EngineAnswer {
  status: 'succeeded' | 'failed'
  outputs: JsonObject
  error?: string | undefined
}

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
  inside: ReturnType<typeof createInside>
  noted: WorkflowRuns['noted']
  report(error: unknown): void
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')
/**
 * Runs go on, a step at a time. What a step does in our store commits together with the word that it is done; what it does outside begins
 * only after the word that it has begun, so that after a kill it is known to be done, known not to have begun, or shown as unknown.
 */
export function createWorkflowSteps({ store, write, audit, now, inside, noted, report }: Options) {
  const told = (run: WorkflowRun, changed: string[] = []) => ({
    changed,
    tell: () => [{ type: 'workflows' as const, workflows: [], runs: [run.id] }],
  })
  const withStep = (run: WorkflowRun, name: string, change: (step: StepRun) => StepRun): WorkflowRun => ({
    ...run,
    steps: run.steps.map(step => (step.name === name ? change(step) : step)),
  })

  /** A step is over. */
  const settled = (step: StepRun, more: Partial<StepRun> & Pick<StepRun, 'state'>): StepRun => {
    const { until: _, ...rest } = step
    return { ...rest, began: step.began ?? now(), ended: now(), ...more }
  }
  function keep(run: WorkflowRun, changed: string[] = []) {
    store.workflows.putRun(run)
    return { result: undefined, ...told(run, changed) }
  }
  const failStep = (ctx: WriteContext, id: string, name: string, error: string): void =>
    write(ctx, () => {
      const run = store.workflows.run(id)
      if (run?.state !== 'running') return { result: undefined }
      return keep(withStep(run, name, step => settled(step, { state: 'failed', error })))
    })

  function begin(ctx: WriteContext, run: WorkflowRun, plan: Plan, name: string, checked: CheckedBlocks | undefined): Advance | undefined {
    const definition = plan.spec.steps.find(step => step.name === name)!
    try {
      const action = actionFor(store, plan, definition)
      const only = seenByStep(store, plan, run)
      const { parameters, secrets } = parametersOf(run, plan, definition, action)
      const blocks = 'inside' in action ? action.blocks?.(parameters) : undefined
      if (blocks && !isChecked(blocks, checked)) return { do: 'ask', blocks }
      return write<Advance | undefined>(ctx, () => {
        const done = (more: Partial<StepRun> & Pick<StepRun, 'state'>, changed?: string[]) =>
          keep(
            withStep(run, name, step => settled(step, more)),
            changed,
          )
        if ('decide' in action) return done({ state: 'succeeded', ...action.decide(parameters) })
        if ('wait' in action) {
          const until = now() + action.wait(parameters)
          return keep(withStep(run, name, step => ({ ...step, state: 'waiting', began: now(), until })))
        }
        if ('inside' in action) {
          const { work, changed, tell } = inside(only, ctx, run, checked)
          const outputs = checkOutputs(run, action.inside(parameters, work))
          const kept = done({ state: 'succeeded', outputs }, changed)
          return { ...kept, tell: () => [...kept.tell(), ...tell()] }
        }
        return beginOutside(ctx, run, name, action, parameters, secrets)
      })
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Refusal)) throw error
      // a full disk is nobody's fault: it goes on once there is room
      if (error instanceof Refusal && error.status === 507) throw error
      failStep(ctx, run.id, name, error.message)
      return undefined
    }
  }
  function beginOutside(
    ctx: WriteContext,
    run: WorkflowRun,
    name: string,
    action: WorkflowAction,
    parameters: JsonObject,
    secrets: Record<string, string>,
  ) {
    const within = 'answerWithin' in action ? action.answerWithin?.(parameters) : undefined
    const callback = within === undefined ? null : { token: randomBytes(32).toString('base64url'), until: now() + within }
    if (callback) {
      store.workflows.expireCallbacks(now())
      store.workflows.addCallback(hashOf(callback.token), { run: run.id, step: name, expires: callback.until })
    }
    const next = withStep(run, name, step => ({ ...step, state: 'running', began: now(), ...(callback && { until: callback.until }) }))
    store.workflows.putRun(next)
    const address = action.address === undefined ? undefined : (parameters[action.address] as string)
    audit(ctx, {
      action: 'accessed',
      asset: { type: 'workflow_run', id: run.id, name: run.workflow.name },
      message: `began the step ${name} (${action.id}) of the workflow “${run.workflow.name}”${address ? `, asking ${hostOf(address)}` : ''}`,
    })
    const about = { workflow: run.workflow.handle, signal: run.signal?.id ?? null }
    const result: Advance = { do: 'outside', run: run.id, step: name, action: action.id, parameters, secrets, callback, about }
    return { result, ...told(next) }
  }

  function wake(ctx: WriteContext, run: WorkflowRun, name: string): void {
    const { action } = run.steps.find(step => step.name === name)!
    const waits = actionOf(action)
    write(ctx, () =>
      keep(
        withStep(run, name, step =>
          waits && 'wait' in waits
            ? settled(step, { state: 'succeeded', outputs: {} })
            : settled(step, { state: step.error === undefined ? 'failed' : 'unknown', error: step.error ?? 'Nobody answered in time' }),
        ),
      ),
    )
  }
  function end(ctx: WriteContext, run: WorkflowRun, state: 'succeeded' | 'failed', why?: string): void {
    write(ctx, () => {
      const where = run.steps.find(step => step.state === 'failed' || step.state === 'unknown')
      const error = why ?? (where && `${where.name}: ${where.error ?? where.state}`)
      const over: WorkflowRun = {
        ...run,
        state,
        ended: now(),
        ...(error !== undefined && { error }),
        steps: run.steps.map(step => {
          if (step.state === 'pending') return { ...step, state: 'skipped' }
          return step.state === 'waiting' ? { ...step, state: 'canceled' } : step
        }),
      }
      if (run.signal) noted(over, 'workflow_ended', { state })
      audit(ctx, {
        action: 'modified',
        asset: { type: 'workflow_run', id: run.id, name: run.workflow.name },
        message: `the workflow “${run.workflow.name}” ${state}${error === undefined ? '' : ` at ${error}`}`,
        before: { state: 'running' },
        after: { state, steps: over.steps.map(step => `${step.name}: ${step.state}`) },
      })
      return keep(over, run.signal ? [run.signal.id] : [])
    })
  }

  /** The next thing, or undefined where it is done already. */
  function step(id: string, checked: CheckedBlocks | undefined): Advance | undefined {
    const run = store.workflows.run(id)
    const plan = store.workflows.plan(id)
    if (run?.state !== 'running' || !plan) return { do: 'over' }
    const ctx = { actor: plan.actor }
    if (now() - run.began > longestRun && !run.steps.some(({ state }) => state === 'running')) {
      end(ctx, run, 'failed', 'It went on for 7 days, which is the longest')
      return undefined
    }
    const next = nextOf(plan.spec, plan.start, run.steps, now())
    switch (next.do) {
      case 'begin':
        return begin(ctx, run, plan, next.step, checked)
      case 'skip':
        return void write(ctx, () =>
          keep({ ...run, steps: run.steps.map(one => (next.steps.includes(one.name) ? { ...one, state: 'skipped' } : one)) }),
        )
      case 'wake':
        return void wake(ctx, run, next.step)
      case 'wait':
        return next
      case 'end':
        return void end(ctx, run, next.state)
    }
  }

  return {
    /** Take a run as far as it goes without leaving the store. `checked` answers what it has asked. */
    advanceRun: async (id: string, checked?: CheckedBlocks): Promise<Advance> => {
      for (;;) {
        const next = step(id, checked)
        if (next) return next
        // others want the thread too
        await new Promise<void>(resolve => setImmediate(resolve))
      }
    },
    /** A step outside is over, or was sent and waits for its answer. What became of one is kept even where its run was canceled meanwhile. */
    finishStep: async (id: string, name: string, outcome: Outcome): Promise<null> => {
      const plan = store.workflows.plan(id)
      if (!plan) return null
      return write({ actor: plan.actor }, () => {
        const run = store.workflows.run(id)!
        const step = run.steps.find(one => one.name === name)!
        const wanted = step.state === 'running' || (step.state === 'unknown' && run.state === 'canceled')
        if (!wanted) return { result: null }
        const outputs =
          outcome.state === 'succeeded' ? { outputs: checkOutputs(run, outcome.outputs) } : { error: outcome.error.slice(0, 2000) }
        const waits = outcome.state === 'succeeded' && step.until !== undefined && run.state === 'running'
        const { error: _, ...clean } = step
        const next = withStep(run, name, () =>
          waits ? { ...clean, state: 'waiting', ...outputs } : settled(clean, { state: outcome.state, ...outputs }),
        )
        store.workflows.putRun(next)
        audit(
          { actor: plan.actor },
          {
            action: 'modified',
            asset: { type: 'workflow_run', id, name: run.workflow.name },
            message: `the step ${name} (${step.action}) of the workflow “${run.workflow.name}” ${waits ? 'waits for an answer' : outcome.state === 'unknown' ? 'is unknown' : outcome.state}`,
            ...('error' in outcome && { after: { error: outcome.error.slice(0, 2000) } }),
          },
        )
        return { result: null, ...told(next) }
      })
    },
    /** An engine answers, by the token that it was given: once, in time. Refuses anything else alike. */
    answerRun: async (token: string, { status, outputs, error }: EngineAnswer): Promise<null> => {
      const hash = hashOf(token)
      const found = store.workflows.callback(hash)
      const run = found && store.workflows.run(found.run)
      const plan = found && store.workflows.plan(found.run)
      const step = run?.steps.find(one => one.name === found!.step)
      const open = run?.state === 'running' && (step?.state === 'waiting' || step?.state === 'running')
      if (!found || !plan || !run || !open || found.expires <= now())
        throw new Refusal(404, 'not_found', 'Nobody waits for this answer: it was given, it is too late, or there is no such thing')
      return write({ actor: plan.actor }, () => {
        store.workflows.removeCallback(hash)
        const answer = checkOutputs(run, outputs)
        const next = withStep(run, found.step, one =>
          settled(one, {
            outputs: { ...one.outputs, answer },
            ...(status === 'failed'
              ? { state: 'failed', error: `The engine says that it failed${error ? `: ${error}` : ''}` }
              : { state: 'succeeded' }),
          }),
        )
        store.workflows.putRun(next)
        audit(
          { actor: { uuid: null, handle: 'callback', name: 'Callback', auth_method: 'system' } },
          {
            action: 'modified',
            asset: { type: 'workflow_run', id: run.id, name: run.workflow.name },
            message: `answered the step ${found.step} of the workflow “${run.workflow.name}”: ${status}`,
          },
        )
        return { result: null, ...told(next) }
      })
    },
    /** After a start: what was under way outside when the daemon ended is unknown. The runs that go on, oldest first; `busy` are under way now. */
    resumeRuns: async (busy: string[]): Promise<string[]> => {
      for (const id of store.workflows.running().filter(id => !busy.includes(id))) {
        const run = store.workflows.run(id)!
        const lost = run.steps.filter(({ state }) => state === 'running')
        if (lost.length === 0) continue
        const error = 'The daemon ended while this was under way: whether it was done is unknown'
        try {
          write({ actor: store.workflows.plan(id)!.actor }, () => {
            // an engine that was reached may still answer, and then it is known
            const next = lost.reduce(
              (all, { name }) =>
                withStep(all, name, step =>
                  step.until === undefined ? settled(step, { state: 'unknown', error }) : { ...step, state: 'waiting', error },
                ),
              run,
            )
            for (const { name } of lost)
              audit(
                { actor: store.workflows.plan(id)!.actor },
                {
                  action: 'modified',
                  asset: { type: 'workflow_run', id, name: run.workflow.name },
                  message: `the step ${name} of the workflow “${run.workflow.name}” is unknown: the daemon ended while it was under way`,
                },
              )
            return keep(next)
          })
        } catch (refused) {
          report(refused)
        }
      }
      return store.workflows.running()
    },
  }
}

const hostOf = (url: string): string => parseUrl(url)?.host ?? 'nobody: it is no address'
