import type { Permission } from '../../shared/permissions.ts'
import type { Role } from '../../shared/user.ts'
import { Refusal } from '../lib/errors.ts'
import type { Access } from './access.ts'
import { permissionOf } from './wire.ts'

/** The role with an id. */
export function roleIn(access: Access, id: string): Role {
  const role = access.roles().find(role => role.id === id)
  if (!role) throw new Refusal(404, 'not_found', 'Role not found')
  return role
}

/** The permission with an id; `field` is where it stood in the request. */
export function knownPermission(id: string, field: string): Permission {
  const name = permissionOf(id)
  if (!name)
    throw new Refusal(400, 'unknown_permission', `No permission has the id ${id.slice(0, 100)}`, {
      problems: [{ field, message: 'is not a permission' }],
    })
  return name
}
