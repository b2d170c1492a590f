import { computed } from '@preact/signals'
import { defaultRoleNames, defaultRoles, mayDo, type Permission, permissions } from '../../shared/permissions.ts'
import { status } from '../ui/live.ts'
import { off } from './surface.ts'

const role = computed(() => {
  const now = status.value
  const name = now?.connection.state === 'live' ? now.connection.user.role : ''
  return defaultRoleNames.find(one => one === name)
})

/** Why something that needs a permission cannot be done now, in words; undefined while it can. The daemon has the last word. */
export function whyNot(permission: Permission): string | undefined {
  if (off.value !== undefined) return off.value
  // of a role that this version does not know, the daemon says what it may
  if (role.value === undefined || mayDo(defaultRoles[role.value], permission)) return undefined
  return `Needs the permission ${permissions[permission]}. An admin can grant it.`
}
