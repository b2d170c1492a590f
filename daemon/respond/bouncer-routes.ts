import { z } from '@hono/zod-openapi'
import { type RangeMode, rangeModes, type SeenBouncer } from '../../shared/bouncer.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { hashOf, newSecret } from '../lib/secrets.ts'
import type { Landed } from './proof.ts'
import { LandingResource, Metrics, ProofResource } from './wire.ts'

export interface BouncerNeeds {
  bouncers(): Promise<SeenBouncer[]>
  createBouncer(
    ctx: WriteContext,
    given: Pick<SeenBouncer, 'name' | 'ranges' | 'publishes' | 'last4'> & { hash: string },
  ): Promise<SeenBouncer>
  changeBouncer(ctx: WriteContext, id: string, change: { name?: string; ranges?: RangeMode; forget_silent?: boolean }): Promise<SeenBouncer>
  revokeBouncer(ctx: WriteContext, id: string): Promise<null>
  proof(id: string): Promise<Landed>
}

const tags = ['Bouncers']
const base = '/api/local/bouncers'
const read = { tags, middleware: [requires('appsec_protect_read')] }
const write = { tags, middleware: [requires('appsec_protect_write')] }
const params = z.object({ id: z.string().min(1).max(64) })
const Name = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes and underscores')
const Ranges = z.enum(rangeModes).openapi({
  description:
    'native: it holds ranges; single: addresses alone, as the firewall bouncer with nftables, so that IPv4 ranges up to /24 are taken apart',
})
const Publishes = z.boolean().openapi({ description: 'true: its key is for readers of lists and TAXII, and proves nothing' })
const Forgets = z
  .boolean()
  .openapi({ description: 'true: what asks with its key no more is forgotten, for something else to take its place' })
const type = z.literal('bouncer').optional()
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('bouncer'),
    attributes: z.object({
      name: z.string(),
      last4: z.string(),
      key: z.string().optional().openapi({ description: 'Shown this once' }),
      ranges: z.enum(rangeModes),
      publishes: z.boolean(),
      created_at: z.number(),
      created_by: z.object({ uuid: z.string(), handle: z.string(), name: z.string() }),
      instances: z.array(
        z.object({
          address: z.string(),
          type: z.string(),
          version: z.string(),
          first_pull: z.number(),
          last_pull: z.number(),
          interval: z.number().nullable(),
          stale: z.boolean(),
          metrics: Metrics.nullable(),
        }),
      ),
      push: z
        .object({
          kind: z.string(),
          options: z.record(z.string(), z.string()),
          error: z.object({ at: z.number(), message: z.string() }).nullable(),
          left: z.number(),
        })
        .optional()
        .openapi({
          description: 'It is told, and does not ask: what stood in the way the last time, and how many entries it has no room for',
        }),
    }),
  })
  .openapi('Bouncer')
/** Who may pull the denylist, and the proof that they did. */
export const bouncerRoutes = ({ bouncers, createBouncer, changeBouncer, revokeBouncer, proof }: BouncerNeeds) => {
  const resource = (
    { id, name, last4, ranges, created_at, created_by, instances, publishes = false, push }: SeenBouncer,
    key?: string,
  ): z.input<typeof Resource> => ({
    id,
    type: 'bouncer',
    attributes: {
      ...{ name, last4, ranges, publishes, created_at, created_by },
      ...(key !== undefined && { key }),
      ...(push && { push }),
      instances: instances.map(instance => {
        const { place: _, reissued: __, filter: ___, filtered_since: ____, live: _____, ...rest } = instance
        return rest
      }),
    },
  })
  const one = z.object({ data: Resource })
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List the bouncers',
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'By name, with what pulls with each key') },
      }),
      async c => c.json({ data: (await bouncers()).map(one => resource(one)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Let a bouncer in',
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type,
              attributes: z.strictObject({ name: Name, ranges: Ranges.default('unknown'), publishes: Publishes.default(false) }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(one, 'The bouncer, with its key') },
      }),
      async c => {
        const { name, ranges, publishes } = c.req.valid('json').data.attributes
        const key = newSecret('bouncer')
        const made = await createBouncer(c.var.write, { name, ranges, publishes, hash: hashOf(key), last4: key.slice(-4) })
        // asked again, the answer that was kept is about a key that nobody knows any more
        return c.json({ data: resource(made, made.last4 === key.slice(-4) ? key : undefined) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Change a bouncer',
        request: {
          params,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({
                type,
                id: z.string().optional(),
                attributes: z.strictObject({ name: Name.optional(), ranges: Ranges.optional(), forget_silent: Forgets.optional() }),
              }),
            }),
          ),
        },
        responses: { 200: jsonAnswer(one, 'The bouncer as it is now; it is told everything anew') },
      }),
      async c => {
        const { name, ranges, forget_silent } = c.req.valid('json').data.attributes
        const change = {
          ...(name !== undefined && { name }),
          ...(ranges !== undefined && { ranges }),
          ...(forget_silent && { forget_silent }),
        }
        return c.json({ data: resource(await changeBouncer(c.var.write, c.req.valid('param').id, change)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Shut a bouncer out',
        request: { params },
        responses: { 204: emptyAnswer('Its key lets nobody in any more') },
      }),
      async c => {
        await revokeBouncer(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/denylist/{id}/proof',
        summary: 'Get the proof that a block landed',
        request: { params },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.array(ProofResource), meta: z.object({ landing: LandingResource }) }),
            'By bouncer: never more than what it reported',
          ),
        },
      }),
      async c => {
        const { proof: data, landing } = await proof(c.req.valid('param').id)
        return c.json({ data, meta: { landing } }, 200)
      },
    )
}
