import type { Context } from 'hono'
import type { Permission } from '../../shared/permissions.ts'
import type { Role } from '../../shared/user.ts'
import { Refusal } from '../lib/errors.ts'
import { type Env, may } from '../lib/http.ts'

/** Nobody hands out what they do not have themselves, whether by a role or a key. */
export function checkMayGive(c: Context<Env>, permissions: Iterable<Permission>): void {
  for (const permission of permissions)
    if (!may(c, permission))
      throw new Refusal(403, 'forbidden', `Only who has the permission ${permission} may hand it out`, {
        problems: [{ field: permission, message: 'is missing from this key or role' }],
      })
}

/** Who sees only a part makes no role that would show more, to themselves or to others. */
export function checkSeesAll(c: Context<Env>): void {
  const { signals, logs } = c.var.caller.restrictions
  // who lacks the permission to read them cannot hand that out either
  if ([signals, logs].some(queries => queries !== null && queries.length > 0))
    throw new Refusal(403, 'forbidden', 'Your role shows only a part of the signals or logs: it cannot change what roles show')
}

/** Give roles to somebody: all that they allow is handed out, and shown. */
export function checkMayAssign(c: Context<Env>, roles: readonly Role[]): void {
  const own = new Set(c.var.caller.user?.roles)
  checkMayGive(
    c,
    roles.flatMap(({ permissions }) => permissions),
  )
  if (roles.some(({ id }) => !own.has(id))) checkSeesAll(c)
}

/** A role is made or changed: what it gets beyond what it has is handed out. */
export function checkChange(c: Context<Env>, before: readonly Permission[], after: readonly Permission[]): void {
  checkSeesAll(c)
  checkMayGive(
    c,
    after.filter(name => !before.includes(name)),
  )
}
