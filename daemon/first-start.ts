import { userInfo } from 'node:os'
import type { User } from '../shared/user.ts'
import type { Access } from './access/access.ts'
import { newSecret } from './access/secrets.ts'
import type { KeyFile } from './data-dir.ts'
import { system } from './lib/actor.ts'

/**
 * A new store gets its administrator, who is whoever starts the daemon, and the first keys: those of the environment, or new ones, which
 * are returned to be written down. Undefined where the store is not new.
 */
export async function firstStart(
  access: Access,
  { apiKey, appKey }: { apiKey?: string | undefined; appKey?: string | undefined },
): Promise<KeyFile | undefined> {
  if (access.users().size > 0) return undefined
  const name = nameOf()
  const admin = await access.createUser({ actor: system }, { handle: `${name}@localhost`, email: `${name}@localhost`, name, role: 'Admin' })
  const keys = { api_key: apiKey ?? newSecret('api'), application_key: appKey ?? newSecret('application') }
  await access.createKey({ actor: system }, 'api', 'First API key', admin.uuid, null, keys.api_key)
  await access.createKey({ actor: system }, 'application', 'First application key', admin.uuid, null, keys.application_key)
  return apiKey && appKey ? undefined : keys
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
  [...access.users().values()].filter(user => user.role === 'Admin' && !user.disabled).sort((a, b) => a.created_at - b.created_at)[0]!
