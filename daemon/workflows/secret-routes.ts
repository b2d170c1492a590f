import { z } from '@hono/zod-openapi'
import type { WriteContext } from '../lib/actor.ts'
import { type Trail, writing } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { type KeptSecrets, SecretValue, secretName } from './kept-secrets.ts'

interface Needs extends Trail {
  secrets: KeptSecrets
}

const tags = ['Workflows']
const path = '/api/local/workflows/secrets'
const params = z.object({ name: secretName })
const Resource = z
  .object({ id: z.string(), type: z.literal('workflow_secret'), attributes: z.object({ hosts: z.array(z.string()) }) })
  .openapi('WorkflowSecret')

/** What steps sign and authorize themselves with. It goes in, and comes out only on its way to the hosts named with it. */
export const secretRoutes = ({ secrets, kept, record }: Needs) => {
  const resource = (name: string, hosts: string[]): z.input<typeof Resource> => ({
    id: name,
    type: 'workflow_secret',
    attributes: { hosts },
  })
  /** Kept beside the store: changed, then recorded, and put back where it cannot be. */
  async function change(ctx: WriteContext, name: string, value: z.output<typeof SecretValue> | undefined): Promise<void> {
    const before = secrets.read(name)
    const [action, verb] = value === undefined ? (['deleted', 'deleted'] as const) : (['modified', before ? 'changed' : 'created'] as const)
    const how = writing(ctx, { kept, record }, () => ({
      action: value && !before ? ('created' as const) : action,
      asset: { type: 'workflow_secret', id: name },
      message: `${verb} the secret ${name} of workflows`,
      before: before ? { secret: '***', hosts: before.hosts } : null,
      after: value ? { secret: value.value === before?.value ? '***' : 'changed', hosts: value.hosts } : null,
    }))
    if (await how.kept?.()) return
    if (!ctx.dryRun) await secrets.set(name, value)
    await how.record?.(null).catch(async (error: unknown) => {
      if (!ctx.dryRun) await secrets.set(name, before)
      throw error
    })
  }
  return createRouter()
    .openapi(
      route({
        tags,
        middleware: [requires('workflows_read')],
        method: 'get',
        path,
        summary: 'List the secrets of workflows',
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'Their names and where they may go, never what they are') },
      }),
      c => c.json({ data: secrets.list().map(({ name, hosts }) => resource(name, hosts)) }, 200),
    )
    .openapi(
      route({
        tags,
        middleware: [requires('workflows_write')],
        method: 'put',
        path: `${path}/{name}`,
        summary: 'Keep a secret for workflows',
        request: {
          params,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({ id: z.string().optional(), type: z.literal('workflow_secret').optional(), attributes: SecretValue }),
            }),
          ),
        },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'It is kept') },
      }),
      async c => {
        const { name } = c.req.valid('param')
        const value = c.req.valid('json').data.attributes
        await change(c.var.write, name, value)
        return c.json({ data: resource(name, value.hosts) }, 200)
      },
    )
    .openapi(
      route({
        tags,
        middleware: [requires('workflows_write')],
        method: 'delete',
        path: `${path}/{name}`,
        summary: 'Forget a secret of workflows',
        request: { params },
        responses: { 204: emptyAnswer('It is gone') },
      }),
      async c => {
        const { name } = c.req.valid('param')
        if (!secrets.read(name) && !(await kept(c.var.write))) throw new Refusal(404, 'not_found', `There is no secret ${name}`)
        await change(c.var.write, name, undefined)
        return c.body(null, 204)
      },
    )
}
