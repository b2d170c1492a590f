import { furthest } from '../../../shared/time.ts'
import type { AccessProtocol, RoleForm, UserForm } from '../../access-messages.ts'
import { flag, type GuardsOf, list, oneOf, orNull, shape, text, whole } from '../guard.ts'
import { id, name, nothing, queryText } from './parts.ts'

const names = list(
  text(100, name => /^\w+$/.test(name)),
  0,
  200,
)
const userForm = shape<UserForm>({ name: text(200), email: text(320), title: text(200), roles: list(id, 0, 20) })
const roleForm = shape<RoleForm>({ name, permissions: names, signals: queryText, logs: queryText })
const keyKind = oneOf(['api', 'application'] as const)

export const accessGuards: GuardsOf<AccessProtocol> = {
  users: nothing,
  roles: nothing,
  inviteUser: shape({ user: userForm }),
  changeUser: shape({ id, before: userForm, after: userForm }),
  switchUser: shape({ id, on: flag }),
  createRole: shape({ role: roleForm }),
  changeRole: shape({ id, before: roleForm, after: roleForm }),
  cloneRole: shape({ id, name }),
  deleteRole: shape({ id }),
  keys: shape({ api: flag, own: flag, everybodys: flag }),
  createKey: shape({ kind: keyKind, name, scopes: orNull(names), expiresAt: orNull(whole(furthest)) }, { owner: id }),
  revokeKey: shape({ id, kind: keyKind, own: flag }),
}
