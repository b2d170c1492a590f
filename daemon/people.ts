import { randomUUID } from 'node:crypto'
import type { Key, User } from '../shared/user.ts'
import type { WriteContext } from './lib/actor.ts'
import { Refusal } from './lib/errors.ts'
import type { StoredKey } from './store/keys.ts'
import type { Store } from './store/store.ts'
import type { Audit, Write } from './writes.ts'

/** Users and keys, and every way to change them. */
export function createPeople({ store, write, audit, now }: { store: Store; write: Write; audit: Audit; now: () => number }) {
  return {
    users: async (): Promise<User[]> => store.users.all(),
    createUser: async (ctx: WriteContext, user: Omit<User, 'uuid' | 'created_at' | 'disabled'>): Promise<User> =>
      write(ctx, () => {
        if (store.users.byHandle(user.handle))
          throw new Refusal(409, 'exists', `A user with the handle ${user.handle} exists`, {
            problems: [{ field: 'data.attributes.email', message: 'is taken' }],
          })
        const created: User = { ...user, uuid: randomUUID(), created_at: now(), disabled: false }
        store.users.put(created)
        audit(ctx, {
          action: 'created',
          asset: { type: 'user', id: created.uuid, name: created.handle },
          message: `created the user ${created.handle} as ${created.role}`,
          after: { role: created.role },
        })
        return { result: created }
      }),

    keys: async (): Promise<StoredKey[]> => store.keys.all(),
    /** Store a key by its hash; the secret itself never gets here. */
    createKey: async (ctx: WriteContext, key: Omit<StoredKey, 'id' | 'created_at' | 'revoked_at'>): Promise<Key> =>
      write(ctx, () => {
        const created: StoredKey = { ...key, id: randomUUID(), created_at: now(), revoked_at: null }
        store.keys.put(created)
        audit(ctx, {
          action: 'created',
          asset: { type: `${key.kind}_key`, id: created.id, name: key.name },
          message: `created the ${key.kind} key “${key.name}”`,
        })
        return { result: withoutHash(created) }
      }),
    revokeKey: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const key = store.keys.all().find(key => key.id === id && key.revoked_at === null)
        if (!key) throw new Refusal(404, 'not_found', 'Key not found')
        store.keys.put({ ...key, revoked_at: now() })
        audit(ctx, {
          action: 'deleted',
          asset: { type: `${key.kind}_key`, id, name: key.name },
          message: `revoked the ${key.kind} key “${key.name}”`,
        })
        return { result: null }
      }),
  }
}

const withoutHash = ({ hash: _, ...key }: StoredKey): Key => key
