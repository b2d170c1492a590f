import { z } from '@hono/zod-openapi'
import type { Role } from '../../shared/user.ts'
import { roleIdOf } from '../lib/default-roles.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import { checkMayAssign } from './hand-out.ts'
import { rightsOf } from './rights.ts'
import { listOf, oneOf, PermissionResource, permissionResource, roleResource, UserResource, userResource } from './wire.ts'

const tags = ['Users and keys']
const id = z.object({ id: z.string() })
const path = '/api/v2/users/{id}'
const Name = z.string().max(200)
const Email = z.email().max(320)
const change = { name: Name.optional(), email: Email.optional(), title: Name.nullable().optional() }
const Local = z
  .strictObject({ version: z.string().max(64).optional() })
  .openapi({ description: 'The version that was read: where somebody else came first, the change is refused' })
const ofUser = <A extends z.ZodRawShape>(attributes: A) =>
  jsonBody(
    z.strictObject({
      data: z.strictObject({
        type: z.literal('users').optional(),
        id: z.string().optional(),
        attributes: z.strictObject(attributes),
      }),
    }),
  )
const sorts = ['name', 'email', 'status'].flatMap(name => [name, `-${name}`])

/** Users in Datadog's form. */
export const userRoutes = (access: Access) => {
  const userOf = (uuid: string) => {
    const user = access.users().get(uuid)
    if (!user) throw new Refusal(404, 'not_found', 'User not found')
    return user
  }
  /** The roles of a new user. */
  function rolesOf(ids: readonly string[]): Role[] {
    return ids.map(id => {
      const role = access.roles().find(role => role.id === id)
      if (!role)
        throw new Refusal(400, 'unknown_role', `No role has the id ${id}`, {
          problems: [{ field: 'data.relationships.roles', message: 'is not a role' }],
        })
      return role
    })
  }
  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/current_user',
        summary: 'Say whose keys these are, and what they may do',
        tags,
        'x-needs': 'user',
        responses: { 200: jsonAnswer(oneOf(UserResource), 'Who is asking') },
      }),
      c => {
        const { user, permissions } = c.var.caller
        const { attributes, ...rest } = userResource(user!)
        const local = { ...attributes.x_local, permissions: [...permissions] }
        return c.json({ data: { ...rest, attributes: { ...attributes, x_local: local } } }, 200)
      },
    )
    .openapi(
      route({
        method: 'patch',
        path: '/api/v2/current_user',
        summary: 'Change how I am called',
        tags,
        'x-needs': 'user',
        request: ofUser({ name: Name.optional(), title: Name.nullable().optional() }),
        responses: { 200: jsonAnswer(oneOf(UserResource), 'As it is now') },
      }),
      async c => {
        const { title, ...rest } = c.req.valid('json').data.attributes
        const changed = { ...given(rest), ...(title !== undefined && { title: title ?? '' }) }
        return c.json({ data: userResource(await access.updateUser(c.var.write, c.var.caller.user!.uuid, changed)) }, 200)
      },
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
            'filter[status]': z.string().optional().openapi({ description: 'Active, Disabled, or both with a comma between' }),
            sort: z.enum(sorts).optional(),
            sort_dir: z.enum(['asc', 'desc']).optional(),
          }),
        },
        responses: { 200: jsonAnswer(listOf(UserResource), 'Everybody who can act here') },
      }),
      c => {
        const query = c.req.valid('query')
        const all = [...access.users().values()]
        const states = query['filter[status]']?.toLowerCase().split(',')
        const wanted = all
          .filter(user => !query.filter || `${user.name} ${user.email} ${user.handle}`.toLowerCase().includes(query.filter.toLowerCase()))
          .map(userResource)
          .filter(({ attributes }) => !states || states.includes(attributes.status.toLowerCase()))
        if (query.sort !== undefined) {
          const by = query.sort.replace('-', '') as 'name' | 'email' | 'status'
          const sign = query.sort.startsWith('-') || query.sort_dir === 'desc' ? -1 : 1
          wanted.sort((a, b) => sign * a.attributes[by].localeCompare(b.attributes[by]))
        }
        const included = access.roles().map(role => roleResource(role, all))
        return c.json(
          {
            data: pageOf(wanted, query),
            included,
            meta: { page: { total_count: all.length, total_filtered_count: wanted.length } },
          },
          200,
        )
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
              attributes: z.strictObject({ ...change, email: Email }),
              relationships: z
                .strictObject({
                  roles: z.strictObject({ data: z.array(z.strictObject({ id: z.string(), type: z.literal('roles') })).max(20) }).optional(),
                })
                .optional(),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(oneOf(UserResource), 'Created; without a role, as Read Only') },
      }),
      async c => {
        const { attributes, relationships } = c.req.valid('json').data
        const { email, name = email, title } = attributes
        const roles = rolesOf(relationships?.roles?.data.map(({ id }) => id) ?? [roleIdOf('Read Only')])
        checkMayAssign(c, roles)
        const ids = [...new Set(roles.map(({ id }) => id))]
        const user = await access.createUser(c.var.write, { handle: email, email, name, ...(title && { title }), roles: ids })
        return c.json({ data: userResource(user) }, 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path,
        summary: 'Get a user',
        tags,
        middleware: [requires('user_access_read')] as const,
        request: { params: id },
        responses: { 200: jsonAnswer(oneOf(UserResource), 'The user') },
      }),
      c => c.json({ data: userResource(userOf(c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        method: 'patch',
        path,
        summary: 'Change a user',
        tags,
        middleware: [requires('user_access_manage')] as const,
        request: {
          params: id,
          ...ofUser({
            ...change,
            handle: z.string().min(1).max(320).optional(),
            disabled: z.boolean().optional(),
            x_local: Local.optional(),
          }),
        },
        responses: {
          200: jsonAnswer(oneOf(UserResource), 'The user as they are now'),
          409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime'),
        },
      }),
      async c => {
        const { title, x_local: local, ...rest } = c.req.valid('json').data.attributes
        const changed = { ...given(rest), ...(title !== undefined && { title: title ?? '' }) }
        const user = await access.updateUser(c.var.write, c.req.valid('param').id, changed, local?.version)
        return c.json({ data: userResource(user) }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path,
        summary: 'Disable a user: their keys and sessions end at once, and what they did stays theirs',
        tags,
        middleware: [requires('user_access_manage')] as const,
        request: { params: id },
        responses: { 204: emptyAnswer('Disabled') },
      }),
      async c => {
        await access.updateUser(c.var.write, c.req.valid('param').id, { disabled: true })
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: `${path}/permissions`,
        summary: 'List what a user may do, by all of their roles',
        tags,
        middleware: [requires('user_access_read')] as const,
        request: { params: id },
        responses: { 200: jsonAnswer(listOf(PermissionResource), 'Permissions') },
      }),
      c => {
        const { permissions } = rightsOf(userOf(c.req.valid('param').id), { id: '', scopes: null }, access.roles())
        return c.json({ data: [...permissions].map(permissionResource) }, 200)
      },
    )
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }
const given = <T extends object>(attributes: T) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Partial<Given<T>>
