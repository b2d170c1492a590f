import { get, type Json, type JsonObject } from '../../shared/json.ts'
import type { KeyRow, PermissionRow, RoleRow, UserRow } from '../access-messages.ts'
import { count, object, objects, text, texts } from './read.ts'

// Users, roles and keys in Datadog's form into what the explorer shows. A value of the wrong type is left out, not shown.

const time = (value: Json | undefined): number | null => {
  const at = Date.parse(text(value))
  return Number.isNaN(at) ? null : at
}
const idsOf = (relation: Json | undefined): string[] => objects(object(relation)['data']).map(({ id }) => text(id))

export function toUserRow(user: JsonObject): UserRow {
  const said = object(user['attributes'])
  return {
    id: text(user['id']),
    handle: text(said['handle']),
    name: text(said['name']),
    email: text(said['email']),
    title: text(said['title']),
    disabled: said['disabled'] === true,
    roles: idsOf(get(user, 'relationships', 'roles')),
    createdAt: time(said['created_at']) ?? 0,
  }
}

/** A permission with the id that roles name it by. */
export type Listed = PermissionRow & { id: string }
export function toPermission(permission: JsonObject): Listed {
  const said = object(permission['attributes'])
  return {
    id: text(permission['id']),
    name: text(said['name']),
    label: text(said['display_name']) || text(said['name']),
    group: text(said['group_name']) || 'General',
  }
}

export function toRoleRow(role: JsonObject, permissions: readonly Listed[]): RoleRow {
  const said = object(role['attributes'])
  const local = object(said['x_local'])
  const shows = object(local['restriction_queries'])
  const granted = new Set(idsOf(get(role, 'relationships', 'permissions')))
  return {
    id: text(role['id']),
    name: text(said['name']),
    isDefault: local['default'] === true,
    users: count(said['user_count']),
    permissions: permissions.filter(({ id }) => granted.has(id)).map(({ name }) => name),
    signals: text(shows['signals']),
    logs: text(shows['logs']),
    modifiedAt: time(said['modified_at']) ?? 0,
  }
}

export function toKeyRow(key: JsonObject): KeyRow {
  const said = object(key['attributes'])
  return {
    id: text(key['id']),
    kind: key['type'] === 'api_keys' ? 'api' : 'application',
    name: text(said['name']),
    last4: text(said['last4']),
    owner: text(get(key, 'relationships', 'owned_by', 'data', 'id')),
    scopes: Array.isArray(said['scopes']) ? texts(said['scopes']) : null,
    createdAt: time(said['created_at']) ?? 0,
    expiresAt: time(said['expires_at']),
    usedAt: time(said['last_used_at'] ?? said['date_last_used']),
    origin: text(said['x_local_origin']) || null,
  }
}
