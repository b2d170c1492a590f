import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../shared/json.ts'
import type { Permission } from '../../shared/permissions.ts'
import type { Role } from '../../shared/user.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { checkVersion, versionOf } from '../lib/stale.ts'
import type { Store } from '../store/store.ts'
import { difference, missingRole, versionField } from './people.ts'
import type { Audit, Write } from './writes.ts'

export type NewRole = Pick<Role, 'name' | 'permissions' | 'restrictions'>

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}

/** Roles, and every way to change them. */
export function createRoles({ store, write, audit, now }: Options) {
  /** One that people made. */
  function ownRole(id: string): Role {
    const role = store.roles.get(id) ?? missingRole()
    if (role.isDefault)
      throw new Refusal(400, 'default_role', `${role.name} is a default role, which stays as it is: clone it and change the clone`, {
        problems: [{ field: 'role_id', message: 'is a default role, which stays as it is: clone it and change the clone' }],
      })
    return role
  }
  function checkName(name: string): void {
    const plain = name.toLowerCase()
    if (store.roles.all().some(role => role.name.toLowerCase() === plain))
      throw new Refusal(409, 'exists', `A role called ${name} exists`, {
        problems: [{ field: 'data.attributes.name', message: 'is taken' }],
      })
  }
  function putNew(ctx: WriteContext, given: NewRole, message: string): Role {
    checkName(given.name)
    const role: Role = { ...given, id: randomUUID(), isDefault: false, created_at: now(), modified_at: now() }
    store.roles.put(role)
    audit(ctx, { action: 'created', asset: assetOf(role), message, before: null, after: shown(role) })
    return role
  }
  function change(ctx: WriteContext, before: Role, changed: Partial<NewRole>, message: string): Role {
    if (changed.name !== undefined && changed.name.toLowerCase() !== before.name.toLowerCase()) checkName(changed.name)
    const after: Role = { ...before, ...changed, modified_at: now() }
    const [from, to] = difference(shown(before), shown(after))
    if (Object.keys(to).length === 0) return before
    store.roles.put(after)
    audit(ctx, { action: 'modified', asset: assetOf(after), message, before: from, after: to })
    return after
  }

  return {
    roles: async (): Promise<Role[]> => store.roles.all(),
    createRole: async (ctx: WriteContext, given: NewRole): Promise<Role> =>
      write(ctx, () => ({ result: putNew(ctx, given, `created the role ${given.name}`) })),
    cloneRole: async (ctx: WriteContext, id: string, name: string): Promise<Role> =>
      write(ctx, () => {
        const { name: from, permissions, restrictions } = store.roles.get(id) ?? missingRole()
        return { result: putNew(ctx, { name, permissions, restrictions }, `cloned the role ${from} as ${name}`) }
      }),
    /** With a `version` only where the role still is as that says. */
    updateRole: async (ctx: WriteContext, id: string, changed: Partial<NewRole>, version?: string): Promise<Role> =>
      write(ctx, () => {
        const before = ownRole(id)
        checkVersion('the role', versionOf(before), version, versionField)
        return { result: change(ctx, before, changed, `changed the role ${before.name}`) }
      }),
    /** Put a permission into a role, or take it out. */
    setGranted: async (ctx: WriteContext, id: string, permission: Permission, isGranted: boolean): Promise<Role> =>
      write(ctx, () => {
        const before = ownRole(id)
        if (before.permissions.includes(permission) === isGranted) return { result: before }
        const permissions = before.permissions.filter(name => name !== permission)
        if (isGranted) permissions.push(permission)
        const message = isGranted
          ? `granted ${permission} to the role ${before.name}`
          : `revoked ${permission} from the role ${before.name}`
        return { result: change(ctx, before, { permissions }, message) }
      }),
    /** Nobody has it from then on. */
    deleteRole: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const role = ownRole(id)
        const members = store.users.all().filter(({ roles }) => roles.includes(id))
        for (const user of members) store.users.put({ ...user, roles: user.roles.filter(one => one !== id) })
        store.roles.remove(id)
        const before = { ...shown(role), users: members.map(({ handle }) => handle) }
        audit(ctx, { action: 'deleted', asset: assetOf(role), message: `deleted the role ${role.name}`, before, after: null })
        return { result: null }
      }),
  }
}

const assetOf = ({ id, name }: Role) => ({ type: 'role', id, name })
/** What the audit trail tells of one. */
const shown = ({ name, permissions, restrictions }: Role): JsonObject => ({
  name,
  permissions: [...permissions].sort(),
  restrictions: { ...restrictions },
})
