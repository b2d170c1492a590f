import { randomBytes } from 'node:crypto'
import { administration, type Permission, permissionNames } from '../../shared/permissions.ts'
import type { Key, Role, User } from '../../shared/user.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Caller } from '../lib/http.ts'
import { hashOf, newSecret } from '../lib/secrets.ts'
import type { StoredKey } from '../store/keys.ts'
import { createPairing } from './pairing.ts'
import { rightsOf } from './rights.ts'
import { createSessions } from './sessions.ts'

/** What access needs of the store. */
export interface AccessStore {
  keys(): Promise<StoredKey[]>
  users(): Promise<User[]>
  roles(): Promise<Role[]>
  createKey(ctx: WriteContext, key: Omit<StoredKey, 'id' | 'created_at' | 'revoked_at'>): Promise<Key>
  updateKey(ctx: WriteContext, id: string, change: Partial<Pick<Key, 'name' | 'scopes' | 'expires_at'>>): Promise<Key>
  revokeKey(ctx: WriteContext, id: string): Promise<null>
  touchKey(id: string, time: number): Promise<void>
  createUser(ctx: WriteContext, user: Omit<User, 'uuid' | 'created_at' | 'disabled'>): Promise<User>
  updateUser(
    ctx: WriteContext,
    uuid: string,
    change: Partial<Pick<User, 'name' | 'email' | 'handle' | 'title' | 'disabled'>>,
    version?: string,
  ): Promise<User>
  setMember(ctx: WriteContext, role: string, uuid: string, isMember: boolean): Promise<User>
  createRole(ctx: WriteContext, given: NewRole): Promise<Role>
  cloneRole(ctx: WriteContext, id: string, name: string): Promise<Role>
  updateRole(ctx: WriteContext, id: string, changed: Partial<NewRole>, version?: string): Promise<Role>
  setGranted(ctx: WriteContext, id: string, permission: Permission, isGranted: boolean): Promise<Role>
  deleteRole(ctx: WriteContext, id: string): Promise<null>
}
export type NewRole = Pick<Role, 'name' | 'permissions' | 'restrictions'>

/** When a key was used last is stored no oftener than this, ms. */
const usedEvery = 10 * 60_000

/** A key to make; without a secret it gets a new one. */
interface KeyGiven {
  kind: Key['kind']
  name: string
  user: string
  scopes?: Permission[] | null
  /** ms UTC. */
  expires_at?: number | null
  secret?: string
  origin?: string | null
}

export type Access = Awaited<ReturnType<typeof createAccess>>

/**
 * Users, roles, keys, pairings and sessions. They are held in memory, for every request asks for them; only this process changes them. `now`
 * is ms UTC.
 */
export async function createAccess(store: AccessStore, now: () => number) {
  let keys = await store.keys()
  let roles = await store.roles()
  let users = new Map((await store.users()).map(user => [user.uuid, user]))
  const listeners = new Set<() => void>()
  const pairing = createPairing()
  const sessions = createSessions()
  const reload = async () => {
    const [nextKeys, nextRoles, nextUsers] = await Promise.all([store.keys(), store.roles(), store.users()])
    keys = nextKeys
    roles = nextRoles
    users = new Map(nextUsers.map(user => [user.uuid, user]))
    for (const listener of listeners) listener()
  }
  /** Make a change; whoever it is about has it from the next request on, and in streams that are open. */
  const changing =
    <A extends unknown[], R>(change: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const result = await change(...args)
      await reload()
      return result
    }

  const createKey = changing(async (ctx: WriteContext, given: KeyGiven): Promise<Key & { secret: string }> => {
    const { secret = newSecret(given.kind), scopes = null, expires_at = null, origin = null, kind, name, user } = given
    const stored = { kind, name, user, scopes, expires_at, origin, last4: secret.slice(-4), hash: hashOf(secret) }
    return { ...(await store.createKey(ctx, stored)), secret }
  })

  const isGood = ({ revoked_at, expires_at }: Key): boolean => revoked_at === null && (expires_at === null || expires_at > now())
  /** When the last use of keys was noted. */
  const uses = new Map<string, number>()
  function used(key: StoredKey): void {
    const time = now()
    if (time - (uses.get(key.id) ?? key.used_at ?? 0) < usedEvery) return
    uses.set(key.id, time)
    keys = keys.map(one => (one.id === key.id ? { ...one, used_at: time } : one))
    // a disk that is full does not keep anybody out
    void store.touchKey(key.id, time).catch(() => uses.delete(key.id))
  }
  const callerOf = (key: StoredKey | undefined): Caller | undefined => {
    const user = key && isGood(key) ? users.get(key.user) : undefined
    return key && user && !user.disabled ? rightsOf(user, key, roles) : undefined
  }

  /** What a browser is told of whom it acts for, so that it draws what they may do, and says why not of the rest. */
  const shownTo = (user: User, key: Pick<Key, 'id' | 'scopes'>) => ({
    user,
    role: roles.flatMap(({ id, name }) => (user.roles.includes(id) ? [name] : [])).join(', '),
    permissions: [...rightsOf(user, key, roles).permissions],
  })

  return {
    sessions,
    keys: () => keys,
    used,
    users: () => users,
    roles: () => roles,
    createKey,
    updateKey: changing(store.updateKey),
    revokeKey: changing(store.revokeKey),
    createUser: changing(store.createUser),
    updateUser: changing(store.updateUser),
    setMember: changing(store.setMember),
    createRole: changing(store.createRole),
    cloneRole: changing(store.cloneRole),
    updateRole: changing(store.updateRole),
    setGranted: changing(store.setGranted),
    deleteRole: changing(store.deleteRole),
    isGood,
    /** What whoever holds a key may do and see now; undefined when it lets nobody in. */
    callerOf,
    callerNow: (keyId: string): Caller | undefined => callerOf(keys.find(key => key.id === keyId)),
    /** Hear of each change to users, roles and keys; answers how to stop. */
    onChange(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Whether a program acts as a user: by an application key that is no browser's. */
    isService: (uuid: string): boolean =>
      keys.some(key => key.user === uuid && key.kind === 'application' && key.origin === null && isGood(key)),
    isPaired: (origin: string): boolean => keys.some(key => key.origin === origin && key.revoked_at === null),
    /** A code for a browser that will act as this user, with at most these scopes. It hands out no access unless it `administers`. */
    issueCode(user: string, scopes: readonly Permission[] | null, administers = false) {
      const own = permissionNames.filter(name => administers || !administration.includes(name))
      return pairing.issue(
        user,
        own.filter(name => scopes === null || scopes.includes(name)),
      )
    },
    startPairing: (nonce: string) => pairing.start(nonce),
    /** Make the key of a paired browser and seal it for the way. */
    async finishPairing(
      id: string,
      proof: string,
      origin: string,
    ): Promise<{ keyId: string; sealed: string } & ReturnType<typeof shownTo>> {
      const { user: uuid, scopes, seal } = pairing.finish(id, proof)
      const user = users.get(uuid)
      if (!user) throw new Refusal(410, 'code_expired', 'The user this code was for is gone')
      const bytes = randomBytes(32)
      const actor = { uuid: user.uuid, handle: user.handle, name: user.name, auth_method: 'session' as const }
      const secret = bytes.toString('base64url')
      const key = await createKey(
        { actor },
        { kind: 'application', name: `Browser ${origin}`, user: uuid, scopes: [...scopes], secret, origin },
      )
      return { keyId: key.id, sealed: seal(bytes), ...shownTo(user, key) }
    },
    /** Open a session for a paired browser; only from the origin that was paired. */
    openSession(keyId: string, nonce: string, origin: string | undefined) {
      const key = keys.find(key => key.id === keyId && isGood(key) && key.origin !== null)
      const user = key && users.get(key.user)
      if (!key || !user || user.disabled) throw new Refusal(401, 'unknown_key', 'This browser is not paired any more')
      if (origin !== undefined && origin !== key.origin) throw new Refusal(403, 'foreign_origin', 'This key belongs to another extension')
      return { ...sessions.open(key.id, key.hash, nonce), ...shownTo(user, key), pairedAt: key.created_at }
    },
  }
}
