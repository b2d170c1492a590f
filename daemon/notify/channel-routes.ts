import { z } from '@hono/zod-openapi'
import type { Channel, ChannelPayload } from '../../shared/notice.ts'
import type { WriteContext } from '../lib/actor.ts'
import type { AddressGuard } from '../lib/address-guard.ts'
import type { Trail } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, resourceBody, route } from '../lib/http.ts'
import type { ChannelSecrets } from './channel-secrets.ts'
import { channelKinds } from './channels/index.ts'
import { checkPlaces } from './check-places.ts'
import type { Deliver } from './deliver.ts'
import { DeliveryError } from './delivery-error.ts'
import { checkChannel } from './fields.ts'
import { noticeOf } from './notices.ts'
import { sampleSignal } from './sample-signal.ts'
import { kindOf, targetOf } from './targets.ts'
import { ChannelFields, ChannelResource, channelResource } from './wire.ts'

interface Needs extends Trail {
  channels(): Promise<Channel[]>
  channel(id: string): Promise<Channel>
  createChannel(ctx: WriteContext, payload: ChannelPayload, secrets: string[]): Promise<Channel>
  updateChannel(ctx: WriteContext, id: string, payload: ChannelPayload, secrets: string[], version: number | undefined): Promise<Channel>
  deleteChannel(ctx: WriteContext, id: string): Promise<null>
  secrets: ChannelSecrets
  guard: AddressGuard
  deliver: Deliver
  now: () => number
}

const tags = ['Notifications']
const base = '/api/local/channels'
const params = z.object({ id: z.string().min(1).max(128) })
const read = { tags, middleware: [requires('security_monitoring_notification_profiles_read')] }
const write = { tags, middleware: [requires('security_monitoring_notification_profiles_write')] }
const one = jsonAnswer(z.object({ data: ChannelResource }), 'The channel as it is now')
const { name, enabled, options, secrets: given } = ChannelFields
const body = <A extends z.ZodType>(attributes: A) => resourceBody('channel', attributes)
/** Nothing at all for a channel that knows whom it tells. */
const TestBody = z.strictObject({
  data: z
    .strictObject({
      type: z.literal('channel').optional(),
      id: z.string().optional(),
      attributes: z.strictObject({ recipient: z.string().max(254).optional() }).optional(),
    })
    .optional(),
})
const Kind = z.object({
  id: z.string(),
  type: z.literal('channel_kind'),
  attributes: z.looseObject({ label: z.string(), target: z.string(), built_in: z.boolean(), fields: z.array(z.looseObject({})) }),
})

/** The ways out for notices. Their secrets go in here and never come out. */
export const channelRoutes = (needs: Needs) => {
  const { secrets, guard, deliver, now, kept, record } = needs
  const resource = (channel: Channel) => channelResource(channel, secrets)
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List channels, and the kinds that there can be',
        responses: {
          200: jsonAnswer(z.object({ data: z.array(ChannelResource), meta: z.object({ kinds: z.array(Kind) }) }), 'By name'),
        },
      }),
      async c => c.json({ data: (await needs.channels()).map(resource), meta: { kinds: kinds() } }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Set up a channel',
        request: body(
          z.strictObject({
            kind: z.string().max(60),
            name: name.optional(),
            enabled: enabled.default(true),
            options: options.default({}),
            secrets: given.default({}),
          }),
        ),
        responses: { 201: one, 409: jsonAnswer(z.looseObject({}), 'There is one of this name') },
      }),
      async c => {
        const { secrets: said, name: called, ...rest } = c.req.valid('json').data.attributes
        const payload = checkChannel(named({ ...rest, name: called ?? '' }), said)
        await checkPlaces(guard, payload, said)
        const channel = await needs.createChannel(c.var.write, payload, Object.keys(said))
        if (!c.var.write.dryRun) await secrets.set(channel, said)
        return c.json({ data: resource(channel) }, 201)
      },
    )
    .openapi(
      route({ ...read, method: 'get', path: `${base}/{id}`, summary: 'Get a channel', request: { params }, responses: { 200: one } }),
      async c => c.json({ data: resource(await needs.channel(c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Change a channel; told elsewhere, its secrets are forgotten',
        request: {
          params,
          ...body(
            z.strictObject({
              name: name.optional(),
              enabled: enabled.optional(),
              options: options.optional(),
              secrets: given.default({}),
              version: z.int().optional(),
            }),
          ),
        },
        responses: { 200: one, 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime, or there is one of this name') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const { secrets: said, version, ...change } = c.req.valid('json').data.attributes
        const before = await needs.channel(id)
        const { kind, name = before.name, enabled = before.enabled, options = {} } = { ...change, kind: before.kind }
        const payload = checkChannel(named({ kind, name, enabled, options: { ...before.options, ...options } }), said)
        await checkPlaces(guard, payload, said)
        const channel = await needs.updateChannel(c.var.write, id, payload, Object.keys(said), version)
        if (!c.var.write.dryRun) await secrets.set(channel, said)
        return c.json({ data: resource(channel) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Delete a channel and its secrets',
        request: { params },
        responses: { 204: emptyAnswer('Deleted') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        await needs.deleteChannel(c.var.write, id)
        if (!c.var.write.dryRun) await secrets.forget(id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/test`,
        summary: 'Send a made-up signal by a channel',
        request: {
          params,
          ...jsonBody(TestBody, false),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.literal('channel_test'),
                attributes: z.object({ delivered: z.boolean(), error: z.string().nullable() }),
              }),
            }),
            'Whether it got through, and what stood in the way',
          ),
        },
      }),
      async c => {
        const ctx = c.var.write
        const channel = await needs.channel(c.req.valid('param').id)
        const { recipient } = c.req.valid('json').data?.attributes ?? {}
        const isAddressed = kindOf(channel.kind)?.target === 'address'
        if (isAddressed && recipient === undefined)
          throw new Refusal(400, 'invalid', 'data.attributes.recipient must say to whom', {
            problems: [{ field: 'data.attributes.recipient', message: 'must say to whom' }],
          })
        const target = isAddressed ? `@${recipient}` : targetOf(channel)
        const notice = noticeOf(null, sampleSignal(now()), 'test', now())
        const before = await kept<{ error: string | null }>(ctx)
        const tell = async () => {
          if (ctx.dryRun) return null
          try {
            await deliver({ ...notice, id: `msg_${crypto.randomUUID().replaceAll('-', '')}`, target }, undefined, channel)
            return null
          } catch (error) {
            if (error instanceof DeliveryError) return error.message
            throw error
          }
        }
        const { error } = before ?? { error: await tell() }
        if (!before)
          await record(
            ctx,
            {
              action: 'accessed',
              asset: { type: 'notification_channel', id: channel.id, name: target },
              message: `sent a test to ${target}${error === null ? '' : ', which failed'}`,
            },
            { error },
          )
        return c.json({ data: { id: channel.id, type: 'channel_test' as const, attributes: { delivered: error === null, error } } }, 200)
      },
    )
}

/** Channels of some kinds have a name; of others there is one. */
function named(payload: ChannelPayload): ChannelPayload {
  const needsName = kindOf(payload.kind)?.target === 'name'
  if (needsName && payload.name === '')
    throw new Refusal(400, 'invalid_channel', 'data.attributes.name: must be given', {
      problems: [{ field: 'data.attributes.name', message: 'must be given' }],
    })
  return needsName ? payload : { ...payload, name: payload.kind }
}

const kinds = (): z.input<typeof Kind>[] =>
  channelKinds.map(({ kind, label, target, builtIn = false, fields }) => ({
    id: kind,
    type: 'channel_kind',
    attributes: { label, target, built_in: builtIn, fields: fields.map(field => ({ ...field })) },
  }))
