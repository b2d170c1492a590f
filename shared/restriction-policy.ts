/** Who may do what with one resource. `relation` and `principals` are Datadog's: `role:…`, `user:…`, and `org:…` for everybody. */
export interface Binding {
  relation: (typeof relations)[number]
  principals: string[]
}
export const relations = ['editor', 'viewer'] as const

/** For a resource such as `security-rule:<id>`. */
export interface RestrictionPolicy {
  id: string
  bindings: Binding[]
}

/** Of a principal, such as `role:<id>`, what it is and which. */
export function readPrincipal(text: string): { type: string; id: string } {
  const colon = text.indexOf(':')
  return { type: text.slice(0, Math.max(0, colon)), id: text.slice(colon + 1) }
}

/** Whether a user is among those who may edit. */
export const mayEdit = ({ bindings }: RestrictionPolicy, user: { uuid: string; roles: readonly string[] }): boolean =>
  bindings
    .filter(({ relation }) => relation === 'editor')
    .flatMap(({ principals }) => principals.map(readPrincipal))
    .some(({ type, id }) => type === 'org' || (type === 'user' ? id === user.uuid : type === 'role' && user.roles.includes(id)))
