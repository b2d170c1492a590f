import { z } from '@hono/zod-openapi'
import { type Pivot, pivotKinds } from '../../shared/pivot.ts'
import { type Trail, writing } from '../lib/document.ts'
import { createRouter, emptyAnswer, jsonAnswer, readVersion, requires, resourceBody, route } from '../lib/http.ts'
import { putting } from '../lib/named.ts'
import { type Listed, PivotFields, PivotName, type Pivots, versionOfPivot } from './pivots.ts'

interface Needs extends Trail {
  pivots: Pivots
}

const path = '/api/local/pivots'
const params = z.object({ name: PivotName })
const read = { tags: ['Pivot links'], middleware: [requires('security_monitoring_signals_read')] }
const write = { tags: ['Pivot links'], middleware: [requires('org_management')] }
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('pivot'),
    attributes: z.object({
      name: z.string(),
      template: z.string().openapi({ description: '`{value}` in it stands for the value, percent-encoded' }),
      kinds: z.array(z.enum(pivotKinds)),
      intranet: z.boolean().openapi({ description: 'Private addresses may go there, whatever its host is called' }),
      enabled: z.boolean(),
      built_in: z.boolean().openapi({ description: 'It comes with Signalbox; deleted, it is again as it came' }),
      changed: z.boolean().openapi({ description: 'It comes with Signalbox, and is not as it came' }),
      version: z.string(),
    }),
  })
  .openapi('Pivot')
const attributesOf = ({ name, template, kinds, intranet, enabled }: Pivot) => ({ name, template, kinds: [...kinds], intranet, enabled })
const resource = ({ builtIn, changed, ...pivot }: Listed): z.input<typeof Resource> => ({
  id: pivot.name,
  type: 'pivot',
  attributes: { ...attributesOf(pivot), built_in: builtIn, changed, version: versionOfPivot(pivot) },
})
const one = z.object({ data: Resource })

/** Links that lead from an address, a domain, a hash … to a site that knows more of it. The daemon keeps them and opens none. */
export const pivotRoutes = ({ pivots, ...trail }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path,
        summary: 'List the pivot links',
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'Your own first, then those that come with Signalbox') },
      }),
      c => c.json({ data: pivots.list().map(resource) }, 200),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${path}/{name}`,
        summary: 'Get a pivot link',
        request: { params },
        responses: { 200: jsonAnswer(one, 'The link') },
      }),
      c => c.json({ data: resource(pivots.get(c.req.valid('param').name)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'put',
        path: `${path}/{name}`,
        summary: 'Add or change a pivot link',
        request: { params, ...resourceBody('pivot', z.strictObject({ ...PivotFields, version: readVersion })) },
        responses: { 200: jsonAnswer(one, 'As it is now'), 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime') },
      }),
      async c => {
        const { name } = c.req.valid('param')
        const how = putting(c.var.write, trail, { type: 'pivot', name, called: `pivot link “${name}”`, attributesOf })
        const { version, ...fields } = c.req.valid('json').data.attributes
        const { after } = await pivots.put({ name, ...fields }, version, how)
        const builtIn = pivots.isBuiltIn(name)
        return c.json({ data: resource({ ...after, builtIn, changed: builtIn }) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${path}/{name}`,
        summary: 'Delete a pivot link, or put one that comes with Signalbox back as it came',
        request: { params },
        responses: { 204: emptyAnswer('It is gone, or as it came') },
      }),
      async c => {
        const { name } = c.req.valid('param')
        const how = writing(c.var.write, trail, (before: Pivot) => ({
          action: pivots.isBuiltIn(name) ? 'modified' : 'deleted',
          asset: { type: 'pivot', id: name, name },
          message: pivots.isBuiltIn(name) ? `put the pivot link “${name}” back as it came` : `deleted the pivot link “${name}”`,
          before: attributesOf(before),
        }))
        await pivots.remove(name, how)
        return c.body(null, 204)
      },
    )
