import { z } from '@hono/zod-openapi'
import {
  type RunState,
  type StepState,
  triggerNames,
  type Workflow,
  WorkflowPayload,
  type WorkflowRun,
  WorkflowSpec,
} from '../../shared/workflow.ts'

const payload = WorkflowPayload.shape
/** What the daemon says of a workflow beside what a person wrote; sent back with a change, it changes nothing. */
const said = {
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  x_local: z.looseObject({ version: z.int().optional() }).optional(),
}
const envelope = <A extends z.ZodType>(attributes: A) =>
  z.strictObject({
    data: z.strictObject({
      id: z.string().optional(),
      type: z.literal('workflows').optional(),
      attributes,
      relationships: z.looseObject({}).optional(),
    }),
  })
export const CreateBody = envelope(z.strictObject({ ...payload, ...said }))
export const UpdateBody = envelope(
  z.strictObject({
    name: payload.name.optional(),
    description: z.string().max(8192).optional(),
    published: z.boolean().optional(),
    tags: z.array(z.string().min(1).max(200)).max(100).optional(),
    spec: WorkflowSpec.optional(),
    ...said,
  }),
)

const Relation = z.object({ data: z.object({ id: z.string(), type: z.literal('users') }) })
const Attributes = z
  .looseObject({
    name: z.string(),
    description: z.string(),
    published: z.boolean(),
    tags: z.array(z.string()),
    createdAt: z.string(),
    updatedAt: z.string(),
    spec: z.looseObject({}).nullable(),
    x_local: z.looseObject({
      version: z.number(),
      handle: z.string(),
      triggers: z.array(z.string()),
      creator: z.string(),
      owner: z.string(),
      doubts: z.array(z.object({ field: z.string(), message: z.string() })),
    }),
  })
  .openapi('WorkflowAttributes')
export const WorkflowResource = z
  .object({
    id: z.string(),
    type: z.literal('workflows'),
    attributes: Attributes,
    relationships: z.object({ creator: Relation, owner: Relation }),
  })
  .openapi('Workflow')

type Doubts = z.input<typeof Attributes>['x_local']['doubts']
export const workflowResource = (workflow: Workflow, doubts: Doubts, withSpec = true): z.input<typeof WorkflowResource> => {
  const { id, name, description, published, tags, created, updated, spec, version, handle, creator, owner } = workflow
  const relation = ({ uuid }: Workflow['owner']) => ({ data: { id: uuid, type: 'users' as const } })
  return {
    id,
    type: 'workflows',
    attributes: {
      ...{ name, description, published, tags, createdAt: new Date(created).toISOString(), updatedAt: new Date(updated).toISOString() },
      spec: withSpec ? { ...spec } : null,
      x_local: { version, handle, triggers: triggersOf(workflow), creator: creator.handle, owner: owner.handle, doubts },
    },
    relationships: { creator: relation(creator), owner: relation(owner) },
  }
}
/** `security`, `schedule`, `api`, as lists are filtered by. */
export const triggersOf = ({ spec }: Workflow): string[] =>
  triggerNames.filter(name => spec.triggers.some(trigger => trigger[name])).map(name => name.replace('Trigger', ''))

const runLabels: Record<RunState, string> = { running: 'Running', succeeded: 'Succeeded', failed: 'Failed', canceled: 'Canceled' }
const stepLabels: Record<StepState, string> = {
  ...runLabels,
  pending: 'Pending',
  waiting: 'Waiting',
  skipped: 'Skipped',
  unknown: 'Unknown',
}
const Status = z.object({ detailsKind: z.string(), displayName: z.string() })
const Step = z.looseObject({
  name: z.string(),
  actionId: z.string(),
  status: Status,
  startTimestamp: z.string().optional(),
  endTimestamp: z.string().optional(),
  outputs: z.looseObject({}).optional(),
  error: z.string().optional(),
})
const RunAttributes = z.looseObject({
  id: z.string(),
  startTimestamp: z.string(),
  endTimestamp: z.string().optional(),
  instanceStatus: Status,
  source: z.looseObject({ kind: z.string() }),
})
export const RunResource = z
  .object({
    id: z.string(),
    type: z.literal('instances'),
    attributes: RunAttributes.extend({
      inputs: z.looseObject({}),
      steps: z.array(Step),
      error: z.string().optional(),
      x_local: z.looseObject({ workflow: z.looseObject({ id: z.string(), name: z.string() }) }),
    }),
  })
  .openapi('WorkflowInstance')
export const RunItem = z.object({ id: z.string(), type: z.literal('instances'), attributes: RunAttributes }).openapi('WorkflowInstanceItem')

const iso = (time: number) => new Date(time).toISOString()
const status = <S extends string>(state: S, labels: Record<S, string>) => ({ detailsKind: state.toUpperCase(), displayName: labels[state] })
const times = ({ began, ended }: { began?: number; ended?: number }) => ({
  ...(began !== undefined && { startTimestamp: iso(began) }),
  ...(ended !== undefined && { endTimestamp: iso(ended) }),
})
const runAttributes = ({ id, state, began, ended, trigger, by, cause, signal }: WorkflowRun) => ({
  id,
  startTimestamp: iso(began),
  ...(ended !== undefined && { endTimestamp: iso(ended) }),
  instanceStatus: status(state, runLabels),
  source: {
    kind: trigger,
    ...(by && { user: { uuid: by.uuid, handle: by.handle, name: by.name } }),
    ...(cause !== undefined && { cause }),
    ...(signal && { signal_id: signal.id, signal_title: signal.title }),
  },
})
export const runItem = (run: WorkflowRun): z.input<typeof RunItem> => ({ id: run.id, type: 'instances', attributes: runAttributes(run) })
export const runResource = (run: WorkflowRun): z.input<typeof RunResource> => ({
  id: run.id,
  type: 'instances',
  attributes: {
    ...runAttributes(run),
    inputs: run.inputs,
    steps: run.steps.map(({ name, action, state, outputs, error, branch, until, ...rest }) => ({
      ...{ name, actionId: action, status: status(state, stepLabels), ...times(rest as { began?: number; ended?: number }) },
      ...(branch !== undefined && { branch }),
      ...(until !== undefined && { until: iso(until) }),
      ...(outputs && { outputs }),
      ...(error !== undefined && { error }),
    })),
    ...(run.error !== undefined && { error: run.error }),
    x_local: { workflow: { ...run.workflow } },
  },
})
