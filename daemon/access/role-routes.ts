import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Permission } from '../../shared/permissions.ts'
import type { Role, RoleRestrictions } from '../../shared/user.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import { checkMayAssign, checkMayGive, checkSeesAll } from './hand-out.ts'
import {
  allPermissions,
  listOf,
  oneOf,
  PermissionResource,
  permissionOf,
  permissionResource,
  RoleResource,
  roleResource,
  UserResource,
  userResource,
} from './wire.ts'

const tags = ['Users and keys']
const path = '/api/v2/roles/{id}'
const id = z.object({ id: z.string() })
const read = { tags, middleware: [requires('user_access_read')] }
const write = { tags, middleware: [requires('user_access_manage')] }
const Name = z.string().trim().min(1).max(200)
const Query = z.string().trim().max(4096).nullable()
const Local = z
  .strictObject({ restriction_queries: z.strictObject({ signals: Query.optional(), logs: Query.optional() }).optional() })
  .openapi({ description: 'Who has the role sees only what these find; null or empty: everything' })
const Relationships = z.strictObject({
  permissions: z.strictObject({ data: z.array(z.strictObject({ id: z.string(), type: z.literal('permissions') })).max(1000) }).optional(),
})
const body = <S extends z.ZodRawShape>(attributes: S) =>
  jsonBody(
    z.strictObject({
      data: z.strictObject({
        type: z.literal('roles').optional(),
        id: z.string().optional(),
        attributes: z.strictObject(attributes),
        relationships: Relationships.optional(),
      }),
    }),
  )
const CloneBody = jsonBody(
  z.strictObject({ data: z.strictObject({ type: z.literal('roles').optional(), attributes: z.strictObject({ name: Name }) }) }),
)
const refTo = (type: 'permissions' | 'users') =>
  jsonBody(z.strictObject({ data: z.strictObject({ id: z.string(), type: z.literal(type) }) }))
const oneRole = { 200: jsonAnswer(oneOf(RoleResource), 'The role as it is now') }
const itsPermissions = { 200: jsonAnswer(listOf(PermissionResource), 'The permissions of the role') }
const itsUsers = { 200: jsonAnswer(listOf(UserResource), 'The users who have the role') }
const sorts = ['name', 'modified_at', 'user_count'].flatMap(name => [name, `-${name}`])

interface Needs {
  /** Throws where a text is no query, with the position. */
  checkQuery(text: string, field: string): string
}

/** Roles and what they allow and show, in Datadog's form. */
export const roleRoutes = (access: Access, { checkQuery }: Needs) => {
  function roleOf(id: string): Role {
    const role = access.roles().find(role => role.id === id)
    if (!role) throw new Refusal(404, 'not_found', 'Role not found')
    return role
  }
  const shown = (role: Role) => ({ data: roleResource(role, access.users().values()) })
  const permissionsOf = (role: Role) => ({ data: role.permissions.map(permissionResource) })
  const usersOf = (role: string) => [...access.users().values()].filter(({ roles }) => roles.includes(role))

  function readPermissions(relationships: z.output<typeof Relationships> | undefined): Permission[] | undefined {
    const names = relationships?.permissions?.data.map(({ id }, i) => knownPermission(id, `data.relationships.permissions.data.${i}.id`))
    return names && [...new Set(names)]
  }
  function readRestrictions(local: z.output<typeof Local> | undefined, before: RoleRestrictions): RoleRestrictions {
    const restrictions = { ...before }
    for (const [track, query] of Object.entries(local?.restriction_queries ?? {}) as [keyof RoleRestrictions, string | null | undefined][])
      if (query !== undefined)
        restrictions[track] = query ? checkQuery(query, `data.attributes.x_local.restriction_queries.${track}`) : null
    return restrictions
  }
  /** What a role gets beyond what it has is handed out. */
  function checkChange(c: Context<Env>, before: readonly Permission[], after: readonly Permission[]): void {
    checkSeesAll(c)
    checkMayGive(
      c,
      after.filter(name => !before.includes(name)),
    )
  }
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
        path: '/api/v2/permissions',
        summary: 'List permissions',
        responses: { 200: jsonAnswer(listOf(PermissionResource), 'Every permission that is asked for here') },
      }),
      c => c.json({ data: allPermissions() }, 200),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/v2/roles',
        summary: 'List roles',
        request: {
          query: z.object({
            ...numberPaging,
            filter: z.string().optional(),
            'filter[id]': z.string().optional(),
            sort: z.enum(sorts).optional(),
          }),
        },
        responses: { 200: jsonAnswer(listOf(RoleResource), 'The roles') },
      }),
      c => {
        const query = c.req.valid('query')
        const all = access.roles()
        const ids = query['filter[id]']?.split(',')
        const wanted = all
          .filter(({ id, name }) => (!ids || ids.includes(id)) && name.toLowerCase().includes((query.filter ?? '').toLowerCase()))
          .map(role => roleResource(role, access.users().values()))
        if (query.sort !== undefined) {
          const by = query.sort.replace('-', '') as 'name' | 'modified_at' | 'user_count'
          const sign = query.sort.startsWith('-') ? -1 : 1
          wanted.sort((a, b) => sign * String(a.attributes[by]).localeCompare(String(b.attributes[by]), 'en', { numeric: true }))
        }
        const page = { total_count: all.length, total_filtered_count: wanted.length }
        return c.json({ data: pageOf(wanted, query), meta: { page } }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: '/api/v2/roles',
        summary: 'Create a role',
        request: body({ name: Name, x_local: Local.optional() }),
        responses: oneRole,
      }),
      async c => {
        const { attributes, relationships } = c.req.valid('json').data
        const restrictions = readRestrictions(attributes.x_local, { signals: null, logs: null })
        const permissions = readPermissions(relationships) ?? []
        checkChange(c, [], permissions)
        return c.json(shown(await access.createRole(c.var.write, { name: attributes.name, permissions, restrictions })), 200)
      },
    )
    .openapi(route({ ...read, method: 'get', path, summary: 'Get a role', request: { params: id }, responses: oneRole }), c =>
      c.json(shown(roleOf(c.req.valid('param').id)), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path,
        summary: 'Change a role: its name, what it allows and what it shows',
        request: { params: id, ...body({ name: Name.optional(), x_local: Local.optional() }) },
        responses: oneRole,
      }),
      async c => {
        const before = roleOf(c.req.valid('param').id)
        const { attributes, relationships } = c.req.valid('json').data
        const permissions = readPermissions(relationships)
        checkChange(c, before.permissions, permissions ?? [])
        const changed = {
          ...(attributes.name !== undefined && { name: attributes.name }),
          ...(permissions && { permissions }),
          ...(attributes.x_local && { restrictions: readRestrictions(attributes.x_local, before.restrictions) }),
        }
        return c.json(shown(await access.updateRole(c.var.write, before.id, changed)), 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path,
        summary: 'Delete a role: nobody has it from then on',
        request: { params: id },
        responses: { 204: emptyAnswer('Deleted') },
      }),
      async c => {
        await access.deleteRole(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${path}/clone`,
        summary: 'Make a role like another',
        request: { params: id, ...CloneBody },
        responses: oneRole,
      }),
      async c => {
        const { id } = c.req.valid('param')
        checkChange(c, [], roleOf(id).permissions)
        return c.json(shown(await access.cloneRole(c.var.write, id, c.req.valid('json').data.attributes.name)), 200)
      },
    )
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

function knownPermission(id: string, field: string): Permission {
  const name = permissionOf(id)
  if (!name)
    throw new Refusal(400, 'unknown_permission', `No permission has the id ${id.slice(0, 100)}`, {
      problems: [{ field, message: 'is not a permission' }],
    })
  return name
}
