import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Role } from '../../shared/user.ts'
import { createRouter, type Env, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import { checkChange, checkMayAssign } from './hand-out.ts'
import { knownPermission, roleIn } from './known.ts'
import { listOf, PermissionResource, permissionResource, UserResource, userResource } from './wire.ts'

const tags = ['Users and keys']
const path = '/api/v2/roles/{id}'
const id = z.object({ id: z.string() })
const read = { tags, middleware: [requires('user_access_read')] }
const write = { tags, middleware: [requires('user_access_manage')] }
const refTo = (type: 'permissions' | 'users') =>
  jsonBody(z.strictObject({ data: z.strictObject({ id: z.string(), type: z.literal(type) }) }))
const itsPermissions = { 200: jsonAnswer(listOf(PermissionResource), 'The permissions of the role') }
const itsUsers = { 200: jsonAnswer(listOf(UserResource), 'The users who have the role') }

/** The permissions of roles, and who has them. */
export const roleMemberRoutes = (access: Access) => {
  const roleOf = (id: string) => roleIn(access, id)
  const permissionsOf = (role: Role) => ({ data: role.permissions.map(permissionResource) })
  const usersOf = (role: string) => [...access.users().values()].filter(({ roles }) => roles.includes(role))
  async function setGranted(c: Context<Env>, role: string, permission: string, isGranted: boolean) {
    const name = knownPermission(permission, 'data.id')
    if (isGranted) checkChange(c, roleOf(role).permissions, [name])
    return permissionsOf(await access.setGranted(c.var.write, role, name, isGranted))
  }
  async function setMember(c: Context<Env>, role: string, user: string, isMember: boolean) {
    if (isMember) checkMayAssign(c, [roleOf(role)])
    await access.setMember(c.var.write, role, user, isMember)
    return { data: usersOf(role).map(userResource) }
  }

  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${path}/permissions`,
        summary: 'List the permissions of a role',
        request: { params: id },
        responses: itsPermissions,
      }),
      c => c.json(permissionsOf(roleOf(c.req.valid('param').id)), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${path}/permissions`,
        summary: 'Grant a permission to a role',
        request: { params: id, ...refTo('permissions') },
        responses: itsPermissions,
      }),
      async c => c.json(await setGranted(c, c.req.valid('param').id, c.req.valid('json').data.id, true), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${path}/permissions`,
        summary: 'Revoke a permission from a role',
        request: { params: id, ...refTo('permissions') },
        responses: itsPermissions,
      }),
      async c => c.json(await setGranted(c, c.req.valid('param').id, c.req.valid('json').data.id, false), 200),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${path}/users`,
        summary: 'List the users who have a role',
        request: { params: id, query: z.object({ ...numberPaging, sort: z.string().optional(), filter: z.string().optional() }) },
        responses: itsUsers,
      }),
      c => {
        const all = usersOf(roleOf(c.req.valid('param').id).id)
        const query = c.req.valid('query')
        const wanted = all.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes((query.filter ?? '').toLowerCase()))
        const page = { total_count: all.length, total_filtered_count: wanted.length }
        return c.json({ data: pageOf(wanted, query).map(userResource), meta: { page } }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${path}/users`,
        summary: 'Give a role to a user',
        request: { params: id, ...refTo('users') },
        responses: itsUsers,
      }),
      async c => c.json(await setMember(c, c.req.valid('param').id, c.req.valid('json').data.id, true), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${path}/users`,
        summary: 'Take a role from a user',
        request: { params: id, ...refTo('users') },
        responses: itsUsers,
      }),
      async c => c.json(await setMember(c, c.req.valid('param').id, c.req.valid('json').data.id, false), 200),
    )
}
