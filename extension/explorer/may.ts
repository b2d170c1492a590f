import { computed } from '@preact/signals'
import { administration, type Permission, permissions } from '../../shared/permissions.ts'
import { status } from '../ui/live.ts'
import { off } from './surface.ts'

/** What whoever sits here may do, by their roles and the key of this browser. */
export const granted = computed<ReadonlySet<string>>(() => {
  const now = status.value
  return new Set(now?.connection.state === 'live' ? now.connection.user.permissions : [])
})

/** Why something that needs a permission cannot be done now, in words; undefined while it can. The daemon has the last word. */
export function whyNot(permission: Permission): string | undefined {
  if (off.value !== undefined) return off.value
  if (granted.value.has(permission)) return undefined
  const how = administration.includes(permission)
    ? 'A browser has it only where it was paired by `signalbox pair --admin`, and your role allows it.'
    : 'An admin can grant it.'
  return `Needs the permission ${permissions[permission]}. ${how}`.replaceAll('`', '')
}
