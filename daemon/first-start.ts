import { userInfo } from 'node:os'
import type { User } from '../shared/user.ts'
import type { Access } from './access/access.ts'
import type { KeyFile } from './data-dir.ts'
import { system } from './lib/actor.ts'
import { roleIdOf } from './lib/default-roles.ts'
import { hashOf, newSecret } from './lib/secrets.ts'

interface Given {
  apiKey?: string | undefined
  appKey?: string | undefined
}

/**
 * A new store gets its administrator, who is whoever starts the daemon, and the first keys: those of the environment, or new ones, which
 * `keep` writes down before they are made, so that a kill in between leaves no key that nobody knows. The application key comes last: once
 * there is one, this is done.
 */
export async function firstStart(access: Access, { apiKey, appKey }: Given, keep: (keys: KeyFile) => void): Promise<void> {
  if (access.keys().some(key => key.kind === 'application')) return
  const name = nameOf()
  const handle = `${name}@localhost`
  const admin =
    [...access.users().values()][0] ??
    (await access.createUser({ actor: system }, { handle, email: handle, name, roles: [roleIdOf('Admin')] }))
  const keys = { api_key: apiKey ?? newSecret('api'), application_key: appKey ?? newSecret('application') }
  if (!apiKey || !appKey) keep(keys)
  if (!access.keys().some(key => key.hash === hashOf(keys.api_key)))
    await access.createKey({ actor: system }, { kind: 'api', name: 'First API key', user: admin.uuid, secret: keys.api_key })
  const secret = keys.application_key
  await access.createKey({ actor: system }, { kind: 'application', name: 'First application key', user: admin.uuid, secret })
}

function nameOf(): string {
  try {
    return userInfo().username
  } catch {
    // a container without an entry for its user
    return 'admin'
  }
}

/** The user that a pairing code of the daemon itself is for: the first administrator. */
export const administrator = (access: Access): User =>
  [...access.users().values()]
    .filter(user => user.roles.includes(roleIdOf('Admin')) && !user.disabled)
    .sort((a, b) => a.created_at - b.created_at)[0]!
