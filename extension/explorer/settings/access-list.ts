import { KeyRound, ShieldCheck, Trash2, UserRound } from 'lucide'
import type { RoleForm, RoleRow, UserForm, UserRow } from '../../access-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { granted } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { show } from '../place.ts'
import { toasts } from '../surface.ts'
import { undo } from './undo.ts'

// What the settings know of users, roles and keys, and do. A row changes only when the daemon has answered.

export const users = createLoad('users')
export const roles = createLoad('roles')
export const keys = createLoad('keys')

/** Lists that whoever sits here may not read are not asked for. */
export async function reloadAccess(): Promise<void> {
  if (granted.peek().has('user_access_read')) await Promise.all([users.load({}), roles.load({})])
}
export async function reloadKeys(): Promise<void> {
  const may = (permission: string) => granted.peek().has(permission)
  await Promise.all([
    keys.load({ api: may('api_keys_read'), own: may('user_app_keys'), everybodys: may('org_app_keys_read') }),
    reloadAccess(),
  ])
}

export const userForm = ({ name, email, title, roles }: UserRow): UserForm => ({ name, email, title, roles: [...roles].sort() })
export const roleForm = ({ name, permissions, signals, logs }: RoleRow): RoleForm => ({
  name,
  permissions: [...permissions].sort(),
  signals,
  logs,
})

/** Whether nobody would be left who can let others in. */
export function isLastAdmin(user: UserRow, users: readonly UserRow[], roles: readonly RoleRow[]): boolean {
  const admin = roles.find(({ name, isDefault }) => isDefault && name === 'Admin')?.id
  const isAdmin = (one: UserRow) => admin !== undefined && !one.disabled && one.roles.includes(admin)
  return isAdmin(user) && users.filter(isAdmin).length === 1
}
export const lastAdmin = 'This is the last administrator. Make somebody else one first.'

export const called = ({ name, handle }: Pick<UserRow, 'name' | 'handle'>): string => name || handle

/** Switch a user; what was done can be undone from the toast. */
export async function switchUser(user: UserRow, on: boolean): Promise<void> {
  const { id } = user
  const answer = await ask('switchUser', { id, on })
  if (isFailure(answer)) toasts.fail(`${called(user)} not ${on ? 'enabled' : 'disabled'}: ${answer.error}`)
  else
    toasts.show({
      icon: UserRound,
      text: `${called(user)} ${on ? 'enabled' : 'disabled'}`,
      ...undo(called(user), () => ask('switchUser', { id, on: !on }), reloadAccess),
    })
  await reloadAccess()
}

export function userSaved(user: UserRow, before: UserForm, after: UserForm): void {
  toasts.show({
    icon: UserRound,
    text: `${called(user)} saved`,
    ...undo(called(user), () => ask('changeUser', { id: user.id, before: after, after: before }), reloadAccess),
  })
  void reloadAccess()
}
export function userInvited(user: UserRow): void {
  toasts.show({ icon: UserRound, text: `${called(user)} added` })
  void reloadAccess()
  show({ do: undefined, user: user.id })
}

export function roleSaved(role: RoleRow, before: RoleForm, after: RoleForm): void {
  toasts.show({
    icon: ShieldCheck,
    text: `${role.name} saved`,
    ...undo(role.name, () => ask('changeRole', { id: role.id, before: after, after: before }), reloadAccess),
  })
  void reloadAccess()
}
export function roleMade(role: RoleRow): void {
  toasts.show({
    icon: ShieldCheck,
    text: `${role.name} created`,
    ...undo(role.name, () => ask('deleteRole', { id: role.id }), reloadAccess),
  })
  void reloadAccess()
  show({ do: undefined, role: role.id })
}
/** A copy with a name that is free: `Copy of Standard`, `Copy of Standard 2`. */
export function copyName(name: string, all: readonly RoleRow[]): string {
  const taken = new Set(all.map(({ name }) => name.toLowerCase()))
  for (let nth = 1; ; nth++) {
    const copy = `Copy of ${name}`.slice(0, 190) + (nth > 1 ? ` ${nth}` : '')
    if (!taken.has(copy.toLowerCase())) return copy
  }
}
export async function cloneRole({ id, name }: RoleRow): Promise<void> {
  const answer = await ask('cloneRole', { id, name: copyName(name, roles.value.value?.roles ?? []) })
  if (isFailure(answer)) toasts.fail(`${name} not cloned: ${answer.error}`)
  else roleMade(answer)
}
export async function deleteRole({ id, name }: RoleRow): Promise<void> {
  const answer = await ask('deleteRole', { id })
  if (isFailure(answer)) return toasts.fail(`${name} not deleted: ${answer.error}`)
  show({ role: undefined })
  toasts.show({ icon: Trash2, text: `${name} deleted` })
  await reloadAccess()
}

export async function revokeKey(key: { id: string; name: string; kind: 'api' | 'application' }, own: boolean): Promise<void> {
  const answer = await ask('revokeKey', { id: key.id, kind: key.kind, own })
  if (isFailure(answer)) return toasts.fail(`${key.name} not revoked: ${answer.error}`)
  show({ key: undefined })
  toasts.show({ icon: KeyRound, text: `${key.name} revoked` })
  await reloadKeys()
}
