import { z } from '@hono/zod-openapi'
import { permissionNames, roleNames } from '../../shared/permissions.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import {
  allPermissions,
  KeyResource,
  keyResource,
  PermissionResource,
  RoleResource,
  roleOfId,
  roleResource,
  UserResource,
  userResource,
} from './wire.ts'

const list = <S extends z.ZodType>(schema: S) =>
  z.object({ data: z.array(schema), meta: z.looseObject({}).optional(), included: z.array(z.looseObject({})).optional() })
const one = <S extends z.ZodType>(schema: S) => z.object({ data: schema })
const tags = ['Users and keys']
const id = z.object({ id: z.string() })

/** Users, roles, permissions and keys in Datadog's form. */
export const accessRoutes = (access: Access) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/current_user',
        summary: 'Say whose keys these are',
        tags,
        responses: { 200: jsonAnswer(one(UserResource), 'Who is asking') },
      }),
      c => c.json({ data: userResource(c.var.caller.user!) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/users',
        summary: 'List users',
        tags,
        middleware: [requires('user_access_read')] as const,
        request: {
          query: z.object({
            ...numberPaging,
            filter: z.string().optional(),
            'filter[status]': z.string().optional(),
            sort: z.string().optional(),
            sort_dir: z.string().optional(),
          }),
        },
        responses: { 200: jsonAnswer(list(UserResource), 'Everybody who can act here') },
      }),
      c => {
        const query = c.req.valid('query')
        const all = [...access.users().values()]
        const wanted = all.filter(
          user => !query.filter || `${user.name} ${user.email} ${user.handle}`.toLowerCase().includes(query.filter.toLowerCase()),
        )
        const included = roleNames.map(role => roleResource(role, all))
        return c.json(
          {
            data: pageOf(wanted, query).map(userResource),
            included,
            meta: { page: { total_count: all.length, total_filtered_count: wanted.length } },
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/users/{id}',
        summary: 'Get a user',
        tags,
        middleware: [requires('user_access_read')] as const,
        request: { params: id },
        responses: { 200: jsonAnswer(one(UserResource), 'The user') },
      }),
      c => {
        const user = access.users().get(c.req.valid('param').id)
        if (!user) throw new Refusal(404, 'not_found', 'User not found')
        return c.json({ data: userResource(user) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/users',
        summary: 'Create a user',
        tags,
        middleware: [requires('user_access_invite')] as const,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('users').optional(),
              attributes: z.strictObject({
                email: z.email().max(320),
                name: z.string().max(200).optional(),
                title: z.string().max(200).optional(),
              }),
              relationships: z
                .strictObject({
                  roles: z.strictObject({ data: z.array(z.strictObject({ id: z.string(), type: z.literal('roles') })).max(1) }).optional(),
                })
                .optional(),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(one(UserResource), 'Created; without a role, as Read Only') },
      }),
      async c => {
        const { attributes, relationships } = c.req.valid('json').data
        const wanted = relationships?.roles?.data[0]?.id
        const role = wanted === undefined ? 'Read Only' : roleOfId(wanted)
        if (!role)
          throw new Refusal(400, 'unknown_role', `No role has the id ${wanted}`, {
            problems: [{ field: 'data.relationships.roles', message: 'is not a role' }],
          })
        const user = await access.createUser(c.var.write, {
          handle: attributes.email,
          email: attributes.email,
          name: attributes.name ?? attributes.email,
          role,
        })
        return c.json({ data: userResource(user) }, 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/roles',
        summary: 'List roles',
        tags,
        middleware: [requires('user_access_read')] as const,
        responses: { 200: jsonAnswer(list(RoleResource), 'The roles') },
      }),
      c => c.json({ data: roleNames.map(role => roleResource(role, access.users().values())) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/permissions',
        summary: 'List permissions',
        tags,
        middleware: [requires('user_access_read')] as const,
        responses: { 200: jsonAnswer(list(PermissionResource), 'Every permission that is asked for here') },
      }),
      c => c.json({ data: allPermissions() }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/api_keys',
        summary: 'List API keys',
        tags,
        middleware: [requires('api_keys_read')] as const,
        responses: { 200: jsonAnswer(list(KeyResource), 'API keys, without their secrets') },
      }),
      c =>
        c.json(
          {
            data: access
              .keys()
              .filter(key => key.kind === 'api' && key.revoked_at === null)
              .map(key => keyResource(key)),
          },
          200,
        ),
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
        responses: { 201: jsonAnswer(one(KeyResource), 'Created. The key is shown this once') },
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
        responses: { 200: jsonAnswer(list(KeyResource), 'Application keys of everybody, without their secrets') },
      }),
      c =>
        c.json(
          {
            data: access
              .keys()
              .filter(key => key.kind === 'application' && key.revoked_at === null)
              .map(key => keyResource(key)),
          },
          200,
        ),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/current_user/application_keys',
        summary: 'List my application keys',
        tags,
        middleware: [requires('user_app_keys')] as const,
        responses: { 200: jsonAnswer(list(KeyResource), 'My application keys, without their secrets') },
      }),
      c =>
        c.json(
          {
            data: access
              .keys()
              .filter(key => key.kind === 'application' && key.user === c.var.caller.user!.uuid && key.revoked_at === null)
              .map(key => keyResource(key)),
          },
          200,
        ),
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
        responses: { 201: jsonAnswer(one(KeyResource), 'Created. The key is shown this once') },
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
    .openapi(
      route({
        method: 'get',
        path: '/api/v1/validate',
        summary: 'Check an API key',
        tags,
        responses: { 200: jsonAnswer(z.object({ valid: z.boolean() }), 'The API key is good') },
      }),
      c => c.json({ valid: true }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/validate',
        summary: 'Check an API key, and name it',
        tags,
        responses: {
          200: jsonAnswer(
            one(
              z.object({
                id: z.string(),
                type: z.literal('validate_v2'),
                attributes: z.object({ api_key_id: z.string(), api_key_scopes: z.array(z.string()), valid: z.boolean() }),
              }),
            ),
            'The API key is good',
          ),
        },
      }),
      c =>
        c.json(
          {
            data: {
              id: c.var.caller.keyId,
              type: 'validate_v2' as const,
              attributes: { api_key_id: c.var.caller.keyId, api_key_scopes: [], valid: true },
            },
          },
          200,
        ),
    )

/** When a write is asked again with its Idempotency-Key, the key is not shown a second time: the new secret was never stored. */
const shown = ({ secret, last4 }: { secret: string; last4: string }) => (secret.endsWith(last4) ? secret : undefined)

async function revoke(access: Access, write: Parameters<Access['revokeKey']>[0], id: string, kind: 'api' | 'application'): Promise<void> {
  if (!access.keys().some(key => key.id === id && key.kind === kind)) throw new Refusal(404, 'not_found', 'Key not found')
  await access.revokeKey(write, id)
}
