import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Permission } from '../../shared/permissions.ts'
import { maxQueryLength } from '../../shared/query/limits.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import {
  createRouter,
  type Env,
  emptyAnswer,
  forbidden,
  jsonAnswer,
  jsonBody,
  may,
  requires,
  restrictionsBeside,
  route,
  writeQuery,
} from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { IncidentChange } from './change.ts'
import { partResource } from './part-wire.ts'
import type { IncidentFacets } from './search.ts'
import {
  CreateBody,
  defaultType,
  IncidentResource,
  Included,
  incidentResource,
  type Shown,
  splitFields,
  TypeResource,
  UpdateBody,
  userResource,
} from './wire.ts'

type Declared = Omit<z.output<typeof CreateBody>['data']['attributes'], 'initial_cells' | 'incident_type_uuid' | 'x_local' | 'fields'>
interface Wanted extends Declared {
  severity: Shown['severity']
  state: Shown['state']
  fields: Shown['fields']
  /** By uuid; absent: who declares it. */
  commander?: string | null
  notes: string[]
  signals: string[]
  case?: string
}
interface Page {
  offset: number
  size: number
}
interface Needs {
  listIncidents(only: Restrictions, page: Page): Promise<Shown[]>
  searchIncidents(
    only: Restrictions,
    asked: Page & { query: string; sort: 'created' | '-created' },
  ): Promise<{ incidents: Shown[]; total: number; facets: IncidentFacets }>
  getIncident(only: Restrictions, id: string): Promise<Shown>
  createIncident(only: Restrictions, ctx: WriteContext, wanted: Wanted): Promise<Shown>
  updateIncident(
    only: Restrictions,
    ctx: WriteContext,
    id: string,
    wanted: Omit<IncidentChange, 'commander'> & { commander?: string | null },
  ): Promise<Shown>
  deleteIncident(ctx: WriteContext, id: string): Promise<null>
  /** Refuses a query that cannot be read. */
  checkQuery(query: string, field: string): string
}

const tags = ['Incidents']
const base = '/api/v2/incidents'
export const Param = z.object({ id: z.string().min(1).max(64).openapi({ description: 'UUID, or public id' }) })
const read = { tags, middleware: [requires('incident_read')] }
const write = { tags, middleware: [requires('incident_write')] }
const include = z.string().max(256).optional().openapi({ description: 'users, attachments, or both with a comma between them' })
const paging = {
  'page[size]': z.coerce.number().int().min(1).max(100).default(10),
  'page[offset]': z.coerce.number().int().min(0).default(0),
}
const one = z.object({ data: IncidentResource, included: Included.optional() })
const Pagination = z.object({ pagination: z.object({ offset: z.number(), next_offset: z.number(), size: z.number() }) })
const stale = { 409: jsonAnswer(z.looseObject({}), 'Somebody else changed the incident in the meantime') }

function checkMay(c: Context<Env>, permission: Permission): void {
  if (!may(c, permission)) throw forbidden(permission)
}

/** What stands beside incidents where it is asked for: each user and each attachment once. */
function includedWith(incidents: readonly Shown[], asked = ''): z.input<typeof Included> {
  const names = asked.split(',')
  const users = names.includes('users') ? incidents.flatMap(({ users }) => users) : []
  const attachments = names.includes('attachments') ? incidents.flatMap(({ attachments }) => attachments) : []
  return [...new Map(users.map(user => [user.uuid, userResource(user)])).values(), ...attachments.map(part => partResource(part))]
}
export const shownTo = (c: Context<Env>) => (incident: Shown) => incidentResource(incident, may(c, 'cases_read'))
const answer = (c: Context<Env>, incident: Shown, asked?: string) => ({
  data: shownTo(c)(incident),
  included: includedWith([incident], asked),
})
const pagination = ({ 'page[offset]': offset }: { 'page[offset]': number }, size: number) => ({
  pagination: { offset, next_offset: offset + size, size },
})

/** Incidents in Datadog's form. */
export const incidentRoutes = (needs: Needs) => {
  const { listIncidents, searchIncidents, getIncident, createIncident, updateIncident, deleteIncident, checkQuery } = needs
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List incidents',
        request: { query: z.object({ include, ...paging }) },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.array(IncidentResource), included: Included, meta: Pagination }),
            'The incidents, the latest first',
          ),
        },
      }),
      async c => {
        const query = c.req.valid('query')
        const found = await listIncidents(restrictionsBeside(c), { offset: query['page[offset]'], size: query['page[size]'] })
        return c.json(
          { data: found.map(shownTo(c)), included: includedWith(found, query.include), meta: pagination(query, found.length) },
          200,
        )
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Declare an incident',
        description:
          'With signals or a case, these become part of it in the same step; that needs security_monitoring_signals_write, and of a case cases_write too.',
        request: jsonBody(CreateBody),
        responses: { 201: jsonAnswer(one, 'The incident') },
      }),
      async c => {
        const { attributes, relationships } = c.req.valid('json').data
        const { initial_cells: cells, incident_type_uuid: type, x_local: local, fields, ...rest } = attributes
        if (local.signals.length > 0 || local.case !== undefined) checkMay(c, 'security_monitoring_signals_write')
        if (local.case !== undefined) checkMay(c, 'cases_write')
        if (type !== undefined && type !== defaultType.id)
          throw new Refusal(400, 'unknown_type', `There is no incident type ${type}`, {
            problems: [{ field: 'data.attributes.incident_type_uuid', message: 'is no type of incident' }],
          })
        const commander = relationships?.commander_user
        const incident = await createIncident(restrictionsBeside(c), c.var.write, {
          ...rest,
          ...{ severity: 'UNKNOWN', state: 'active', ...splitFields(fields) },
          ...(commander && { commander: commander.data?.id ?? null }),
          notes: cells.map(({ content }) => content.content),
          signals: local.signals,
          ...(local.case !== undefined && { case: local.case }),
        })
        return c.json(answer(c, incident, 'users'), 201)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/search`,
        summary: 'Search incidents',
        request: {
          query: z.object({
            query: z.string().max(maxQueryLength).default(''),
            sort: z.enum(['created', '-created']).default('-created'),
            include,
            ...paging,
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                type: z.literal('incidents_search_results'),
                attributes: z.object({
                  total: z.number(),
                  facets: z.looseObject({}),
                  incidents: z.array(z.object({ data: IncidentResource })),
                }),
              }),
              included: Included,
              meta: Pagination,
            }),
            'What the query finds, with facets of all of it',
          ),
        },
      }),
      async c => {
        const { query, sort, include: asked, ...page } = c.req.valid('query')
        const found = await searchIncidents(restrictionsBeside(c), {
          query: checkQuery(query, 'query'),
          sort,
          offset: page['page[offset]'],
          size: page['page[size]'],
        })
        const { incidents, total, facets } = found
        return c.json(
          {
            data: {
              type: 'incidents_search_results' as const,
              attributes: { total, facets, incidents: incidents.map(incident => ({ data: shownTo(c)(incident) })) },
            },
            included: includedWith(incidents, asked),
            meta: pagination(page, incidents.length),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/config/types`,
        summary: 'List types of incidents',
        responses: { 200: jsonAnswer(z.object({ data: z.array(TypeResource) }), 'The one that there is') },
      }),
      c => c.json({ data: [defaultType] }, 200),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}`,
        summary: 'Get an incident',
        request: { params: Param, query: z.object({ include }) },
        responses: { 200: jsonAnswer(one, 'The incident') },
      }),
      async c => c.json(answer(c, await getIncident(restrictionsBeside(c), c.req.valid('param').id), c.req.valid('query').include), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Change an incident',
        request: { params: Param, query: writeQuery.extend({ include }), ...jsonBody(UpdateBody) },
        responses: { 200: jsonAnswer(one, 'The incident as it is now'), ...stale },
      }),
      async c => {
        const { attributes, relationships } = c.req.valid('json').data
        const { fields, x_local: local, ...rest } = attributes
        const commander = relationships?.commander_user
        const incident = await updateIncident(restrictionsBeside(c), c.var.write, c.req.valid('param').id, {
          ...rest,
          ...(fields && splitFields(fields)),
          ...(commander && { commander: commander.data?.id ?? null }),
          ...(local && { version: local.version }),
        })
        return c.json(answer(c, incident, c.req.valid('query').include), 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Delete an incident',
        request: { params: Param },
        responses: { 204: emptyAnswer('It is gone, and its signals are part of it no more') },
      }),
      async c => {
        await deleteIncident(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
}
