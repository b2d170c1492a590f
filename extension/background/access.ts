import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { AccessProtocol, KeyKind, RoleForm, RoleRow, UserForm, UserRow } from '../access-messages.ts'
import type { Protocol } from '../messages.ts'
import { type Listed, toKeyRow, toPermission, toRoleRow, toUserRow } from './access-wire.ts'
import type { Daemon } from './daemon.ts'
import { count, object, objects, text } from './read.ts'
import { type Body, Refused } from './send.ts'
import { type Stored, unlessStale } from './unchanged.ts'

export type Access = { [T in keyof AccessProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

/** The most that the wire gives at once. */
const pageSize = 100
const paths = {
  api: '/api/v2/api_keys',
  application: '/api/v2/application_keys',
  own: '/api/v2/current_user/application_keys',
} as const
/** Where a key is changed: one's own takes less permission. */
const pathOf = (kind: KeyKind, own: boolean): string => (kind === 'application' && own ? paths.own : paths[kind])

const formOf = ({ name, email, title, roles }: UserRow): UserForm => ({ name, email, title, roles: [...roles].sort() })
const roleFormOf = ({ name, permissions, signals, logs }: RoleRow): RoleForm => ({
  name,
  permissions: [...permissions].sort(),
  signals,
  logs,
})
const sorted = <T extends string>(texts: readonly T[]): T[] => [...texts].sort()

/** What the explorer asks about users, roles and keys. Every function throws `Refused` or `Unanswered`. */
export function createAccess({ request, renew }: Pick<Daemon, 'request' | 'renew'>): Access {
  /** What was granted when the session began may be gone: then what can be done is drawn anew. */
  const asking: Daemon['request'] = (...asked) =>
    request(...asked).catch(error => {
      if (error instanceof Refused && error.status === 403) void renew()
      throw error
    })
  const write = (method: string, path: string, body?: Body) => asking(method, path, body, crypto.randomUUID())
  const one = async <T>(answer: Promise<JsonObject>, to: (data: JsonObject) => T): Promise<T> => {
    const { data } = await answer
    if (!isObject(data)) throw new Refused(0, 'The daemon’s answer is of another kind than what was asked for.')
    return to(data)
  }
  async function all(path: string): Promise<JsonObject[]> {
    const rows: JsonObject[] = []
    for (let page = 0; ; page++) {
      const { data, meta } = await asking('GET', `${path}?page[size]=${pageSize}&page[number]=${page}`)
      const more = objects(data)
      rows.push(...more)
      if (more.length < pageSize || rows.length >= count(object(object(meta)['page'])['total_count'])) return rows
    }
  }

  const userOf = (id: string) => one(asking('GET', `/api/v2/users/${id}`), toUserRow)
  /** A thing as it is stored, in the form that it is edited in. */
  const stored =
    <T>(path: string, to: (data: JsonObject) => T) =>
    (): Promise<Stored<T>> =>
      one(asking('GET', path), data => ({ stored: to(data), version: get(data, 'attributes', 'x_local', 'version') ?? '' }))
  const permissions = async () => objects((await asking('GET', '/api/v2/permissions'))['data']).map(toPermission)
  const rolesBy = async (known: readonly Listed[]) => (await all('/api/v2/roles')).map(role => toRoleRow(role, known))
  const member = (method: 'POST' | 'DELETE', role: string, user: string) =>
    write(method, `/api/v2/roles/${role}/users`, { data: { id: user, type: 'users' } })
  function roleBody({ name, permissions, signals, logs }: RoleForm, known: readonly Listed[], local: JsonObject = {}): JsonObject {
    const ids = known.filter(({ name }) => permissions.includes(name)).map(({ id }) => ({ id, type: 'permissions' }))
    const restriction_queries = { signals: signals.trim() || null, logs: logs.trim() || null }
    return {
      data: {
        type: 'roles',
        attributes: { name, x_local: { restriction_queries, ...local } },
        relationships: { permissions: { data: ids } },
      },
    }
  }

  return {
    users: async () => ({ users: (await all('/api/v2/users')).map(toUserRow) }),
    async roles() {
      const known = await permissions()
      return { roles: await rolesBy(known), permissions: known.map(({ id: _, ...permission }) => permission) }
    },
    inviteUser: ({ user: { roles, title, ...attributes } }) =>
      one(
        write('POST', '/api/v2/users', {
          data: {
            type: 'users',
            attributes: { ...attributes, ...(title && { title }) },
            relationships: { roles: { data: roles.map(id => ({ id, type: 'roles' })) } },
          },
        }),
        toUserRow,
      ),
    async changeUser({ id, before, after }) {
      const path = `/api/v2/users/${id}`
      const { roles, ...attributes } = after
      async function save({ stored: now, version }: Stored<UserForm>): Promise<UserRow> {
        const changed = Object.fromEntries(Object.entries(attributes).filter(([name, value]) => now[name as keyof UserForm] !== value))
        if (Object.keys(changed).length > 0)
          await write('PATCH', path, { data: { type: 'users', id, attributes: { ...changed, x_local: { version } } } })
        // first what is given: nobody is without a role in between
        for (const role of roles.filter(role => !now.roles.includes(role))) await member('POST', role, id)
        for (const role of now.roles.filter(role => !roles.includes(role))) await member('DELETE', role, id)
        return userOf(id)
      }
      const form = { ...before, roles: sorted(before.roles) }
      return unlessStale(
        asking,
        { type: 'user', id },
        form,
        stored(path, data => formOf(toUserRow(data))),
        save,
      )
    },
    switchUser: ({ id, on }) =>
      one(write('PATCH', `/api/v2/users/${id}`, { data: { type: 'users', id, attributes: { disabled: !on } } }), toUserRow),

    async createRole({ role }) {
      const known = await permissions()
      return one(write('POST', '/api/v2/roles', roleBody(role, known)), made => toRoleRow(made, known))
    },
    async changeRole({ id, before, after }) {
      const known = await permissions()
      const path = `/api/v2/roles/${id}`
      const form = { ...before, permissions: sorted(before.permissions) }
      const read = stored(path, data => roleFormOf(toRoleRow(data, known)))
      return unlessStale(asking, { type: 'role', id }, form, read, ({ version }) =>
        one(write('PATCH', path, roleBody(after, known, { version })), role => toRoleRow(role, known)),
      )
    },
    async cloneRole({ id, name }) {
      const known = await permissions()
      const body = { data: { type: 'roles', attributes: { name } } }
      return one(write('POST', `/api/v2/roles/${id}/clone`, body), role => toRoleRow(role, known))
    },
    deleteRole: ({ id }) => write('DELETE', `/api/v2/roles/${id}`),

    async keys(wanted) {
      const lists = [
        ...(wanted.api ? [paths.api] : []),
        // everybody's has one's own among them
        ...(wanted.everybodys ? [paths.application] : wanted.own ? [paths.own] : []),
      ]
      return { keys: (await Promise.all(lists.map(all))).flat().map(toKeyRow) }
    },
    async createKey({ kind, owner, name, scopes, expiresAt }) {
      const attributes = {
        name,
        expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        ...(kind === 'application' && { scopes }),
      }
      return one(
        write('POST', owner === undefined ? pathOf(kind, true) : `/api/local/users/${owner}/application_keys`, {
          data: { type: `${kind}_keys`, attributes },
        }),
        made => ({
          key: toKeyRow(made),
          secret: text(object(made['attributes'])['key']),
        }),
      )
    },
    revokeKey: ({ id, kind, own }) => write('DELETE', `${pathOf(kind, own)}/${id}`),
  }
}
