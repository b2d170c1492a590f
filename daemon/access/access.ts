import { randomBytes } from 'node:crypto'
import type { Permission } from '../../shared/permissions.ts'
import { permissionNames } from '../../shared/permissions.ts'
import type { Key, User } from '../../shared/user.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { StoredKey } from '../store/keys.ts'
import { createPairing } from './pairing.ts'
import { hashOf, newSecret } from './secrets.ts'
import { createSessions } from './sessions.ts'

/** What access needs of the store. */
export interface AccessStore {
  keys(): Promise<StoredKey[]>
  users(): Promise<User[]>
  createKey(ctx: WriteContext, key: Omit<StoredKey, 'id' | 'created_at' | 'revoked_at'>): Promise<Key>
  revokeKey(ctx: WriteContext, id: string): Promise<null>
  createUser(ctx: WriteContext, user: Omit<User, 'uuid' | 'created_at' | 'disabled'>): Promise<User>
}

/** A paired browser acts for its user, but hands out no access. */
const notForExtensions: Permission[] = [
  'api_keys_write',
  'api_keys_delete',
  'org_app_keys_write',
  'user_app_keys',
  'user_access_invite',
  'user_access_manage',
  'org_management',
]

export type Access = Awaited<ReturnType<typeof createAccess>>

/** Users, keys, pairings and sessions. Keys and users are held in memory, for every request asks for them; only this process changes them. */
export async function createAccess(store: AccessStore) {
  let keys = await store.keys()
  let users = new Map((await store.users()).map(user => [user.uuid, user]))
  const pairing = createPairing()
  const sessions = createSessions()
  const reload = async () => {
    keys = await store.keys()
    users = new Map((await store.users()).map(user => [user.uuid, user]))
  }

  async function createKey(
    ctx: WriteContext,
    kind: Key['kind'],
    name: string,
    user: string,
    scopes: Permission[] | null,
    secret = newSecret(kind),
    origin: string | null = null,
  ): Promise<Key & { secret: string }> {
    const key = await store.createKey(ctx, { kind, name, user, scopes, origin, last4: secret.slice(-4), hash: hashOf(secret) })
    await reload()
    return { ...key, secret }
  }

  return {
    sessions,
    keys: () => keys,
    users: () => users,
    createKey,
    async revokeKey(ctx: WriteContext, id: string): Promise<void> {
      await store.revokeKey(ctx, id)
      await reload()
    },
    async createUser(ctx: WriteContext, user: Omit<User, 'uuid' | 'created_at' | 'disabled'>): Promise<User> {
      const created = await store.createUser(ctx, user)
      await reload()
      return created
    },
    /** Whether a key still lets anybody in. */
    isLive: (keyId: string): boolean => {
      const key = keys.find(key => key.id === keyId)
      return key !== undefined && key.revoked_at === null && users.get(key.user)?.disabled === false
    },
    isPaired: (origin: string): boolean => keys.some(key => key.origin === origin && key.revoked_at === null),
    /** A code for a browser that will act as this user, with at most these scopes. */
    issueCode: (user: string, scopes: readonly Permission[] | null) => pairing.issue(user, scopes),
    startPairing: (nonce: string) => pairing.start(nonce),
    /** Make the key of a paired browser and seal it for the way. */
    async finishPairing(id: string, proof: string, origin: string): Promise<{ keyId: string; sealed: string; user: User }> {
      const { user: uuid, scopes: given, seal } = pairing.finish(id, proof)
      const user = users.get(uuid)
      if (!user) throw new Refusal(410, 'code_expired', 'The user this code was for is gone')
      const bytes = randomBytes(32)
      const actor = { uuid: user.uuid, handle: user.handle, name: user.name, auth_method: 'session' as const }
      const scopes = permissionNames.filter(scope => !notForExtensions.includes(scope) && (given === null || given.includes(scope)))
      const { id: keyId } = await createKey(
        { actor },
        'application',
        `Browser ${origin}`,
        uuid,
        scopes,
        bytes.toString('base64url'),
        origin,
      )
      return { keyId, sealed: seal(bytes), user }
    },
    /** Open a session for a paired browser; only from the origin that was paired. */
    openSession(keyId: string, nonce: string, origin: string | undefined) {
      const key = keys.find(key => key.id === keyId && key.revoked_at === null && key.origin !== null)
      const user = key && users.get(key.user)
      if (!key || !user || user.disabled) throw new Refusal(401, 'unknown_key', 'This browser is not paired any more')
      if (origin !== undefined && origin !== key.origin) throw new Refusal(403, 'foreign_origin', 'This key belongs to another extension')
      return { ...sessions.open(key.id, key.hash, nonce), user, pairedAt: key.created_at }
    },
  }
}
