import { z } from '@hono/zod-openapi'
import { roleNames } from '../../shared/permissions.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import {
  allPermissions,
  listOf,
  oneOf,
  PermissionResource,
  RoleResource,
  roleOfId,
  roleResource,
  UserResource,
  userResource,
} from './wire.ts'

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
        responses: { 200: jsonAnswer(oneOf(UserResource), 'Who is asking') },
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
        responses: { 200: jsonAnswer(listOf(UserResource), 'Everybody who can act here') },
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
        responses: { 200: jsonAnswer(oneOf(UserResource), 'The user') },
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
        responses: { 201: jsonAnswer(oneOf(UserResource), 'Created; without a role, as Read Only') },
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
        responses: { 200: jsonAnswer(listOf(RoleResource), 'The roles') },
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
        responses: { 200: jsonAnswer(listOf(PermissionResource), 'Every permission that is asked for here') },
      }),
      c => c.json({ data: allPermissions() }, 200),
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
            oneOf(
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
