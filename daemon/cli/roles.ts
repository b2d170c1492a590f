import { allPages } from './all-pages.ts'
import type { Client } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { type Role, roleNamed, rolesOf, userNamed, usersOf, wordsOf } from './people.ts'
import { table } from './table.ts'

interface Permission {
  id: string
  attributes: { name: string }
}

const path = (role: Role, part = '') => `/api/v2/roles/${encodeURIComponent(role.id)}${part}`
async function permissionsNamed(client: Client, names: readonly string[]): Promise<{ id: string; type: 'permissions' }[]> {
  const { data } = await client.get<{ data: Permission[] }>('/api/v2/permissions')
  return names.map(name => {
    const found = data.find(({ attributes }) => attributes.name === name)
    if (!found) throw new WrongUsage(`There is no permission ${name}: ${data.map(({ attributes }) => attributes.name).join(', ')}`)
    return { id: found.id, type: 'permissions' }
  })
}

const queryFlags = {
  signals: { type: 'string', value: 'QUERY', does: 'who has the role sees only the signals that this finds; empty: all' },
  logs: { type: 'string', value: 'QUERY', does: 'the same of logs' },
} as const
const restrictionsOf = ({ signals, logs }: { signals?: string | undefined; logs?: string | undefined }) =>
  signals === undefined && logs === undefined
    ? {}
    : { x_local: { restriction_queries: { ...(signals !== undefined && { signals }), ...(logs !== undefined && { logs }) } } }

/** `signalbox roles list`. */
export const rolesList = defineCommand({
  name: 'roles list',
  usage: '',
  does: 'List the roles, what they show and how many have them',
  async run({ connect, show }) {
    const data = await rolesOf(connect())
    show({ data }, () =>
      table(
        ['Id', 'Name', 'Users', 'Permissions', 'Signals', 'Logs'],
        data.map(({ id, attributes: { name, user_count, x_local }, relationships }) => [
          ...[id, name, String(user_count), String(relationships.permissions.data.length)],
          ...[x_local.restriction_queries.signals ?? 'all', x_local.restriction_queries.logs ?? 'all'],
        ]),
      ),
    )
  },
})

/** `signalbox roles create NAME`. */
export const rolesCreate = defineCommand({
  name: 'roles create',
  usage: 'NAME [--like ROLE] [--permissions P,…] [--signals QUERY] [--logs QUERY]',
  does: 'Make a role, like another or of permissions of its own',
  takes: [1, 1],
  flags: {
    like: { type: 'string', value: 'ROLE', does: 'begin with all that this role allows' },
    permissions: { type: 'string', multiple: true, value: 'P,…', does: 'what it allows besides, such as logs_read_data' },
    ...queryFlags,
  },
  async run({ flags, args: [name = ''], connect, show, tell }) {
    const client = connect()
    const like = flags.like === undefined ? [] : roleNamed(flags.like, await rolesOf(client)).relationships.permissions.data
    const named = await permissionsNamed(client, wordsOf(flags.permissions) ?? [])
    const ids = [...new Set([...like, ...named].map(({ id }) => id))]
    const data = {
      attributes: { name, ...restrictionsOf(flags) },
      relationships: { permissions: { data: ids.map(id => ({ id, type: 'permissions' })) } },
    }
    const answer = await client.send<{ data: Role }>('POST', '/api/v2/roles', { json: { data } })
    show(answer, () => `${answer.data.id}\n`)
    tell(`The role ${name} allows ${ids.length} of the permissions. Give it to somebody: signalbox roles give "${name}" HANDLE`)
  },
})

/** `signalbox roles change NAME`. */
export const rolesChange = defineCommand({
  name: 'roles change',
  usage: 'NAME [--name NAME] [--grant P,…] [--revoke P,…] [--signals QUERY] [--logs QUERY]',
  does: 'Change what a role allows and shows. It counts at once, for everybody who has it',
  takes: [1, 1],
  flags: {
    name: { type: 'string', value: 'NAME', does: 'another name' },
    grant: { type: 'string', multiple: true, value: 'P,…', does: 'permissions that it gets' },
    revoke: { type: 'string', multiple: true, value: 'P,…', does: 'permissions that it loses' },
    ...queryFlags,
  },
  async run({ flags, args: [wanted = ''], connect, show, tell }) {
    const client = connect()
    const role = roleNamed(wanted, await rolesOf(client))
    const granted = await permissionsNamed(client, wordsOf(flags.grant) ?? [])
    const revoked = new Set((await permissionsNamed(client, wordsOf(flags.revoke) ?? [])).map(({ id }) => id))
    const ids = [...new Set([...role.relationships.permissions.data, ...granted].map(({ id }) => id))].filter(id => !revoked.has(id))
    const data = {
      attributes: { ...(flags.name !== undefined && { name: flags.name }), ...restrictionsOf(flags) },
      ...(granted.length + revoked.size > 0 && { relationships: { permissions: { data: ids.map(id => ({ id, type: 'permissions' })) } } }),
    }
    if (Object.keys(data.attributes).length === 0 && !data.relationships)
      throw new WrongUsage('Say what to change. See: signalbox roles change --help')
    const answer = await client.send<{ data: Role }>('PATCH', path(role), { json: { data } })
    show(answer, () => '')
    tell(`The role ${answer.data.attributes.name} is changed.`)
  },
})

/** `signalbox roles delete NAME`. */
export const rolesDelete = defineCommand({
  name: 'roles delete',
  usage: 'NAME…',
  does: 'Delete roles: nobody has them from then on',
  takes: [1, 100],
  async run({ args, connect, show, tell }) {
    const client = connect()
    const known = await rolesOf(client)
    const roles = args.map(name => roleNamed(name, known))
    for (const role of roles) await client.send('DELETE', path(role))
    show({ data: roles.map(({ id }) => ({ id })) }, () => '')
    for (const { attributes } of roles) tell(`The role ${attributes.name} is gone.`)
  },
})

const memberCommand = (name: string, method: 'POST' | 'DELETE', does: string, done: string) =>
  defineCommand({
    name,
    usage: 'ROLE HANDLE…',
    does,
    takes: [2, 100],
    async run({ args: [wanted = '', ...handles], connect, show, tell }) {
      const client = connect()
      const role = roleNamed(wanted, await rolesOf(client))
      const known = await usersOf(client)
      const users = handles.map(handle => userNamed(handle, known))
      for (const { id } of users) await client.send(method, path(role, '/users'), { json: { data: { id, type: 'users' } } })
      const data = await allPages<{ id: string }>(client, path(role, '/users'))
      show({ data }, () => '')
      for (const { attributes } of users) tell(`${attributes.handle} ${done} ${role.attributes.name}.`)
    },
  })
/** `signalbox roles give ROLE HANDLE` and `signalbox roles take ROLE HANDLE`. */
export const rolesGive = memberCommand('roles give', 'POST', 'Give a role to somebody, beside those that they have', 'now has the role')
export const rolesTake = memberCommand('roles take', 'DELETE', 'Take a role from somebody', 'no longer has the role')
