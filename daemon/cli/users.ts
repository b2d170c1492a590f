import { allPages } from './all-pages.ts'
import type { Client } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { table, time } from './table.ts'

interface User {
  id: string
  attributes: { handle: string; email: string; name: string; status: string; created_at: string }
  relationships: { roles: { data: { id: string }[] } }
}
interface Role {
  id: string
  attributes: { name: string }
}

const rolesOf = async (client: Client) => (await client.get<{ data: Role[] }>('/api/v2/roles')).data

/** `signalbox users list`. */
export const usersList = defineCommand({
  name: 'users list',
  usage: '',
  does: 'List everybody who can act here',
  async run({ connect, show }) {
    const client = connect()
    const data = await allPages<User>(client, '/api/v2/users')
    const roles = new Map((await rolesOf(client)).map(({ id, attributes }) => [id, attributes.name]))
    show({ data }, () =>
      table(
        ['Id', 'Handle', 'Name', 'Role', 'Status', 'Created'],
        data.map(({ id, attributes: { handle, name, status, created_at }, relationships }) => {
          const names = relationships.roles.data.map(role => roles.get(role.id) ?? '').join(', ')
          return [id, handle, name, names, status, time(created_at)]
        }),
      ),
    )
  },
})

/** `signalbox users create EMAIL`. */
export const usersCreate = defineCommand({
  name: 'users create',
  usage: 'EMAIL [--name NAME] [--role admin|standard|read-only]',
  does: 'Add somebody who can act here and be assigned signals',
  takes: [1, 1],
  flags: {
    name: { type: 'string', value: 'NAME', does: 'how they are called' },
    role: { type: 'string', value: 'ROLE', does: 'admin, standard or read-only; read-only unless it is given' },
  },
  async run({ flags, args: [email = ''], connect, show, tell }) {
    const client = connect()
    const role = flags.role === undefined ? undefined : roleNamed(flags.role, await rolesOf(client))
    const data = {
      attributes: { email, ...(flags.name !== undefined && { name: flags.name }) },
      ...(role && { relationships: { roles: { data: [{ id: role.id, type: 'roles' }] } } }),
    }
    const answer = await client.send<{ data: User }>('POST', '/api/v2/users', { json: { data } })
    show(answer, () => `${answer.data.id}\n`)
    tell(`${answer.data.attributes.handle} can act here as ${role?.attributes.name ?? 'Read Only'}.`)
  },
})

function roleNamed(wanted: string, roles: readonly Role[]): Role {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '')
  const role = roles.find(({ attributes }) => plain(attributes.name) === plain(wanted))
  if (!role)
    throw new WrongUsage(`--role is one of ${roles.map(({ attributes }) => attributes.name.toLowerCase().replace(' ', '-')).join(', ')}`)
  return role
}
