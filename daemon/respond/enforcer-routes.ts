import { z } from '@hono/zod-openapi'
import type { Bouncer } from '../../shared/bouncer.ts'
import type { WriteContext } from '../lib/actor.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import type { Enforcer } from '../lib/kinds.ts'
import { OutboundError } from '../lib/outbound.ts'
import type { EnforcerSecrets } from './enforcer-secrets.ts'
import { enforcers } from './enforcers/index.ts'

export interface EnforcerNeeds {
  bouncers(): Promise<Bouncer[]>
  createEnforcer(ctx: WriteContext, given: { name: string; kind: string; options: Record<string, string> }): Promise<Bouncer>
  changeEnforcer(ctx: WriteContext, id: string, change: { name?: string }, secrets: string[]): Promise<Bouncer>
  enforcerSecrets: EnforcerSecrets
  /** Refuses an address that would not be asked. */
  checkAddress(url: string): Promise<void>
  /** There may be something to tell. */
  tell(): void
}

const tags = ['Bouncers']
const base = '/api/local/enforcers'
const params = z.object({ id: z.string().min(1).max(64) })
const Name = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes and underscores')
const Secrets = z.record(z.string().max(64), z.string().min(1).max(4096).nullable()).default({})
const type = z.literal('enforcer').optional()
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('enforcer'),
    attributes: z.object({
      name: z.string(),
      kind: z.string(),
      options: z.record(z.string(), z.string()),
      secrets: z.array(z.string()).openapi({ description: 'Names of those that are kept; what they are is never shown' }),
      error: z.object({ at: z.number(), message: z.string() }).nullable(),
      left: z.number().openapi({ description: 'Entries that it has no room for' }),
      told_at: z.number().nullable().openapi({ description: 'When it last acknowledged everything' }),
    }),
  })
  .openapi('Enforcer')
const Kind = z.object({ kind: z.string(), label: z.string(), options: z.array(z.string()), secrets: z.array(z.string()) })

/** Enforcers that do not ask, and are told: what each has to know goes in here, and its secrets never come out. */
export const enforcerRoutes = ({ bouncers, createEnforcer, changeEnforcer, enforcerSecrets, checkAddress, tell }: EnforcerNeeds) => {
  const resource = ({ id, name, push, instances }: Bouncer): z.input<typeof Resource> => {
    const { kind, options, error, left } = push!
    const secrets = enforcers.find(one => one.kind === kind)?.secrets.filter(field => enforcerSecrets.has(id, field)) ?? []
    return { id, type: 'enforcer', attributes: { name, kind, options, secrets, error, left, told_at: instances[0]?.last_pull ?? null } }
  }
  return createRouter()
    .openapi(
      route({
        tags,
        middleware: [requires('appsec_protect_read')],
        method: 'get',
        path: base,
        summary: 'List the enforcers that are told, and the kinds that there can be',
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource), meta: z.object({ kinds: z.array(Kind) }) }), 'By name') },
      }),
      async c => {
        const kinds = enforcers.map(({ kind, label, options, secrets }) => ({
          kind,
          label,
          options: Object.keys(options.shape),
          secrets: [...secrets],
        }))
        return c.json({ data: (await bouncers()).filter(({ push }) => push).map(resource), meta: { kinds } }, 200)
      },
    )
    .openapi(
      route({
        tags,
        middleware: [requires('appsec_protect_write')],
        method: 'post',
        path: base,
        summary: 'Set up an enforcer that is told',
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type,
              attributes: z.strictObject({
                name: Name,
                kind: z.enum(enforcers.map(({ kind }) => kind)),
                options: z.record(z.string().max(64), z.string().max(2048)),
                secrets: Secrets,
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(z.object({ data: Resource }), 'The enforcer; it is told at once, and as often as something changes') },
      }),
      async c => {
        const { name, kind, options, secrets } = c.req.valid('json').data.attributes
        const enforcer = enforcers.find(one => one.kind === kind)!
        checkOptions(enforcer, options)
        checkSecrets(enforcer, secrets)
        if (options['endpoint'] !== undefined) await checkAddress(options['endpoint']).catch(refuseEndpoint)
        const made = await createEnforcer(c.var.write, { name, kind, options })
        if (!c.var.write.dryRun) await enforcerSecrets.set(made.id, secrets)
        tell()
        return c.json({ data: resource(made) }, 201)
      },
    )
    .openapi(
      route({
        tags,
        middleware: [requires('appsec_protect_write')],
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Rename an enforcer, or give it other secrets; null forgets one',
        request: {
          params,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({
                type,
                id: z.string().optional(),
                attributes: z.strictObject({ name: Name.optional(), secrets: Secrets }),
              }),
            }),
          ),
        },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'The enforcer as it is now') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const { name, secrets } = c.req.valid('json').data.attributes
        const before = (await bouncers()).find(one => one.id === id && one.push)
        if (!before) throw new Refusal(404, 'not_found', `There is no enforcer ${id}`)
        checkSecrets(enforcers.find(one => one.kind === before.push!.kind)!, secrets)
        const after = await changeEnforcer(c.var.write, id, name === undefined ? {} : { name }, Object.keys(secrets))
        if (!c.var.write.dryRun) await enforcerSecrets.set(id, secrets)
        tell()
        return c.json({ data: resource(after) }, 200)
      },
    )
}

const refused = (problems: Problem[]) => new Refusal(400, 'invalid', `${problems[0]!.field}: ${problems[0]!.message}`, { problems })

function checkOptions({ options: schema, holds }: Enforcer, options: Record<string, string>): void {
  const read = schema.safeParse(options)
  if (!read.success)
    throw refused(read.error.issues.map(({ path, message }) => ({ field: ['data.attributes.options', ...path].join('.'), message })))
  const { v4, v6, users } = holds(options)
  if (!v4 && !v6 && !users) throw refused([{ field: 'data.attributes.options', message: 'names nothing that could hold an entry' }])
}
function checkSecrets({ secrets: known }: Enforcer, given: Record<string, string | null>): void {
  const unknown = Object.keys(given).find(name => !known.includes(name))
  if (unknown !== undefined) throw refused([{ field: `data.attributes.secrets.${unknown}`, message: `is none of ${known.join(', ')}` }])
}
function refuseEndpoint(error: unknown): never {
  if (error instanceof OutboundError) throw refused([{ field: 'data.attributes.options.endpoint', message: error.message }])
  throw error
}
