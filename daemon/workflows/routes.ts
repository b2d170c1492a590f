import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Permission } from '../../shared/permissions.ts'
import type { Workflow, WorkflowPayload } from '../../shared/workflow.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, emptyAnswer, jsonAnswer, jsonBody, may, requires, route } from '../lib/http.ts'
import { checkAddresses } from './addresses.ts'
import { checkWorkflow } from './check.ts'
import { doubtsAbout, type Known } from './doubts.ts'
import { CreateBody, triggersOf, UpdateBody, WorkflowResource, workflowResource } from './wire.ts'

type Checked = ReturnType<typeof checkWorkflow>
interface Needs {
  workflows(): Promise<Workflow[]>
  getWorkflow(id: string): Promise<Workflow>
  createWorkflow(ctx: WriteContext, payload: Checked): Promise<Workflow>
  updateWorkflow(ctx: WriteContext, id: string, payload: Checked, version?: number): Promise<Workflow>
  deleteWorkflow(ctx: WriteContext, id: string): Promise<null>
  /** Why an action cannot be used here now. */
  off(action: string): string | undefined
  /** What is wrong with who is to be told; undefined where it is nothing. */
  wrongTarget(target: string): string | undefined
  /** What steps can name now. */
  known(): Promise<Known>
  /** Refuses an address that would not be asked. */
  checkAddress(url: string): Promise<void>
}

const tags = ['Workflows']
const base = '/api/v2/workflows'
const read = { tags, middleware: [requires('workflows_read')] }
const write = { tags, middleware: [requires('workflows_write')] }
export const params = z.object({ workflow_id: z.uuid() })
const one = z.object({ data: WorkflowResource })
const flag = z.enum(['true', 'false']).default('false')

const by = (of: (workflow: Workflow) => string | number) => (a: Workflow, b: Workflow) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0)
const orders: Record<string, (a: Workflow, b: Workflow) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  createdAt: by(({ created }) => created),
  updatedAt: by(({ updated }) => updated),
  creatorName: by(({ creator }) => creator.name),
  ownerName: by(({ owner }) => owner.name),
}
const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  page: z.coerce.number().int().min(0).default(0),
  sort: z.string().max(200).optional(),
  'filter[query]': z.string().max(512).default(''),
  'filter[triggerIds]': z.union([z.string(), z.array(z.string())]).optional(),
  'filter[includeUnpublished]': flag,
  'filter[includeSpecs]': flag,
})
type ListQuery = z.output<typeof ListQuery>

/** A substring of name, creator or handle; with a colon a tag. */
function matches({ name, handle, creator, tags }: Workflow, query: string): boolean {
  const text = query.toLowerCase()
  if (text.includes(':')) return tags.some(tag => tag.toLowerCase() === text)
  return [name, handle, creator.name].some(value => value.toLowerCase().includes(text))
}
function sorted(workflows: Workflow[], sort: string): Workflow[] {
  const keys = sort.split(',').map(key => {
    const compare = orders[key.replace('-', '')]
    if (!compare)
      throw new Refusal(400, 'invalid', `sort knows ${Object.keys(orders).join(', ')}`, {
        problems: [{ field: 'sort', message: `must be of ${Object.keys(orders).join(', ')}` }],
      })
    return key.startsWith('-') ? (a: Workflow, b: Workflow) => compare(b, a) : compare
  })
  return workflows.sort((a, b) => keys.reduce((order, compare) => order || compare(a, b), 0))
}
function listed(all: Workflow[], query: ListQuery): Workflow[] {
  const triggers = [query['filter[triggerIds]'] ?? []].flat()
  const found = all.filter(
    workflow =>
      (workflow.published || query['filter[includeUnpublished]'] === 'true') &&
      matches(workflow, query['filter[query]']) &&
      (triggers.length === 0 || triggersOf(workflow).some(name => triggers.includes(name))),
  )
  return query.sort === undefined ? found : sorted(found, query.sort)
}

/** Definitions of workflows, in Datadog's form. */
export const workflowRoutes = ({
  workflows,
  getWorkflow,
  createWorkflow,
  updateWorkflow,
  deleteWorkflow,
  off,
  wrongTarget,
  known,
  checkAddress,
}: Needs) => {
  async function checked(c: Context<Env>, payload: WorkflowPayload): Promise<Checked> {
    const checked = checkWorkflow(payload, { may: (permission: Permission) => may(c, permission), off, wrongTarget })
    await checkAddresses(checked.spec, null, 'data.attributes.spec', checkAddress)
    return checked
  }
  async function resourceOf() {
    const there = await known()
    return (workflow: Workflow, withSpec = true) => workflowResource(workflow, doubtsAbout(workflow, there), withSpec)
  }
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List workflows',
        request: { query: ListQuery },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(WorkflowResource),
              meta: z.object({ page: z.object({ totalCount: z.number(), totalFilteredCount: z.number() }) }),
            }),
            'By name unless sorted otherwise; those that are not published, and definitions, only where they are asked for',
          ),
        },
      }),
      async c => {
        const query = c.req.valid('query')
        // repeated, a parameter comes as one with its last value
        const triggers = c.req.queries('filter[triggerIds]')
        const all = await workflows()
        const found = listed([...all], { ...query, ...(triggers && { 'filter[triggerIds]': triggers }) })
        const resource = await resourceOf()
        const page = found.slice(query.limit * query.page, query.limit * (query.page + 1))
        return c.json(
          {
            data: page.map(workflow => resource(workflow, query['filter[includeSpecs]'] === 'true')),
            meta: { page: { totalCount: all.length, totalFilteredCount: found.length } },
          },
          200,
        )
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Create a workflow',
        request: jsonBody(CreateBody),
        responses: { 201: jsonAnswer(one, 'The workflow') },
      }),
      async c => {
        const { createdAt: _, updatedAt: __, x_local: ___, ...payload } = c.req.valid('json').data.attributes
        const made = await createWorkflow(c.var.write, await checked(c, payload))
        return c.json({ data: (await resourceOf())(made) }, 201)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{workflow_id}`,
        summary: 'Get a workflow',
        request: { params },
        responses: { 200: jsonAnswer(one, 'With its definition') },
      }),
      async c => c.json({ data: (await resourceOf())(await getWorkflow(c.req.valid('param').workflow_id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{workflow_id}`,
        summary: 'Change a workflow',
        request: { params, ...jsonBody(UpdateBody) },
        responses: { 200: jsonAnswer(one, 'As it is now'), 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime') },
      }),
      async c => {
        const { workflow_id: id } = c.req.valid('param')
        const { createdAt: _, updatedAt: __, x_local: local, ...update } = c.req.valid('json').data.attributes
        const before = await getWorkflow(id)
        const { name, description, published, tags, spec } = before
        const given = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined))
        const payload = await checked(c, { name, description, published, tags, spec, ...given })
        const changed = await updateWorkflow(c.var.write, id, payload, local?.version)
        return c.json({ data: (await resourceOf())(changed) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{workflow_id}`,
        summary: 'Delete a workflow',
        request: { params },
        responses: { 204: emptyAnswer('It is gone, with its runs') },
      }),
      async c => {
        await deleteWorkflow(c.var.write, c.req.valid('param').workflow_id)
        return c.body(null, 204)
      },
    )
}
