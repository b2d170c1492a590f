import { z } from '@hono/zod-openapi'
import type { Permission } from '../../shared/permissions.ts'
import type { Role, RoleRestrictions } from '../../shared/user.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import { checkChange } from './hand-out.ts'
import { knownPermission, roleIn } from './known.ts'
import { allPermissions, listOf, oneOf, PermissionResource, RoleResource, roleResource } from './wire.ts'

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
const Changed = Local.extend({
  version: z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'The version that was read: where somebody else came first, the change is refused' }),
})
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
const oneRole = { 200: jsonAnswer(oneOf(RoleResource), 'The role as it is now') }
const sorts = ['name', 'modified_at', 'user_count'].flatMap(name => [name, `-${name}`])

interface Needs {
  /** Throws where a text is no query, with the position. */
  checkQuery(text: string, field: string): string
}

/** Roles and what they allow and show, in Datadog's form. */
export const roleRoutes = (access: Access, { checkQuery }: Needs) => {
  const roleOf = (id: string) => roleIn(access, id)
  const shown = (role: Role) => ({ data: roleResource(role, access.users().values()) })

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
        request: { params: id, ...body({ name: Name.optional(), x_local: Changed.optional() }) },
        responses: { 200: oneRole[200], 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime') },
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
        return c.json(shown(await access.updateRole(c.var.write, before.id, changed, attributes.x_local?.version)), 200)
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
}
