import { z } from '@hono/zod-openapi'
import { attachmentTypes, type IncidentPart, type IncidentPartKind, type IncidentParts } from '../../shared/incident.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, restrictionsBeside, route, writeQuery } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import {
  AttachmentBody,
  AttachmentPatchBody,
  completedAt,
  ImpactBody,
  ImpactPatchBody,
  PartResource,
  partResource,
  ResponderBody,
  TodoBody,
} from './part-wire.ts'
import { Param } from './routes.ts'
import type { Shown } from './wire.ts'

interface Needs {
  getIncident(only: Restrictions, id: string): Promise<Shown>
  incidentParts<K extends IncidentPartKind>(id: string, kind: K): Promise<IncidentPart<K>[]>
  incidentPart<K extends IncidentPartKind>(id: string, kind: K, part: string): Promise<IncidentPart<K>>
  addIncidentPart<K extends IncidentPartKind>(ctx: WriteContext, id: string, kind: K, body: IncidentParts[K]): Promise<IncidentPart<K>>
  editIncidentPart<K extends IncidentPartKind>(
    ctx: WriteContext,
    id: string,
    kind: K,
    part: string,
    change: Partial<IncidentParts[K]>,
  ): Promise<IncidentPart<K>>
  removeIncidentPart(ctx: WriteContext, id: string, kind: IncidentPartKind, part: string): Promise<null>
  addResponder(ctx: WriteContext, id: string, user: string): Promise<IncidentPart<'responder'>>
  now(): number
}

const base = '/api/v2/incidents/{id}'
const PartParam = Param.extend({ part: z.string().min(1).max(64) })
const tags = ['Incidents']
const read = { tags, middleware: [requires('incident_read')] }
const write = { tags, middleware: [requires('incident_write')] }
const one = z.object({ data: PartResource })
const created = { 201: jsonAnswer(one, 'As it was made') }
const changed = { 200: jsonAnswer(one, 'As it is now') }
const include = z.string().max(256).optional()
const creating = <B extends z.ZodType>(body: B) => ({ params: Param, query: writeQuery.extend({ include }), ...jsonBody(body) })
const changing = <B extends z.ZodType>(body: B) => ({ params: PartParam, query: writeQuery.extend({ include }), ...jsonBody(body) })
const paths: Record<IncidentPartKind, string> = {
  todo: `${base}/relationships/todos`,
  impact: `${base}/impacts`,
  attachment: `${base}/attachments`,
  responder: `${base}/responders`,
}
const names: Record<IncidentPartKind, [one: string, many: string]> = {
  todo: ['a to-do', 'to-dos'],
  impact: ['an impact', 'impacts'],
  attachment: ['an attachment', 'attachments'],
  responder: ['a responder', 'responders'],
}
const pick = <O extends object>(change: O) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as { [K in keyof O]?: Exclude<O[K], undefined> }

/** To-dos, impacts, attachments and responders of incidents, in Datadog's form. */
export function incidentPartRoutes(needs: Needs) {
  const { getIncident, incidentParts, incidentPart, addIncidentPart, editIncidentPart, removeIncidentPart, addResponder, now } = needs
  const routes = createRouter()
  for (const kind of ['todo', 'impact', 'attachment', 'responder'] as const) {
    routes.openapi(
      route({
        ...read,
        method: 'get',
        path: paths[kind],
        summary: `List the ${names[kind][1]} of an incident`,
        request: {
          params: Param,
          query: z.object({ include, ...(kind === 'attachment' && { 'filter[attachment_type]': z.enum(attachmentTypes).optional() }) }),
        },
        responses: { 200: jsonAnswer(z.object({ data: z.array(PartResource) }), 'Oldest first') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const { commander } = await getIncident(restrictionsBeside(c), id)
        const type = c.req.query('filter[attachment_type]')
        const parts = (await incidentParts(id, kind)).filter(
          ({ body }) => !type || !('attachment_type' in body) || body.attachment_type === type,
        )
        return c.json({ data: parts.map(part => partResource(part, commander?.uuid)) }, 200)
      },
    )
    if (kind === 'todo' || kind === 'responder')
      routes.openapi(
        route({
          ...read,
          method: 'get',
          path: `${paths[kind]}/{part}`,
          summary: `Get ${names[kind][0]} of an incident`,
          request: { params: PartParam },
          responses: changed,
        }),
        async c => {
          const { id, part } = c.req.valid('param')
          const { commander } = await getIncident(restrictionsBeside(c), id)
          return c.json({ data: partResource(await incidentPart(id, kind, part), commander?.uuid) }, 200)
        },
      )
    routes.openapi(
      route({
        ...write,
        method: 'delete',
        path: `${paths[kind]}/{part}`,
        summary: `Delete ${names[kind][0]} of an incident`,
        request: { params: PartParam },
        responses: { 204: emptyAnswer('It is gone; the timeline says so') },
      }),
      async c => {
        const { id, part } = c.req.valid('param')
        await removeIncidentPart(c.var.write, id, kind, part)
        return c.body(null, 204)
      },
    )
  }
  return routes
    .openapi(
      route({
        ...write,
        method: 'post',
        path: paths.todo,
        summary: 'Add a to-do to an incident',
        request: creating(TodoBody),
        responses: created,
      }),
      async c => {
        const { content, assignees, due_date: due = null, completed = null } = c.req.valid('json').data.attributes
        const todo = { content, assignees, due_date: due, completed: completedAt(completed, now()) }
        return c.json({ data: partResource(await addIncidentPart(c.var.write, c.req.valid('param').id, 'todo', todo)) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${paths.todo}/{part}`,
        summary: 'Change a to-do of an incident',
        request: changing(TodoBody),
        responses: changed,
      }),
      async c => {
        const { id, part } = c.req.valid('param')
        const { content, assignees, due_date, completed } = c.req.valid('json').data.attributes
        const done = completed === undefined ? undefined : completedAt(completed, now())
        const change = pick({ content, assignees, due_date, completed: done })
        return c.json({ data: partResource(await editIncidentPart(c.var.write, id, 'todo', part, change)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: paths.impact,
        summary: 'Add an impact to an incident',
        request: creating(ImpactBody),
        responses: created,
      }),
      async c => {
        const { description, start_at = now(), end_at = null, fields } = c.req.valid('json').data.attributes
        const impact = { description, start_at, end_at, fields: (fields ?? {}) as IncidentParts['impact']['fields'] }
        return c.json({ data: partResource(await addIncidentPart(c.var.write, c.req.valid('param').id, 'impact', impact)) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${paths.impact}/{part}`,
        summary: 'Change an impact of an incident',
        request: changing(ImpactPatchBody),
        responses: changed,
      }),
      async c => {
        const { id, part } = c.req.valid('param')
        const { fields, ...rest } = c.req.valid('json').data.attributes
        const change = { ...pick(rest), ...(fields !== undefined && { fields: (fields ?? {}) as IncidentParts['impact']['fields'] }) }
        return c.json({ data: partResource(await editIncidentPart(c.var.write, id, 'impact', part, change)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: paths.attachment,
        summary: 'Attach a link or a postmortem to an incident',
        request: creating(AttachmentBody),
        responses: created,
      }),
      async c => {
        const { attachment_type, attachment } = c.req.valid('json').data.attributes
        const body = { attachment_type, title: attachment.title, url: attachment.documentUrl }
        return c.json({ data: partResource(await addIncidentPart(c.var.write, c.req.valid('param').id, 'attachment', body)) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${paths.attachment}/{part}`,
        summary: 'Change an attachment of an incident',
        request: changing(AttachmentPatchBody),
        responses: changed,
      }),
      async c => {
        const { id, part } = c.req.valid('param')
        const { title, documentUrl: url } = c.req.valid('json').data.attributes.attachment
        return c.json({ data: partResource(await editIncidentPart(c.var.write, id, 'attachment', part, pick({ title, url }))) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: paths.responder,
        summary: 'Add a responder to an incident',
        request: creating(ResponderBody),
        responses: created,
      }),
      async c => {
        const { id } = c.req.valid('param')
        const part = await addResponder(c.var.write, id, c.req.valid('json').data.relationships.user.data.id)
        const { commander } = await getIncident(restrictionsBeside(c), id)
        return c.json({ data: partResource(part, commander?.uuid) }, 201)
      },
    )
}
