import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../shared/json.ts'
import type { Signal } from '../../shared/signal.ts'
import type { RunState, TriggerName, Workflow, WorkflowRun, WorkflowTrigger } from '../../shared/workflow.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { checkInputs } from '../workflows/inputs.ts'
import { stepsOf } from '../workflows/run.ts'
import { signalData } from '../workflows/signal-data.ts'
import { maySeeSignal } from './may-see.ts'
import { noSignal } from './signal-triage.ts'
import { actorOf, personWho } from './workflow-inside.ts'
import { isActive, rightsNow, seenSignal } from './workflow-rights.ts'
import { noWorkflow } from './workflows.ts'
import type { Audit, Write } from './writes.ts'

/** Runs that go on at one time. */
const mostRunning = 200
/** Runs that an answer about a signal has. */
const mostShown = 50

/** What somebody gives a run to begin with. */
export interface Given {
  inputs: JsonObject
  signal_id: string | null
}
/** What begins a run. */
interface Beginning {
  trigger: TriggerName
  given: JsonObject
  signal: Signal | null
  by: WriteContext['actor'] | null
  cause?: string
  once?: string
}

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}

/** Runs begin, are looked at, and are canceled. What they do is done by `createWorkflowSteps`. */
export function createWorkflowRuns({ store, write, audit, now }: Options) {
  function published(workflow: Workflow | undefined, name: string): Workflow {
    if (!workflow) throw noWorkflow(name)
    if (!workflow.published)
      throw new Refusal(409, 'not_published', `The workflow “${workflow.name}” is not published: only those that are run`)
    return workflow
  }
  function triggerOf({ spec, name }: Workflow, trigger: TriggerName): WorkflowTrigger {
    const found = spec.triggers.find(one => one[trigger])
    if (found) return found
    const why = trigger === 'apiTrigger' ? 'run without a signal: it has no apiTrigger' : `run on a signal: it has no ${trigger}`
    throw new Refusal(400, 'no_trigger', `The workflow “${name}” cannot be ${why}`, {
      problems: [{ field: 'meta.x_local.signal_id', message: `cannot be ${why}` }],
    })
  }
  const seen = (only: Restrictions, id: string) => seenSignal(store, only, id)
  /** What a workflow does with a signal, whoever saved it could have done: so they must see it. */
  function checkOwner({ name, owner }: Workflow, signal: Signal): void {
    // of whoever is disabled its steps say so
    if (!isActive(store, owner.uuid) || maySeeSignal(rightsNow(store, owner.uuid).restrictions, signal)) return
    const message = `The workflow “${name}” was saved by ${owner.handle}, who may not see this signal: somebody who may has to save it`
    throw new Refusal(409, 'hidden_from_owner', message, {
      problems: [{ field: 'meta.x_local.signal_id', message: 'is hidden from its owner' }],
    })
  }
  /** Inside of a write. */
  function add(
    workflow: Workflow,
    { trigger, start }: { trigger: TriggerName; start: string },
    beginning: Beginning,
    inputs: JsonObject,
    error?: string,
  ): WorkflowRun {
    const { signal, by, cause, once = null } = beginning
    const { id, name, handle, version, spec } = workflow
    const actor = actorOf(by, workflow)
    const time = now()
    const steps = stepsOf(spec, start)
    const run: WorkflowRun = {
      id: randomUUID(),
      workflow: { id, name, handle, version },
      ...{ state: error === undefined ? 'running' : 'failed', trigger, by: by && personWho(by), began: time, inputs },
      ...(cause !== undefined && { cause }),
      ...(signal && { signal: { id: signal.id, title: signal.detection.title } }),
      steps: error === undefined ? steps : steps.map(step => ({ ...step, state: 'skipped' as const })),
      ...(error !== undefined && { ended: time, error }),
    }
    const plan = { spec, start, actor, owner: workflow.owner.uuid, signal: signal && signalData(signal) }
    store.workflows.addRun(run, plan, store.nextSeq(), once)
    if (signal) noted(run, 'workflow', { state: run.state })
    audit(
      { actor },
      {
        action: 'created',
        asset: { type: 'workflow_run', id: run.id, name },
        message:
          error === undefined
            ? `began the workflow “${name}”${aboutOf(run)}`
            : `could not begin the workflow “${name}”${aboutOf(run)}: ${error}`,
        after: { workflow: id, version, trigger, ...(cause !== undefined && { cause }), ...(signal && { signal: signal.id }) },
      },
    )
    return run
  }
  /** In the timeline of the signal that a run is about. */
  function noted(run: WorkflowRun, kind: 'workflow' | 'workflow_ended', more: JsonObject): void {
    const { id, workflow, signal, by } = run
    const body = {
      by: { uuid: by?.uuid ?? '', handle: by?.handle ?? '', name: by?.name ?? workflow.name },
      to: { ...more, text: workflow.name },
      workflow: workflow.name,
      run: id,
    }
    store.signals.note({ seq: store.nextSeq(), signal_id: signal!.id, time: now(), kind, body })
  }
  const told = (run: WorkflowRun) => ({
    ...(run.signal && { changed: [run.signal.id] }),
    tell: () => [{ type: 'workflows' as const, workflows: [], runs: [run.id] }],
  })
  function checkRoom(): void {
    if (store.workflows.countRunning(null) >= mostRunning)
      throw new Refusal(429, 'too_many_runs', `${mostRunning} runs of workflows go on, which is the most there may be: cancel some`, {
        headers: { 'Retry-After': '60' },
      })
  }
  const startOf = ({ startStepNames }: WorkflowTrigger) => startStepNames![0]!

  /** Begin a run that nobody asked for: once for each `once`, whatever is asked how often. */
  function beginByItself(
    workflow: Workflow,
    trigger: WorkflowTrigger,
    name: TriggerName,
    about: { signal: Signal | null; once: string; cause: string },
  ): WorkflowRun {
    const before = store.workflows.once(about.once)
    if (before) return before
    checkRoom()
    const only = rightsNow(store, workflow.owner.uuid).restrictions
    return write({ actor: actorOf(null, workflow) }, () => {
      const beginning = { trigger: name, given: {}, by: null, ...about }
      let inputs: JsonObject = {}
      let error: string | undefined
      try {
        if (about.signal) seen(only, about.signal.id)
        inputs = checkInputs(workflow.spec, {}, 'inputs')
      } catch (refused) {
        if (!(refused instanceof Refusal)) throw refused
        error = refused.message
      }
      const run = add(workflow, { trigger: name, start: startOf(trigger) }, beginning, inputs, error)
      return { result: run, ...told(run) }
    })
  }
  const maySee = (only: Restrictions, { signal: about }: WorkflowRun): boolean => {
    if (!about || only.signals === null) return true
    const signal = store.signals.get(about.id)
    return signal !== undefined && maySeeSignal(only, signal)
  }
  function find(only: Restrictions, workflow: string, id: string): WorkflowRun {
    const run = store.workflows.run(id)
    if (run?.workflow.id !== workflow || !maySee(only, run))
      throw new Refusal(404, 'not_found', `There is no run ${id} of this workflow`, {
        problems: [{ field: 'instance_id', message: `no run ${id}` }],
      })
    return run
  }

  /** Begin a run for somebody, on a signal or without one, inside of a write. */
  function begin(only: Restrictions, ctx: WriteContext, id: string, { inputs, signal_id: about }: Given): WorkflowRun {
    const workflow = published(store.workflows.get(id), id)
    const name = about === null ? 'apiTrigger' : 'securityTrigger'
    const trigger = triggerOf(workflow, name)
    const signal = about === null ? null : seen(only, about)
    if (signal) checkOwner(workflow, signal)
    const given = checkInputs(workflow.spec, inputs, 'meta.payload')
    checkRoom()
    return add(workflow, { trigger: name, start: startOf(trigger) }, { trigger: name, given, signal, by: ctx.actor }, given)
  }

  return {
    noted,
    begin,
    functions: {
      startRun: async (only: Restrictions, ctx: WriteContext, id: string, given: Given): Promise<WorkflowRun> =>
        write(ctx, () => {
          const run = begin(only, ctx, id, given)
          return { result: run, ...told(run) }
        }),
      /** A notification rule names the workflow, by its handle, for a signal: one run each. */
      startRunFor: async (handle: string, signalId: string, cause: string): Promise<WorkflowRun> => {
        const workflow = published(store.workflows.byHandle(handle), handle)
        const trigger = triggerOf(workflow, 'securityTrigger')
        const signal = store.signals.get(signalId)
        if (!signal) throw noSignal(signalId)
        const once = `signal ${workflow.id} ${signalId}`
        const limit = trigger.securityTrigger!.rateLimit
        if (limit && !store.workflows.once(once)) {
          const since = now() - Number.parseInt(limit.interval, 10) * 1000
          if (store.workflows.countSince(workflow.id, since, 'signal ') >= limit.count)
            throw new Refusal(
              429,
              'rate_limited',
              `The workflow “${workflow.name}” runs ${limit.count} times within ${limit.interval} at most`,
            )
        }
        return beginByItself(workflow, trigger, 'securityTrigger', { signal, once, cause })
      },
      /** One of its schedules names this time, ms UTC; null where the run before still goes on. */
      startRunAt: async (id: string, schedule: number, time: number): Promise<WorkflowRun | null> => {
        const workflow = published(store.workflows.get(id), id)
        const trigger = workflow.spec.triggers[schedule]
        if (!trigger?.scheduleTrigger) return null
        const exclusive = trigger.scheduleTrigger.overlapBehavior !== 'OVERLAP_ALLOWED'
        if (exclusive && store.workflows.countRunning(id) > 0) return null
        const once = `schedule ${id} ${schedule} ${time}`
        return beginByItself(workflow, trigger, 'scheduleTrigger', {
          signal: null,
          once,
          cause: `the schedule ${trigger.scheduleTrigger.rruleExpression}`,
        })
      },

      /** Newest first, with how many there are in each state. */
      runs: async (
        only: Restrictions,
        workflow: string,
        page: { limit: number; offset: number },
      ): Promise<{ runs: WorkflowRun[]; counts: Record<RunState, number> }> => {
        if (!store.workflows.get(workflow)) throw noWorkflow(workflow)
        const all = store.workflows.runs(workflow).filter(run => maySee(only, run))
        const counts: Record<RunState, number> = { running: 0, succeeded: 0, failed: 0, canceled: 0 }
        for (const { state } of all) counts[state]++
        return { runs: all.slice(page.offset, page.offset + page.limit), counts }
      },
      run: async (only: Restrictions, workflow: string, id: string): Promise<WorkflowRun> => find(only, workflow, id),
      /** The latest about a signal, and the signal as templates see it. */
      runsAbout: async (only: Restrictions, signal: string): Promise<{ runs: WorkflowRun[]; signal: JsonObject; tags: string[] }> => {
        const found = seen(only, signal)
        return {
          runs: store.workflows.runsAbout(signal, mostShown),
          signal: signalData(found),
          tags: [...found.detection.tags, `ruleId:${found.detection.rule.id}`],
        }
      },
      /** What has not begun never does. What is under way outside may be done, or not. */
      cancelRun: async (only: Restrictions, ctx: WriteContext, workflow: string, id: string): Promise<WorkflowRun> =>
        write(ctx, () => {
          const run = find(only, workflow, id)
          if (run.state !== 'running') return { result: run }
          const canceled: WorkflowRun = {
            ...run,
            state: 'canceled',
            ended: now(),
            steps: run.steps.map(step =>
              step.state === 'running'
                ? { ...step, state: 'unknown', error: 'The run was canceled while this was under way: whether it was done is unknown' }
                : step.state === 'pending' || step.state === 'waiting'
                  ? { ...step, state: 'canceled' }
                  : step,
            ),
          }
          store.workflows.putRun(canceled)
          if (run.signal) noted(canceled, 'workflow_ended', { state: 'canceled' })
          audit(ctx, {
            action: 'modified',
            asset: { type: 'workflow_run', id, name: run.workflow.name },
            message: `canceled the workflow “${run.workflow.name}”${aboutOf(run)}`,
            before: { state: 'running' },
            after: { state: 'canceled' },
          })
          return { result: canceled, ...told(canceled) }
        }),
    },
  }
}
export type WorkflowRuns = ReturnType<typeof createWorkflowRuns>

const aboutOf = ({ signal }: WorkflowRun): string => (signal ? ` on signal ${signal.id}` : '')
