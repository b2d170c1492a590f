import { type Permission, permissionNames } from '../../shared/permissions.ts'
import type { Key, Role, User } from '../../shared/user.ts'
import type { Caller } from '../lib/http.ts'
import type { Restriction } from '../lib/restrictions.ts'

/** A role without these has no say in what of a track somebody sees. */
const opens = {
  signals: ['security_monitoring_signals_read', 'security_monitoring_signals_write'],
  logs: ['logs_read_data'],
} as const satisfies Record<string, readonly Permission[]>

/** What a user may do and see through a key: everything that one of their roles gives, at most with the key's scopes. */
export function rightsOf(user: User, key: Pick<Key, 'id' | 'scopes'>, roles: readonly Role[]): Caller {
  const own = roles.filter(({ id }) => user.roles.includes(id))
  const granted = permissionNames.filter(
    name => own.some(({ permissions }) => permissions.includes(name)) && (key.scopes === null || key.scopes.includes(name)),
  )
  const permissions = new Set(granted)
  return {
    user,
    scopes: key.scopes,
    keyId: key.id,
    permissions,
    restrictions: {
      signals: seenBy(own, 'signals'),
      logs: seenBy(own, 'logs'),
      // what somebody did themselves they may always look up
      audit: permissions.has('audit_logs_read') ? null : [`@usr.uuid:"${user.uuid}"`],
    },
  }
}

/** All roles together: what one of them shows is seen. So to lose a role never shows more. */
function seenBy(roles: readonly Role[], track: keyof typeof opens): Restriction {
  const those = roles.filter(({ permissions }) => opens[track].some(name => permissions.includes(name)))
  const queries = those.flatMap(({ restrictions }) => restrictions[track] ?? [])
  return those.length > queries.length ? null : [...new Set(queries)].sort()
}
