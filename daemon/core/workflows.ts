import { createHash, randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import { triggerNames, type Workflow, type WorkflowPayload } from '../../shared/workflow.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

/** Most that there may be. */
const most = 500

/** A definition that has been checked. */
type Checked = WorkflowPayload & { spec: { handle: string } }

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}

export const noWorkflow = (id: string) =>
  new Refusal(404, 'not_found', `There is no workflow ${id}`, { problems: [{ field: 'workflow_id', message: `no workflow ${id}` }] })

/** Definitions of workflows. Runs that go on keep the definition with which they began. */
export function createWorkflows({ store, write, audit, now }: Options) {
  function find(id: string): Workflow {
    const found = store.workflows.get(id)
    if (!found) throw noWorkflow(id)
    return found
  }
  /** Notification rules name workflows by it. */
  function checkHandle(workflow: Workflow): void {
    const other = store.workflows.byHandle(workflow.handle)
    if (other && other.id !== workflow.id)
      throw new Refusal(409, 'already_exists', `The workflow “${other.name}” has the handle ${workflow.handle}: give another`, {
        problems: [{ field: 'data.attributes.spec.handle', message: `${workflow.handle} is taken by “${other.name}”` }],
      })
  }
  function put(ctx: WriteContext, workflow: Workflow, action: NewAuditEvent['action'], message: string, before?: Workflow): Workflow {
    checkHandle(workflow)
    store.workflows.put(workflow)
    record(ctx, workflow, action, message, before, workflow)
    return workflow
  }
  function record(
    ctx: WriteContext,
    { id, name }: Workflow,
    action: NewAuditEvent['action'],
    message: string,
    before?: Workflow,
    after?: Workflow,
  ): void {
    audit(ctx, {
      action,
      asset: { type: 'workflow', id, name },
      message: `${message} the workflow “${name}”`,
      before: before ? shown(before) : null,
      after: after ? shown(after) : null,
    })
  }
  const told = (id: string) => () => [{ type: 'workflows' as const, workflows: [id], runs: [] }]

  return {
    /** In the order of their names. */
    workflows: async (): Promise<Workflow[]> =>
      store.workflows.all().sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)),
    getWorkflow: async (id: string): Promise<Workflow> => find(id),
    createWorkflow: async (ctx: WriteContext, payload: Checked): Promise<Workflow> =>
      write(ctx, () => {
        if (store.workflows.all().length >= most)
          throw new Refusal(400, 'too_many', `There are ${most} workflows, which is the most there may be`, {
            problems: [{ field: 'data', message: `would be one more than ${most}` }],
          })
        const by = personOf(ctx.actor)
        const time = now()
        const { handle } = payload.spec
        const made: Workflow = { ...payload, id: randomUUID(), handle, version: 1, created: time, updated: time, creator: by, owner: by }
        return { result: put(ctx, made, 'created', 'created'), tell: told(made.id) }
      }),
    updateWorkflow: async (ctx: WriteContext, id: string, payload: Checked, version?: number): Promise<Workflow> =>
      write(ctx, () => {
        const before = find(id)
        if (version !== undefined && version < before.version)
          throw new Refusal(409, 'stale_version', `The workflow has changed since: it is at version ${before.version}`, {
            problems: [{ field: 'data.attributes.x_local.version', message: `is ${version}, the workflow is at ${before.version}` }],
          })
        const { handle } = payload.spec
        const changed = { ...before, ...payload, handle, version: before.version + 1, updated: now(), owner: personOf(ctx.actor) }
        const verb = changed.published === before.published ? 'changed' : changed.published ? 'published' : 'took back'
        return { result: put(ctx, changed, 'modified', verb, before), tell: told(id) }
      }),
    /** With its runs. What was under way outside is given up; nobody hears what becomes of it. */
    deleteWorkflow: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const before = find(id)
        const runs = store.workflows.runs(id).filter(({ state }) => state === 'running').length
        store.workflows.remove(id)
        record(ctx, before, 'deleted', runs > 0 ? `canceled ${runs} runs of and deleted` : 'deleted', before)
        return { result: null, tell: told(id) }
      }),
  }
}

/** What the audit trail tells of one: not what its steps are given, which may be anything. */
const shown = ({ version, name, handle, published, tags, spec }: Workflow): JsonObject => ({
  ...{ version, name, handle, published, tags },
  triggers: spec.triggers.flatMap(trigger => triggerNames.filter(name => trigger[name])),
  steps: spec.steps.map(({ name, actionId }) => `${name}: ${actionId}`),
  spec_sha256: createHash('sha256').update(JSON.stringify(spec)).digest('hex'),
})
