import type { Permission } from './permissions.ts'

/** Somebody who can act here. Times are ms UTC. */
export interface User {
  uuid: string
  handle: string
  name: string
  email: string
  title?: string
  /** Ids of roles. */
  roles: string[]
  disabled: boolean
  created_at: number
}

/** What those who have it may do, and what of each track they see: all, or what a query finds. */
export interface Role {
  id: string
  name: string
  permissions: Permission[]
  restrictions: RoleRestrictions
  /** One of those that are always there, and never change. */
  isDefault: boolean
  created_at: number
  modified_at: number
}
export const restrictedTracks = ['signals', 'logs'] as const
export type RoleRestrictions = Record<(typeof restrictedTracks)[number], string | null>

/** An API key lets logs in; an application key speaks for a user, at most with its scopes. The key itself is never stored. */
export interface Key {
  id: string
  kind: 'api' | 'application'
  name: string
  user: string
  last4: string
  scopes: Permission[] | null
  /** The one extension origin a paired key belongs to. */
  origin: string | null
  created_at: number
  /** From then on it lets nobody in. */
  expires_at: number | null
  revoked_at: number | null
  /** When it last let somebody in, to ten minutes; absent where it never has. */
  used_at?: number
}
