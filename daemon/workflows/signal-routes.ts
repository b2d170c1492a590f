import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../shared/json.ts'
import type { Workflow, WorkflowRun } from '../../shared/workflow.ts'
import { createRouter, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { forSignal } from './suggest.ts'
import { RunResource, runResource } from './wire.ts'

interface Needs {
  workflows(): Promise<Workflow[]>
  runsAbout(only: Restrictions, signal: string): Promise<{ runs: WorkflowRun[]; signal: JsonObject; tags: string[] }>
}

const read = { tags: ['Workflows'], middleware: [requires('workflows_read'), requires('security_monitoring_signals_read')] }
const params = z.object({ id: z.string().min(1).max(128) })
const Choice = z.object({
  id: z.string(),
  type: z.literal('workflow_choice'),
  attributes: z.object({
    name: z.string(),
    description: z.string(),
    handle: z.string(),
    inputs: z.array(z.looseObject({ name: z.string(), type: z.string() })),
    suggested: z.boolean().openapi({ description: 'One of the three that share most tags with the signal' }),
    shared_tags: z.array(z.string()),
  }),
})

/** What can be run on a signal, and what was. */
export const signalWorkflowRoutes = ({ workflows, runsAbout }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/signals/{id}/workflows',
        summary: 'List the workflows that can be run on a signal',
        request: { params },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.array(Choice), meta: z.object({ signal: z.looseObject({}) }) }),
            'Published ones with a securityTrigger; the signal as templates see it under Source.signal',
          ),
        },
      }),
      async c => {
        const { signal, tags } = await runsAbout(restrictionsOf(c), c.req.valid('param').id)
        const data = forSignal(await workflows(), tags).map(({ workflow: { id, name, description, handle, spec }, shared, suggested }) => ({
          id,
          type: 'workflow_choice' as const,
          attributes: { name, description, handle, inputs: spec.inputSchema?.parameters ?? [], suggested, shared_tags: shared },
        }))
        return c.json({ data, meta: { signal } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/signals/{id}/workflow_runs',
        summary: 'List the runs of workflows on a signal',
        request: { params },
        responses: { 200: jsonAnswer(z.object({ data: z.array(RunResource) }), 'The latest first') },
      }),
      async c => {
        const { runs } = await runsAbout(restrictionsOf(c), c.req.valid('param').id)
        return c.json({ data: runs.map(runResource) }, 200)
      },
    )
