import { z } from '@hono/zod-openapi'
import type { Json, JsonObject } from '../../shared/json.ts'
import { type RunState, runStates, type Workflow, type WorkflowRun } from '../../shared/workflow.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import { numberPaging } from '../lib/paging.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { params } from './routes.ts'
import { RunItem, RunResource, runItem, runResource } from './wire.ts'

interface Needs {
  getWorkflow(id: string): Promise<Workflow>
  /** Checks what the first steps would ask, too. */
  startRun(only: Restrictions, ctx: WriteContext, id: string, given: { inputs: JsonObject; signal_id: string | null }): Promise<WorkflowRun>
  runs(
    only: Restrictions,
    workflow: string,
    page: { limit: number; offset: number },
  ): Promise<{ runs: WorkflowRun[]; counts: Record<RunState, number> }>
  run(only: Restrictions, workflow: string, id: string): Promise<WorkflowRun>
  cancelRun(only: Restrictions, ctx: WriteContext, workflow: string, id: string): Promise<WorkflowRun>
}

const tags = ['Workflows']
const base = '/api/v2/workflows/{workflow_id}/instances'
const read = { tags, middleware: [requires('workflows_read')] }
const execute = { tags, middleware: [requires('workflows_run')] }
const instance = params.extend({ instance_id: z.uuid() })
const CreateBody = z.looseObject({
  meta: z
    .looseObject({
      payload: z
        .record(z.string().max(64), z.unknown() as z.ZodType<Json>)
        .default({})
        .openapi({ description: 'Its inputs, by name' }),
      x_local: z
        .strictObject({ signal_id: z.string().min(1).max(128).openapi({ description: 'Run it on this signal: needs a securityTrigger' }) })
        .optional(),
    })
    .prefault({}),
})

/** Runs of workflows, which Datadog calls instances. */
export const runRoutes = ({ getWorkflow, startRun, runs, run, cancelRun }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List the runs of a workflow',
        request: { params, query: z.object(numberPaging) },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(RunItem),
              meta: z.looseObject({
                page: z.object({ totalCount: z.number() }),
                succeededCount: z.number(),
                failedCount: z.number(),
                canceledCount: z.number(),
              }),
            }),
            'Newest first',
          ),
        },
      }),
      async c => {
        const { 'page[size]': limit, 'page[number]': number } = c.req.valid('query')
        const found = await runs(restrictionsOf(c), c.req.valid('param').workflow_id, { limit, offset: limit * number })
        const { running, succeeded, failed, canceled } = found.counts
        return c.json(
          {
            data: found.runs.map(runItem),
            meta: {
              page: { totalCount: runStates.reduce((sum, state) => sum + found.counts[state], 0) },
              ...{ succeededCount: succeeded, failedCount: failed, canceledCount: canceled, runningCount: running },
            },
          },
          200,
        )
      },
    )
    .openapi(
      route({
        ...execute,
        method: 'post',
        path: base,
        summary: 'Run a workflow',
        request: { params, ...jsonBody(CreateBody, false) },
        responses: {
          200: jsonAnswer(z.object({ data: RunResource, meta: z.object({ workflowId: z.string() }) }), 'The run, which goes on by itself'),
          409: jsonAnswer(z.looseObject({}), 'The workflow is not published'),
          429: jsonAnswer(z.looseObject({}), 'Too many runs go on'),
        },
      }),
      async c => {
        const { workflow_id: id } = c.req.valid('param')
        const { payload, x_local: local } = c.req.valid('json').meta
        const begun = await startRun(restrictionsOf(c), c.var.write, id, { inputs: payload, signal_id: local?.signal_id ?? null })
        return c.json({ data: runResource(begun), meta: { workflowId: id } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{instance_id}`,
        summary: 'Get a run of a workflow',
        request: { params: instance },
        responses: { 200: jsonAnswer(z.object({ data: RunResource }), 'With its steps') },
      }),
      async c => {
        const { workflow_id: workflow, instance_id: id } = c.req.valid('param')
        await getWorkflow(workflow)
        return c.json({ data: runResource(await run(restrictionsOf(c), workflow, id)) }, 200)
      },
    )
    .openapi(
      route({
        ...execute,
        method: 'put',
        path: `${base}/{instance_id}/cancel`,
        summary: 'Cancel a run of a workflow',
        request: { params: instance },
        responses: { 200: jsonAnswer(z.object({ data: RunResource }), 'As it is now: one that is over stays as it is') },
      }),
      async c => {
        const { workflow_id: workflow, instance_id: id } = c.req.valid('param')
        await getWorkflow(workflow)
        return c.json({ data: runResource(await cancelRun(restrictionsOf(c), c.var.write, workflow, id)) }, 200)
      },
    )
