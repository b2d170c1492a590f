import { allPages } from './all-pages.ts'
import type { Client } from './client.ts'
import { WrongUsage } from './command.ts'

export interface User {
  id: string
  attributes: { handle: string; email: string; name: string; status: string; created_at: string }
  relationships: { roles: { data: { id: string }[] } }
}
export interface Role {
  id: string
  attributes: {
    name: string
    user_count: number
    x_local: { default: boolean; restriction_queries: { signals: string | null; logs: string | null } }
  }
  relationships: { permissions: { data: { id: string }[] } }
}

export const usersOf = (client: Client) => allPages<User>(client, '/api/v2/users')
export const rolesOf = (client: Client) => allPages<Role>(client, '/api/v2/roles')

/** The user with a handle or an e-mail address, as people know them. */
export function userNamed(wanted: string, users: readonly User[]): User {
  const user = users.find(({ id, attributes: { handle, email } }) => [id, handle, email].includes(wanted))
  if (!user) throw new Error(`Nobody here is called ${wanted}. See: signalbox users list`)
  return user
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
/** The role with a name, in whatever letters: read-only is Read Only. */
export function roleNamed(wanted: string, roles: readonly Role[]): Role {
  const role = roles.find(({ id, attributes }) => id === wanted || plain(attributes.name) === plain(wanted))
  if (!role)
    throw new WrongUsage(
      `There is no role ${wanted}: ${roles.map(({ attributes }) => attributes.name.toLowerCase().replaceAll(' ', '-')).join(', ')}`,
    )
  return role
}

/** Words given one by one or with commas between. */
export const wordsOf = (given: readonly string[] | undefined): string[] | undefined =>
  given?.flatMap(word => word.split(',')).filter(word => word !== '')
