import type { StepRun, WorkflowRun } from '../../shared/workflow.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { StepBlocks } from '../lib/kinds.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { nextOf } from '../workflows/run.ts'
import { type CheckedBlocks, type createInside, isChecked } from './workflow-inside.ts'
import { actionFor, checkOutputs, Fault, parametersOf } from './workflow-parameters.ts'
import { seenByStep } from './workflow-rights.ts'
import type { Given, WorkflowRuns } from './workflow-runs.ts'
import type { Write } from './writes.ts'

interface Options {
  store: Store
  write: Write
  now: () => number
  inside: ReturnType<typeof createInside>
  begin: WorkflowRuns['begin']
}

/**
 * What a run would do, found out in a transaction that is taken back: steps of the store are done, waits are over at once, and what goes outside
 * is not asked, so that whatever comes after it stays pending.
 */
export function createWorkflowTrials({ store, write, now, inside, begin }: Options) {
  /** What would become of a step, or what has to be known first. */
  function outcomeOf(run: WorkflowRun, name: string, checked: CheckedBlocks[]): Omit<StepRun, 'name' | 'action'> | { ask: StepBlocks } {
    const plan = store.workflows.plan(run.id)!
    const definition = plan.spec.steps.find(step => step.name === name)!
    try {
      const action = actionFor(store, plan, definition)
      const only = seenByStep(store, plan, run)
      const { parameters } = parametersOf(run, plan, definition, action)
      if ('decide' in action) return { state: 'succeeded', ...action.decide(parameters) }
      if ('wait' in action) return { state: 'succeeded', outputs: { waits_ms: action.wait(parameters) } }
      if (!('inside' in action)) return { state: 'running' }
      const blocks = action.blocks?.(parameters)
      const known = blocks && checked.find(one => isChecked(blocks, one))
      if (blocks && !known) return { ask: blocks }
      const { work } = inside(only, { actor: plan.actor }, run, known)
      return { state: 'succeeded', outputs: checkOutputs(run, action.inside(parameters, work)) }
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Refusal)) throw error
      return { state: 'failed', error: error.message }
    }
  }
  function goThrough(begun: WorkflowRun, checked: CheckedBlocks[]): WorkflowRun | { ask: StepBlocks } {
    const { spec, start } = store.workflows.plan(begun.id)!
    let run = begun
    const settle = (names: readonly string[], change: Omit<StepRun, 'name' | 'action'>) => {
      run = { ...run, steps: run.steps.map(step => (names.includes(step.name) ? { ...step, ...change } : step)) }
      store.workflows.putRun(run)
    }
    for (;;) {
      const next = nextOf(spec, start, run.steps, now())
      if (next.do === 'skip') settle(next.steps, { state: 'skipped' })
      else if (next.do === 'begin') {
        const outcome = outcomeOf(run, next.step, checked)
        if ('ask' in outcome) return outcome
        settle([next.step], outcome)
      } else {
        const where = run.steps.find(({ state }) => state === 'failed')
        // what would be asked outside has not been asked
        const steps = run.steps.map(step => (step.state === 'running' ? { ...step, state: 'pending' as const } : step))
        if (where) return { ...run, steps, state: 'failed', error: `${where.name}: ${where.error}` }
        return { ...run, steps, state: next.do === 'end' ? next.state : 'running' }
      }
    }
  }
  return {
    /** The run as it would be, or what has to be known of blocks first: ask again with all that was asked for. */
    tryRun: async (
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      given: Given,
      checked: CheckedBlocks[],
    ): Promise<{ run: WorkflowRun } | { ask: StepBlocks }> =>
      write({ ...ctx, dryRun: true }, () => {
        const found = goThrough(begin(only, ctx, id, given), checked)
        return { result: 'ask' in found ? found : { run: found } }
      }),
  }
}
