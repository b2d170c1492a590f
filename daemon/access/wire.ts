import { z } from '@hono/zod-openapi'
import { defaultRoles, type Permission, permissionNames, permissions } from '../../shared/permissions.ts'
import type { Key, Role, User } from '../../shared/user.ts'
import { versionOf } from '../lib/stale.ts'
import { uuidOf } from '../lib/uuid.ts'

/** Datadog's wire form of users, roles, permissions and keys. Permissions have ids that never change: hashes of their names. */
export const permissionId = (permission: Permission) => uuidOf(`permission ${permission}`)
const permissionById = new Map(permissionNames.map(name => [permissionId(name), name]))
export const permissionOf = (id: string): Permission | undefined => permissionById.get(id)

const iso = (time: number) => new Date(time).toISOString()
const resource = <T extends string, A extends z.ZodType>(type: T, attributes: A) =>
  z.object({ id: z.string(), type: z.literal(type), attributes })

const Attributes = z.looseObject({
  handle: z.string(),
  email: z.string(),
  name: z.string(),
  title: z.string().nullable(),
  status: z.enum(['Active', 'Disabled']),
  disabled: z.boolean(),
  created_at: z.string(),
  service_account: z.boolean(),
  verified: z.boolean(),
  x_local: z.looseObject({ version: z.string() }),
})
const Relation = z.object({ data: z.array(z.object({ id: z.string(), type: z.literal('roles') })) })
export const UserResource = resource('users', Attributes)
  .extend({ relationships: z.object({ roles: Relation }) })
  .openapi('User')
export const userResource = (user: User): z.input<typeof UserResource> => ({
  id: user.uuid,
  type: 'users',
  attributes: {
    handle: user.handle,
    email: user.email,
    name: user.name,
    title: user.title ?? null,
    status: user.disabled ? 'Disabled' : 'Active',
    disabled: user.disabled,
    created_at: iso(user.created_at),
    service_account: false,
    verified: true,
    x_local: { version: versionOf(user) },
  },
  relationships: { roles: { data: user.roles.map(id => ({ id, type: 'roles' })) } },
})

export const RoleResource = resource(
  'roles',
  z.object({
    name: z.string(),
    user_count: z.number(),
    created_at: z.string(),
    modified_at: z.string(),
    x_local: z.object({
      default: z.boolean().openapi({ description: 'Always there and never changed: clone it to change it' }),
      restriction_queries: z
        .object({ signals: z.string().nullable(), logs: z.string().nullable() })
        .openapi({ description: 'Who has the role sees only what these find; null: everything' }),
      version: z.string(),
    }),
  }),
)
  .extend({
    relationships: z.object({ permissions: z.object({ data: z.array(z.object({ id: z.string(), type: z.literal('permissions') })) }) }),
  })
  .openapi('Role')
export const roleResource = (role: Role, users: Iterable<User> = []): z.input<typeof RoleResource> => ({
  id: role.id,
  type: 'roles',
  attributes: {
    name: role.name,
    user_count: [...users].filter(user => user.roles.includes(role.id)).length,
    created_at: iso(role.created_at),
    modified_at: iso(role.modified_at),
    x_local: { default: role.isDefault, restriction_queries: role.restrictions, version: versionOf(role) },
  },
  relationships: { permissions: { data: role.permissions.map(permission => ({ id: permissionId(permission), type: 'permissions' })) } },
})

export const PermissionResource = resource(
  'permissions',
  z.object({
    name: z.string(),
    display_name: z.string(),
    display_type: z.enum(['read', 'write', 'other']),
    group_name: z.string(),
    restricted: z.boolean(),
  }),
).openapi('Permission')
export const permissionResource = (name: Permission): z.input<typeof PermissionResource> => ({
  id: permissionId(name),
  type: 'permissions',
  attributes: {
    name,
    display_name: permissions[name],
    display_type: /_read(_|$)/.test(name) ? 'read' : /_write$/.test(name) ? 'write' : 'other',
    group_name: /^(cases|incident|workflows)_/.test(name)
      ? 'Case and Incident Management'
      : /^(security|appsec)_/.test(name)
        ? 'Cloud Security Platform'
        : /^audit/.test(name)
          ? 'Compliance'
          : 'General',
    restricted: !defaultRoles.Standard.includes(name),
  },
})
export const allPermissions = () => permissionNames.map(permissionResource)

const KeyAttributes = z.object({
  name: z.string(),
  created_at: z.string(),
  last4: z.string(),
  key: z.string().optional(),
  scopes: z.array(z.string()).nullable().optional(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().optional().openapi({ description: 'Of an application key, to ten minutes' }),
  date_last_used: z.string().optional().openapi({ description: 'The same of an API key' }),
  x_local_origin: z.string().optional(),
})
export const KeyResource = z
  .object({
    id: z.string(),
    type: z.enum(['api_keys', 'application_keys']),
    attributes: KeyAttributes,
    relationships: z.object({ owned_by: z.object({ data: z.object({ id: z.string(), type: z.literal('users') }) }) }),
  })
  .openapi('Key')
/** `secret` only in the answer that creates it. */
export const keyResource = (key: Key, secret?: string): z.input<typeof KeyResource> => ({
  id: key.id,
  type: key.kind === 'api' ? 'api_keys' : 'application_keys',
  attributes: {
    name: key.name,
    created_at: iso(key.created_at),
    last4: key.last4,
    expires_at: key.expires_at === null ? null : iso(key.expires_at),
    ...(secret !== undefined && { key: secret }),
    ...(key.kind === 'application' && { scopes: key.scopes }),
    ...(key.used_at !== undefined && { [key.kind === 'api' ? 'date_last_used' : 'last_used_at']: iso(key.used_at) }),
    ...(key.origin !== null && { x_local_origin: key.origin }),
  },
  relationships: { owned_by: { data: { id: key.user, type: 'users' } } },
})

/** A page of resources. */
export const listOf = <S extends z.ZodType>(schema: S) =>
  z.object({ data: z.array(schema), meta: z.looseObject({}).optional(), included: z.array(z.looseObject({})).optional() })
/** One resource. */
export const oneOf = <S extends z.ZodType>(schema: S) => z.object({ data: schema })
