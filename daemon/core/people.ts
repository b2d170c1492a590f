import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Person } from '../../shared/triage.ts'
import type { Key, User } from '../../shared/user.ts'
import type { WriteContext } from '../lib/actor.ts'
import { roleIdOf } from '../lib/default-roles.ts'
import { Refusal } from '../lib/errors.ts'
import { checkVersion, versionOf } from '../lib/stale.ts'
import type { StoredKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

export type NewUser = Omit<User, 'uuid' | 'created_at' | 'disabled'>
export type UserChange = Partial<Pick<User, 'name' | 'email' | 'handle' | 'title' | 'disabled'>>
export type NewKey = Omit<StoredKey, 'id' | 'created_at' | 'revoked_at'>
export type KeyChange = Partial<Pick<Key, 'name' | 'scopes' | 'expires_at'>>

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
  /** Whether anything may be written now that nobody asks for. */
  mayWrite(): boolean
}

/** Users and keys, and every way to change them. */
export function createPeople({ store, write, audit, now, mayWrite }: Options) {
  const userOf = (uuid: string): User => {
    const user = store.users.get(uuid)
    if (!user) throw new Refusal(404, 'not_found', 'User not found')
    return user
  }
  const keyOf = (id: string): StoredKey => {
    const key = store.keys.all().find(key => key.id === id && key.revoked_at === null)
    if (!key) throw new Refusal(404, 'not_found', 'Key not found')
    return key
  }
  function checkHandle(handle: string, field: string): void {
    if (store.users.byHandle(handle))
      throw new Refusal(409, 'exists', `A user with the handle ${handle} exists`, { problems: [{ field, message: 'is taken' }] })
  }
  /** Store a user as changed, with an event; nothing where nothing has changed. */
  function putUser(ctx: WriteContext, before: User, after: User, message: string, action: NewAuditEvent['action'] = 'modified'): User {
    const [from, to] = difference(shownUser(store, before), shownUser(store, after))
    if (Object.keys(to).length === 0) return before
    store.users.put(after)
    checkAdmin(store)
    audit(ctx, { action, asset: { type: 'user', id: after.uuid, name: after.handle }, message, before: from, after: to })
    return after
  }

  return {
    users: async (): Promise<User[]> => store.users.all(),
    createUser: async (ctx: WriteContext, user: NewUser): Promise<User> =>
      write(ctx, () => {
        checkHandle(user.handle, 'data.attributes.email')
        const created: User = { ...user, uuid: randomUUID(), created_at: now(), disabled: false }
        store.users.put(created)
        const names = namesOf(store, created)
        audit(ctx, {
          action: 'created',
          asset: { type: 'user', id: created.uuid, name: created.handle },
          message: `created the user ${created.handle} as ${names.join(', ') || 'nobody who may do anything'}`,
          before: null,
          after: shownUser(store, created),
        })
        return { result: created }
      }),
    /** With a `version` only where the user still is as that says. */
    updateUser: async (ctx: WriteContext, uuid: string, change: UserChange, version?: string): Promise<User> =>
      write(ctx, () => {
        const before = userOf(uuid)
        checkVersion('the user', versionOf(before), version, versionField)
        if (change.handle !== undefined && change.handle !== before.handle) checkHandle(change.handle, 'data.attributes.handle')
        const disabled = change.disabled !== undefined && change.disabled !== before.disabled
        const verb = disabled ? (change.disabled ? 'disabled' : 'enabled') : 'changed'
        return { result: putUser(ctx, before, { ...before, ...change }, `${verb} the user ${before.handle}`) }
      }),
    /** Give a user a role, or take it away. */
    setMember: async (ctx: WriteContext, role: string, uuid: string, isMember: boolean): Promise<User> =>
      write(ctx, () => {
        const { name } = store.roles.get(role) ?? missingRole()
        const before = userOf(uuid)
        const roles = before.roles.filter(id => id !== role)
        if (isMember) roles.push(role)
        const message = isMember ? `gave the role ${name} to ${before.handle}` : `took the role ${name} from ${before.handle}`
        return { result: before.roles.includes(role) === isMember ? before : putUser(ctx, before, { ...before, roles }, message) }
      }),

    keys: async (): Promise<StoredKey[]> => store.keys.all(),
    /** Store a key by its hash; the secret itself never gets here. */
    createKey: async (ctx: WriteContext, key: NewKey): Promise<Key> =>
      write(ctx, () => {
        const created: StoredKey = { ...key, id: randomUUID(), created_at: now(), revoked_at: null }
        store.keys.put(created)
        audit(ctx, {
          action: 'created',
          asset: assetOf(created),
          message: `created the ${key.kind} key “${key.name}”`,
          before: null,
          after: shownKey(created),
        })
        return { result: withoutHash(created) }
      }),
    updateKey: async (ctx: WriteContext, id: string, change: KeyChange): Promise<Key> =>
      write(ctx, () => {
        const before = keyOf(id)
        const after = { ...before, ...change }
        const [from, to] = difference(shownKey(before), shownKey(after))
        if (Object.keys(to).length === 0) return { result: withoutHash(before) }
        store.keys.put(after)
        audit(ctx, {
          action: 'modified',
          asset: assetOf(after),
          message: `changed the ${before.kind} key “${before.name}”`,
          before: from,
          after: to,
        })
        return { result: withoutHash(after) }
      }),
    /** Note that a key has let somebody in: no change that anybody makes. */
    touchKey: async (id: string, time: number): Promise<void> => {
      const key = mayWrite() ? store.keys.all().find(key => key.id === id) : undefined
      if (key) store.write(() => store.keys.put({ ...key, used_at: time }), { spare: false })
    },
    revokeKey: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const key = keyOf(id)
        store.keys.put({ ...key, revoked_at: now() })
        audit(ctx, {
          action: 'deleted',
          asset: assetOf(key),
          message: `revoked the ${key.kind} key “${key.name}”`,
          before: shownKey(key),
          after: null,
        })
        return { result: null }
      }),
  }
}

/** Where users and roles have it on the wire. */
export const versionField = 'data.attributes.x_local.version'
/** Somebody who can be given something to do. `field` is where the caller named them. */
export function personWith(store: Store, uuid: string, field: string): Person {
  const user = store.users.get(uuid)
  if (!user || user.disabled)
    throw new Refusal(400, 'unknown_user', `No user has the uuid ${uuid}`, {
      problems: [{ field, message: 'is not a user of this daemon' }],
    })
  return { uuid: user.uuid, handle: user.handle, name: user.name }
}

export const missingRole = (): never => {
  throw new Refusal(404, 'not_found', 'Role not found')
}

/** Somebody has to be left who can let others in. Call it inside of the write, after the change. */
export function checkAdmin(store: Store): void {
  if (store.users.all().some(({ roles, disabled }) => !disabled && roles.includes(roleIdOf('Admin')))) return
  throw new Refusal(409, 'last_admin', 'This is the last administrator: make somebody else one first', {
    problems: [{ field: 'data', message: 'is about the last administrator' }],
  })
}

const assetOf = ({ kind, id, name }: Key) => ({ type: `${kind}_key`, id, name })
const withoutHash = ({ hash: _, ...key }: StoredKey): Key => key
const namesOf = (store: Store, { roles }: User) => store.roles.all().flatMap(({ id, name }) => (roles.includes(id) ? [name] : []))

/** What the audit trail tells of a user, and of a key. */
const shownUser = (store: Store, user: User): JsonObject => ({
  handle: user.handle,
  email: user.email,
  name: user.name,
  ...(user.title !== undefined && { title: user.title }),
  disabled: user.disabled,
  roles: namesOf(store, user),
})
const shownKey = ({ name, user, scopes, expires_at: expires }: Key): JsonObject => ({ name, user, scopes, expires_at: expires })

/** The members that are not the same, as they were and as they are. */
export function difference(before: JsonObject, after: JsonObject): [before: JsonObject, after: JsonObject] {
  const changed = Object.keys({ ...before, ...after }).filter(key => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  const only = (all: JsonObject) => Object.fromEntries(changed.map(key => [key, all[key] ?? null]))
  return [only(before), only(after)]
}
