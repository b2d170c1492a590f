import { z } from '@hono/zod-openapi'
import { permissionNames } from '../../shared/permissions.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import type { Access } from './access.ts'
import { KeyResource, keyResource, listOf, oneOf } from './wire.ts'

const tags = ['Users and keys']
const id = z.object({ id: z.string() })
const Keys = listOf(KeyResource)
const NewKey = oneOf(KeyResource)

/** API and application keys in Datadog's form. */
export const keyRoutes = (access: Access) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/api_keys',
        summary: 'List API keys',
        tags,
        middleware: [requires('api_keys_read')] as const,
        responses: { 200: jsonAnswer(Keys, 'API keys, without their secrets') },
      }),
      c => c.json({ data: live(access, 'api').map(key => keyResource(key)) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/api_keys',
        summary: 'Create an API key',
        tags,
        middleware: [requires('api_keys_write')] as const,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('api_keys').optional(),
              attributes: z.strictObject({ name: z.string().min(1).max(200) }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(NewKey, 'Created. The key is shown this once') },
      }),
      async c => {
        const key = await access.createKey(c.var.write, 'api', c.req.valid('json').data.attributes.name, c.var.caller.user!.uuid, null)
        return c.json({ data: keyResource(key, shown(key)) }, 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/v2/api_keys/{id}',
        summary: 'Revoke an API key',
        tags,
        middleware: [requires('api_keys_delete')] as const,
        request: { params: id },
        responses: { 204: emptyAnswer('Revoked') },
      }),
      async c => {
        await revoke(access, c.var.write, c.req.valid('param').id, 'api')
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/application_keys',
        summary: 'List the application keys of everybody',
        tags,
        middleware: [requires('org_app_keys_read')] as const,
        responses: { 200: jsonAnswer(Keys, 'Application keys of everybody, without their secrets') },
      }),
      c => c.json({ data: live(access, 'application').map(key => keyResource(key)) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/current_user/application_keys',
        summary: 'List my application keys',
        tags,
        middleware: [requires('user_app_keys')] as const,
        responses: { 200: jsonAnswer(Keys, 'My application keys, without their secrets') },
      }),
      c => {
        const mine = live(access, 'application').filter(key => key.user === c.var.caller.user!.uuid)
        return c.json({ data: mine.map(key => keyResource(key)) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/current_user/application_keys',
        summary: 'Create an application key of mine',
        tags,
        middleware: [requires('user_app_keys')] as const,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('application_keys').optional(),
              attributes: z.strictObject({
                name: z.string().min(1).max(200),
                scopes: z.array(z.enum(permissionNames)).nullable().optional(),
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(NewKey, 'Created. The key is shown this once') },
      }),
      async c => {
        const { name, scopes } = c.req.valid('json').data.attributes
        const { scopes: own, user } = c.var.caller
        // a key never makes one that may do more than itself
        const narrowed = own === null ? (scopes ?? null) : (scopes ?? own).filter(scope => own.includes(scope))
        const key = await access.createKey(c.var.write, 'application', name, user!.uuid, narrowed)
        return c.json({ data: keyResource(key, shown(key)) }, 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/v2/current_user/application_keys/{id}',
        summary: 'Revoke an application key of mine',
        tags,
        middleware: [requires('user_app_keys')] as const,
        request: { params: id },
        responses: { 204: emptyAnswer('Revoked') },
      }),
      async c => {
        const key = access.keys().find(key => key.id === c.req.valid('param').id)
        if (key?.user !== c.var.caller.user!.uuid) throw new Refusal(404, 'not_found', 'Key not found')
        await revoke(access, c.var.write, key.id, 'application')
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/v2/application_keys/{id}',
        summary: 'Revoke an application key',
        tags,
        middleware: [requires('org_app_keys_write')] as const,
        request: { params: id },
        responses: { 204: emptyAnswer('Revoked') },
      }),
      async c => {
        await revoke(access, c.var.write, c.req.valid('param').id, 'application')
        return c.body(null, 204)
      },
    )

const live = (access: Access, kind: 'api' | 'application') => access.keys().filter(key => key.kind === kind && key.revoked_at === null)

/** When a write is asked again with its Idempotency-Key, the key is not shown a second time: the new secret was never stored. */
const shown = ({ secret, last4 }: { secret: string; last4: string }) => (secret.endsWith(last4) ? secret : undefined)

async function revoke(access: Access, write: Parameters<Access['revokeKey']>[0], id: string, kind: 'api' | 'application'): Promise<void> {
  if (!access.keys().some(key => key.id === id && key.kind === kind)) throw new Refusal(404, 'not_found', 'Key not found')
  await access.revokeKey(write, id)
}
