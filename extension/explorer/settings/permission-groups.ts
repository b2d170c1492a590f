import type { PermissionRow } from '../../access-messages.ts'

export interface PermissionGroup {
  name: string
  permissions: PermissionRow[]
}

/** Permissions under the daemon's headings, in its order; of one heading what reads stands before what writes the same. */
export function groupsOf(permissions: readonly PermissionRow[]): PermissionGroup[] {
  const groups = new Map<string, PermissionRow[]>()
  for (const permission of permissions) groups.set(permission.group, [...(groups.get(permission.group) ?? []), permission])
  return [...groups].map(([name, permissions]) => ({ name, permissions }))
}

/** All of a group, or none of it; what cannot be changed stays as it is. */
export function setGroup(
  chosen: readonly string[],
  group: readonly PermissionRow[],
  on: boolean,
  isOff: (name: string) => boolean,
): string[] {
  const names = group.map(({ name }) => name).filter(name => !isOff(name))
  const rest = chosen.filter(name => !names.includes(name))
  return (on ? [...rest, ...names] : rest).sort()
}
