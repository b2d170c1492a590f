import { type Binding, mayEdit, type RestrictionPolicy, readPrincipal } from '../../shared/restriction-policy.ts'
import type { Rule } from '../../shared/rule.ts'
import type { SuppressionPayload } from '../../shared/suppression.ts'
import { compileSuppression } from '../detect/suppressions/compile.ts'
import { ruleDoc } from '../detect/suppressions/rule-doc.ts'
import type { WriteContext } from '../lib/actor.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

const kind = 'security-rule:'
const resourceOf = ({ id }: Pick<Rule, 'id'>) => kind + id

export type MayEdit = Pick<ReturnType<typeof createMayEdit>, 'isEditorOf' | 'checkMayEdit' | 'checkMayHide'>

/** Whether restriction policies let somebody change a rule. The daemon itself may always. */
export function createMayEdit({ restrictionPolicies, users, rules }: Store) {
  function isEditor({ actor }: WriteContext, policy: RestrictionPolicy | undefined): boolean {
    if (!policy || actor.uuid === null) return true
    const user = users.get(actor.uuid)
    return user !== undefined && mayEdit(policy, user)
  }
  const isEditorOf = (ctx: WriteContext, rule: Rule) => isEditor(ctx, restrictionPolicies.get(resourceOf(rule)))
  return {
    isEditor,
    isEditorOf,
    checkMayEdit(ctx: WriteContext, rule: Rule): void {
      if (!isEditorOf(ctx, rule)) throw restricted(rule, 'only those whom its restriction policy names may edit it')
    },
    /** What hides signals of a rule changes it as much: each of these suppressions must leave alone what the caller may not edit. */
    checkMayHide(ctx: WriteContext, ...suppressions: SuppressionPayload[]): void {
      const compiled = suppressions.map(one => compileSuppression(one))
      for (const policy of restrictionPolicies.all()) {
        const rule = isEditor(ctx, policy) ? undefined : rules.get(policy.id.slice(kind.length))
        if (rule && !rule.isDeleted && compiled.some(({ concerns }) => concerns(ruleDoc(rule))))
          throw restricted(rule, 'only those whom its restriction policy names may suppress its signals, and this is about it too')
      }
    },
  }
}

const restricted = ({ name }: Rule, why: string) => new Refusal(403, 'forbidden', `The rule “${name}” is restricted: ${why}`)

interface Options {
  store: Store
  isEditor: ReturnType<typeof createMayEdit>['isEditor']
  write: Write
  audit: Audit
}

/** Restriction policies of rules. Whoever may edit a rule decides who else may; who hands out access (`isAdmin`) may always. */
export function createRestrictionPolicies({ store, isEditor, write, audit }: Options) {
  const { restrictionPolicies } = store
  function ruleOf(resource: string): Rule {
    const rule = resource.startsWith(kind) ? store.rules.get(resource.slice(kind.length)) : undefined
    if (rule && !rule.isDeleted) return rule
    throw new Refusal(404, 'not_found', `There is no rule ${resource.slice(kind.length)}`)
  }
  function checkPrincipals(bindings: readonly Binding[]): void {
    const known: Record<string, (id: string) => boolean> = {
      role: id => store.roles.get(id) !== undefined,
      user: id => store.users.get(id) !== undefined,
      org: id => id !== '',
    }
    const problems = bindings.flatMap(({ principals }, i) =>
      principals.flatMap((text, j): Problem[] => {
        const { type, id } = readPrincipal(text)
        const field = `data.attributes.bindings.${i}.principals.${j}`
        if (!Object.hasOwn(known, type)) return [{ field, message: 'must be role:<id>, user:<id> or org:<id>' }]
        return known[type]!(id) ? [] : [{ field, message: `is no ${type}` }]
      }),
    )
    if (problems.length > 0) throw new Refusal(400, 'invalid_policy', problems[0]!.message, { problems })
  }

  function put(ctx: WriteContext, resource: string, bindings: Binding[], { isAdmin = false, allowsLockout = false }): RestrictionPolicy {
    const rule = ruleOf(resource)
    const before = restrictionPolicies.get(resource)
    const policy = { id: resource, bindings }
    if (!isAdmin && !isEditor(ctx, before))
      throw restricted(rule, 'only those whom its restriction policy names, and administrators, may change that')
    checkPrincipals(bindings)
    if (bindings.length > 0 && !isEditor(ctx, policy) && !(isAdmin && allowsLockout)) {
      const message = 'leaves you out of those who may edit the rule; an administrator can say allow_self_lockout=true'
      throw new Refusal(400, 'self_lockout', `It ${message}`, { problems: [{ field: 'data.attributes.bindings', message }] })
    }
    if (bindings.length > 0) restrictionPolicies.put(policy)
    else restrictionPolicies.remove(resource)
    const said = (one: RestrictionPolicy | undefined) =>
      one && one.bindings.length > 0 ? { bindings: one.bindings.map(b => ({ ...b })) } : null
    audit(ctx, {
      action: bindings.length === 0 ? 'deleted' : before ? 'modified' : 'created',
      asset: { type: 'restriction_policy', id: resource, name: rule.name },
      message: bindings.length > 0 ? `restricted who may edit the rule “${rule.name}”` : `let everybody edit the rule “${rule.name}” again`,
      before: said(before),
      after: said(policy),
    })
    return policy
  }

  return {
    /** One without bindings restricts nobody. */
    restrictionPolicy: async (resource: string): Promise<RestrictionPolicy> =>
      restrictionPolicies.get(resourceOf({ id: ruleOf(resource).id })) ?? { id: resource, bindings: [] },
    putRestrictionPolicy: async (
      ctx: WriteContext,
      resource: string,
      bindings: Binding[],
      as: { isAdmin: boolean; allowsLockout: boolean },
    ): Promise<RestrictionPolicy> => write(ctx, () => ({ result: put(ctx, resource, bindings, as) })),
    deleteRestrictionPolicy: async (ctx: WriteContext, resource: string, isAdmin: boolean): Promise<null> =>
      write(ctx, () => {
        // gone already is as good
        if (restrictionPolicies.get(resourceOf(ruleOf(resource)))) put(ctx, resource, [], { isAdmin })
        return { result: null }
      }),
  }
}
