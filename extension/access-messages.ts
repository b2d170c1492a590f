// What the explorer asks about users, roles and keys. Times are ms UTC.

export interface UserRow {
  id: string
  handle: string
  name: string
  email: string
  title: string
  disabled: boolean
  /** Ids. */
  roles: string[]
  createdAt: number
}

export interface RoleRow {
  id: string
  name: string
  /** Always there and never changed. */
  isDefault: boolean
  /** How many have it. */
  users: number
  /** Names, as Datadog has them. */
  permissions: string[]
  /** Who has the role sees what these queries find; empty: everything. */
  signals: string
  logs: string
  modifiedAt: number
}

export interface PermissionRow {
  name: string
  label: string
  group: string
}

export type KeyKind = 'api' | 'application'
export interface KeyRow {
  id: string
  kind: KeyKind
  name: string
  last4: string
  /** A user's id. */
  owner: string
  /** Null: all that its user may do. */
  scopes: string[] | null
  createdAt: number
  expiresAt: number | null
  usedAt: number | null
  /** The browser extension that it was made for by pairing. */
  origin: string | null
}

/** What can be changed of a user, and of a role. */
export type UserForm = Pick<UserRow, 'name' | 'email' | 'title' | 'roles'>
export type RoleForm = Pick<RoleRow, 'name' | 'permissions' | 'signals' | 'logs'>

/** `before` is what was there when the change began: where somebody else came first, it is refused and says who. */
export interface AccessProtocol {
  users: [object, { users: UserRow[] }]
  roles: [object, { roles: RoleRow[]; permissions: PermissionRow[] }]
  inviteUser: [{ user: UserForm }, UserRow]
  changeUser: [{ id: string; before: UserForm; after: UserForm }, UserRow]
  switchUser: [{ id: string; on: boolean }, UserRow]
  createRole: [{ role: RoleForm }, RoleRow]
  changeRole: [{ id: string; before: RoleForm; after: RoleForm }, RoleRow]
  cloneRole: [{ id: string; name: string }, RoleRow]
  deleteRole: [{ id: string }, object]
  /** Of each list that is wanted, all that are not revoked. */
  keys: [{ api: boolean; own: boolean; everybodys: boolean }, { keys: KeyRow[] }]
  /** `owner` is a user's id; without it, oneself. */
  createKey: [
    { kind: KeyKind; owner?: string; name: string; scopes: string[] | null; expiresAt: number | null },
    { key: KeyRow; secret: string },
  ]
  revokeKey: [{ id: string; kind: KeyKind; own: boolean }, object]
}
