import type { Permission, RoleName } from './permissions.ts'

/** Somebody who can act here. Times are ms UTC. */
export interface User {
  uuid: string
  handle: string
  name: string
  email: string
  role: RoleName
  disabled: boolean
  created_at: number
}

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
  revoked_at: number | null
}
