import { type DefaultRole, defaultRoleNames, defaultRoles } from '../../shared/permissions.ts'
import type { Role } from '../../shared/user.ts'
import { uuidOf } from './uuid.ts'

/** Ids of the default roles never change: they are hashes of their names. */
export const roleIdOf = (role: DefaultRole): string => uuidOf(`role ${role}`)

/** They are not stored: a newer version may give them permissions for what it can do. */
export const builtInRoles: readonly Role[] = defaultRoleNames.map(name => ({
  id: roleIdOf(name),
  name,
  permissions: [...defaultRoles[name]],
  restrictions: { signals: null, logs: null },
  isDefault: true,
  created_at: 0,
  modified_at: 0,
}))
