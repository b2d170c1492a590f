import { z } from '@hono/zod-openapi'
import { type DenylistEntry, normaliseBlocked } from '../../shared/denylist.ts'
import type { PasslistChange, PasslistEntry, PasslistPayload } from '../../shared/passlist.ts'
import { print } from '../../shared/query/print.ts'
import { parseTime, TimeError } from '../../shared/time.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { type PassObjection, passObjections } from './passlist-guard.ts'
import { queryOfPasslist } from './passlist-query.ts'
import { readValue } from './wire.ts'

export interface PasslistNeeds {
  passlist(): Promise<PasslistEntry[]>
  passlistEntry(id: string): Promise<PasslistEntry>
  addToPasslist(ctx: WriteContext, payload: PasslistPayload): Promise<PasslistChange>
  changePasslist(ctx: WriteContext, id: string, payload: PasslistPayload): Promise<PasslistChange>
  removeFromPasslist(ctx: WriteContext, id: string): Promise<null>
  /** Bits of the widest range that goes without a confirmation. */
  widest(): { v4: number; v6: number }
  now: () => number
}

const tags = ['Response']
const base = '/api/v2/remote_config/products/asm/waf/exclusion_filters'
const read = { tags, middleware: [requires('appsec_protect_read')] }
const write = { tags, middleware: [requires('appsec_protect_write')] }
const params = z.object({ exclusion_filter_id: z.string().min(1).max(64) })

const Scope = z.strictObject({ env: z.string().max(200).optional(), service: z.string().max(200).optional() })
const Attributes = z.strictObject({
  description: z.string().min(1).max(512),
  enabled: z.boolean(),
  ip_list: z.array(z.string().min(1).max(128)).max(1000).default([]),
  on_match: z.enum(['monitor']).optional().openapi({
    description: 'monitor: trusted, which is watched and never blocked; left out: unmonitored, which is neither blocked nor makes signals',
  }),
  path_glob: z.string().max(1024).optional().openapi({ description: 'Only for logs of this path, `/admin/*`: they make no signals' }),
  parameters: z
    .array(z.string().min(1).max(512))
    .max(100)
    .optional()
    .openapi({ description: 'Only for logs of requests with one of these parameters' }),
  rules_target: z
    .array(z.record(z.string(), z.unknown()))
    .max(100)
    .optional()
    .openapi({ description: 'Refused: these rules run in the tracers' }),
  scope: z.array(Scope).max(100).optional().openapi({ description: 'Only for logs of one of these' }),
  x_local: z
    .strictObject({
      reason: z.string().max(4096).optional(),
      expires_at: z
        .union([z.string().max(64), z.number()])
        .nullable()
        .optional()
        .openapi({ description: 'Epoch ms, an ISO time, or now+7d; null: never' }),
      confirm: z
        .array(z.string().max(128))
        .max(1000)
        .optional()
        .openapi({ description: 'What x_local.objections of a dry run names, typed again: yes, all of that is to be spared' }),
    })
    .optional(),
})
const Body = z.strictObject({
  data: z.strictObject({ type: z.literal('exclusion_filter'), id: z.string().optional(), attributes: Attributes }),
})

const Resource = z.object({
  id: z.string(),
  type: z.literal('exclusion_filter'),
  attributes: z.looseObject({ description: z.string(), enabled: z.boolean(), ip_list: z.array(z.string()) }),
})
/** Blocks that an answer names; of more it says how many. */
const named = 1000
/** Objections that a refusal names: it must not outgrow what was sent. */
const said = 20
interface Outcome {
  lifted: readonly DenylistEntry[]
  /** Only in a dry run: else it was refused. */
  objections: readonly PassObjection[]
}
const resource = (entry: PasslistEntry, outcome?: Outcome): z.input<typeof Resource> => ({
  id: entry.id,
  type: 'exclusion_filter',
  attributes: {
    description: entry.description,
    enabled: entry.enabled,
    ip_list: entry.ip_list,
    ...(entry.on_match && { on_match: entry.on_match }),
    ...(entry.path_glob !== null && { path_glob: entry.path_glob }),
    ...(entry.parameters.length > 0 && { parameters: entry.parameters }),
    ...(entry.rules_target.length > 0 && { rules_target: entry.rules_target }),
    ...(entry.scope.length > 0 && { scope: entry.scope }),
    search_query: print(queryOfPasslist(entry)),
    metadata: {
      added_at: new Date(entry.created_at).toISOString(),
      added_by: entry.created_by.handle,
      added_by_name: entry.created_by.name,
      modified_at: new Date(entry.modified_at).toISOString(),
      modified_by: entry.modified_by.handle,
      modified_by_name: entry.modified_by.name,
    },
    x_local: {
      reason: entry.reason,
      expires_at: entry.expires_at,
      ...(outcome && {
        lifted: outcome.lifted.slice(0, named).map(({ id, kind, value }) => ({ id, kind, value })),
        lifted_count: outcome.lifted.length,
        ...(outcome.objections.length > 0 && { objections: outcome.objections.map(({ value, message }) => ({ value, message })) }),
      }),
    },
  },
})

const told =
  'What would spare very much, ranges wider than the settings let be blocked unasked or every path, is refused unless it is typed again in `x_local.confirm`. A dry run is not: `x_local.objections` says what is to be typed, `x_local.lifted` and `lifted_count` which blocks would end and how many.'
const keyOf = ({ field, value }: PassObjection) => `${field} ${value}`

/** What makes a filter one for a part of the traffic. */
const narrowings = ['path_glob', 'parameters', 'scope'] as const

/** Who is never to be blocked, as Datadog's exclusion filters. */
export const passlistRoutes = ({
  passlist,
  passlistEntry,
  addToPasslist,
  changePasslist,
  removeFromPasslist,
  widest,
  now,
}: PasslistNeeds) => {
  function payloadOf({ x_local: local, ...given }: z.output<typeof Attributes>): PasslistPayload {
    const { description, enabled, ip_list, on_match = null, path_glob = null, parameters = [], rules_target = [], scope = [] } = given
    const addresses = ip_list.map((text, i) => readValue('ip', text, `data.attributes.ip_list.${i}`))
    const refused = (field: string, message: string) =>
      new Refusal(400, 'invalid', message, { problems: [{ field: `data.attributes.${field}`, message }] })
    if (rules_target.length > 0)
      throw refused(
        'rules_target',
        'names rules of the tracers’ firewall, which do not run here: to look away from a rule, make a suppression',
      )
    const narrowing = narrowings.filter(name => (given[name]?.length ?? 0) > 0)
    if (on_match !== null && narrowing.length > 0)
      throw refused(narrowing[0]!, 'narrows whom to trust, but a block keeps all of an address out: trust it whole, or leave out on_match')
    if (addresses.length === 0 && (on_match !== null || narrowing.length === 0))
      throw refused('ip_list', 'is empty: the filter names nobody')
    if (scope.some(({ env, service }) => !env && !service))
      throw refused('scope', 'holds an entry without env and service, which is everything')
    const expires = local?.expires_at ?? null
    return {
      ...{ description, enabled, ip_list: [...new Set(addresses)], on_match, path_glob, parameters, rules_target },
      scope: scope.map(({ env, service }) => ({ ...(env !== undefined && { env }), ...(service !== undefined && { service }) })),
      reason: local?.reason ?? '',
      expires_at: expires === null ? null : readExpiry(expires, now()),
    }
  }
  /** What has to be typed and is not; what stands in the filter already is not asked again. A dry run is told, everything else refused. */
  function objectionsTo(
    payload: PasslistPayload,
    { ip_list, x_local: local }: z.output<typeof Attributes>,
    { dryRun }: WriteContext,
    before?: PasslistEntry,
  ): PassObjection[] {
    if (!payload.enabled) return []
    const stands = before?.enabled && (before.expires_at ?? Infinity) > now() && before.on_match === payload.on_match
    const known = new Set(stands ? passObjections(before, widest()).map(keyOf) : [])
    const typed = new Set(local?.confirm)
    const left = passObjections(payload, widest()).filter(one => !known.has(keyOf(one)) && !typed.has(one.value))
    if (left.length === 0 || dryRun) return left
    const pathOf = ({ field, value }: PassObjection) =>
      field === 'ip_list' ? `${field}.${ip_list.findIndex(text => normaliseBlocked('ip', text) === value)}` : field
    const problems = left.slice(0, said).map(one => ({
      field: `data.attributes.${pathOf(one)}`,
      message: `${one.message}. To spare it all the same, send ${one.value} in x_local.confirm`,
    }))
    throw new Refusal(400, 'guarded', problems.map(({ message }) => message).join('; '), { problems })
  }
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List the passlist',
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'The exclusion filters') },
      }),
      async c => c.json({ data: (await passlist()).map(entry => resource(entry)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Put addresses on the passlist, or trust them',
        request: jsonBody(Body),
        description: told,
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'The filter; x_local.lifted names the blocks that it ended') },
      }),
      async c => {
        const { attributes } = c.req.valid('json').data
        const payload = payloadOf(attributes)
        const objections = objectionsTo(payload, attributes, c.var.write)
        const { entry, lifted } = await addToPasslist(c.var.write, payload)
        return c.json({ data: resource(entry, { lifted, objections }) }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{exclusion_filter_id}`,
        summary: 'Get an exclusion filter',
        request: { params },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'The filter') },
      }),
      async c => c.json({ data: resource(await passlistEntry(c.req.valid('param').exclusion_filter_id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'put',
        path: `${base}/{exclusion_filter_id}`,
        summary: 'Change an exclusion filter',
        description: told,
        request: { params, ...jsonBody(Body) },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'The filter as it is now') },
      }),
      async c => {
        const { exclusion_filter_id: id } = c.req.valid('param')
        const { attributes } = c.req.valid('json').data
        const payload = payloadOf(attributes)
        const objections = objectionsTo(payload, attributes, c.var.write, await passlistEntry(id))
        const { entry, lifted } = await changePasslist(c.var.write, id, payload)
        return c.json({ data: resource(entry, { lifted, objections }) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{exclusion_filter_id}`,
        summary: 'Take an exclusion filter away',
        request: { params },
        responses: { 204: emptyAnswer('It is gone') },
      }),
      async c => {
        await removeFromPasslist(c.var.write, c.req.valid('param').exclusion_filter_id)
        return c.body(null, 204)
      },
    )
}

function readExpiry(given: string | number, now: number): number {
  const field = 'data.attributes.x_local.expires_at'
  const refused = (message: string) => new Refusal(400, 'invalid_time', message, { problems: [{ field, message }] })
  try {
    const time = parseTime(given, now)
    if (time <= now) throw refused('must lie in the future')
    return time
  } catch (error) {
    throw error instanceof TimeError ? refused(error.message) : error
  }
}
