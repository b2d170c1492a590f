import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import { type Trail, writing } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, emptyAnswer, forbidden, jsonAnswer, may, resourceBody, route } from '../lib/http.ts'
import { type Changed, type View, type Viewer, ViewFields, type Views } from './views.ts'

interface Needs extends Trail {
  views: Views
}

const user = { tags: ['Explorer'], 'x-needs': 'user' }
const path = '/api/local/views'
const params = z.object({ id: z.string().min(1).max(128) })
const { name, track, shared, query, from, to, columns, sort, visualisation, facets, timeline } = ViewFields
const optional = {
  shared: shared.default(false),
  query: query.default(''),
  from: from.default('now-15m'),
  to: to.default('now'),
  columns: columns.default([]),
  sort,
  visualisation,
  facets: facets.default([]),
  timeline: timeline.default(true),
}
const body = <A extends z.ZodType>(attributes: A) => resourceBody('view', attributes)
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('view'),
    attributes: z.looseObject({ name: z.string(), track: z.string(), shared: z.boolean(), version: z.number(), default: z.boolean() }),
  })
  .openapi('View')
const one = z.object({ data: Resource })

/** Who asks. To see and keep views of one's own nothing more is needed than to be somebody. */
function viewerOf(c: Context<Env>): Viewer {
  const { user } = c.var.caller
  if (!user) throw new Refusal(403, 'forbidden', 'An API key alone has no views')
  return { uuid: user.uuid, handle: user.handle, name: user.name, mayManage: may(c, 'org_management') }
}
function checkSharing(c: Context<Env>, shared: boolean | undefined): void {
  if (shared && !may(c, 'security_monitoring_signals_write')) throw forbidden('security_monitoring_signals_write')
}

/** Views of the explorer that people have saved. */
export const viewRoutes = ({ views, ...trail }: Needs) => {
  const resource = (viewer: Viewer, { id, ...attributes }: View): z.input<typeof Resource> => ({
    id,
    type: 'view',
    attributes: { ...attributes, default: views.list(viewer).default === id },
  })
  const eventOf = (
    action: NewAuditEvent['action'],
    view: View | null,
    message: string,
    values: Pick<NewAuditEvent, 'before' | 'after'> = {},
  ) => ({
    action,
    asset: { type: 'view', id: view?.id ?? 'none', ...(view && { name: view.name }) },
    message,
    ...values,
  })

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path,
        summary: 'List saved views',
        ...user,
        responses: {
          200: jsonAnswer(z.object({ data: z.array(Resource), meta: z.object({ default: z.string().nullable() }) }), 'By name'),
        },
      }),
      c => {
        const viewer = viewerOf(c)
        const { views: found, default: chosen } = views.list(viewer)
        return c.json({ data: found.map(view => resource(viewer, view)), meta: { default: chosen } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path,
        summary: 'Save a view',
        ...user,
        request: body(z.strictObject({ name, track, ...optional })),
        responses: { 201: jsonAnswer(one, 'The view') },
      }),
      async c => {
        const viewer = viewerOf(c)
        const chosen = c.req.valid('json').data.attributes
        checkSharing(c, chosen.shared)
        const how = writing(c.var.write, trail, (view: View) =>
          eventOf('created', view, `saved the view “${view.name}”`, { after: valuesOf(view, chosen) }),
        )
        const view = await views.create(viewer, chosen, how)
        return c.json({ data: resource(viewer, view) }, 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: `${path}/default`,
        summary: 'Choose the view that one begins with',
        ...user,
        request: body(z.strictObject({ id: z.string().max(128).nullable().openapi({ description: 'null: none' }) })),
        responses: { 200: jsonAnswer(z.object({ data: Resource.nullable() }), 'The view') },
      }),
      async c => {
        const viewer = viewerOf(c)
        const { id } = c.req.valid('json').data.attributes
        const before = { default: views.list(viewer).default }
        const how = writing(c.var.write, trail, (view: View | null) =>
          eventOf('modified', view, view ? `chose the view “${view.name}” to begin with` : 'chose no view to begin with', {
            before,
            after: { default: id },
          }),
        )
        const view = await views.setDefault(viewer, id, how)
        return c.json({ data: view && resource(viewer, view) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: `${path}/{id}`,
        summary: 'Get a saved view',
        ...user,
        request: { params },
        responses: { 200: jsonAnswer(one, 'The view') },
      }),
      c => {
        const viewer = viewerOf(c)
        return c.json({ data: resource(viewer, views.get(viewer, c.req.valid('param').id)) }, 200)
      },
    )
    .openapi(
      route({
        method: 'patch',
        path: `${path}/{id}`,
        summary: 'Change a saved view',
        ...user,
        request: {
          params,
          ...body(z.strictObject({ ...z.strictObject(ViewFields).partial().shape, version: z.number().int().min(0).optional() })),
        },
        responses: { 200: jsonAnswer(one, 'As it is now'), 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime') },
      }),
      async c => {
        const viewer = viewerOf(c)
        const chosen = c.req.valid('json').data.attributes
        checkSharing(c, chosen.shared)
        const how = writing(c.var.write, trail, ({ before, after }: Changed) =>
          eventOf('modified', after, `changed the view “${after.name}”`, {
            before: valuesOf(before, chosen),
            after: valuesOf(after, chosen),
          }),
        )
        const { after } = await views.update(viewer, c.req.valid('param').id, chosen, how)
        return c.json({ data: resource(viewer, after) }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: `${path}/{id}`,
        summary: 'Delete a saved view',
        ...user,
        request: { params },
        responses: { 204: emptyAnswer('It is gone') },
      }),
      async c => {
        const how = writing(c.var.write, trail, (view: View) => eventOf('deleted', view, `deleted the view “${view.name}”`))
        await views.remove(viewerOf(c), c.req.valid('param').id, how)
        return c.body(null, 204)
      },
    )
}

/** What a view has at the members that somebody named. */
const valuesOf = (view: View, named: object): JsonObject =>
  Object.fromEntries(Object.keys(named).map(key => [key, view[key] ?? null])) as JsonObject
