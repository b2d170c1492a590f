import { createHash, randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import { type Rule, RulePayload } from '../../shared/rule.ts'
import type { Imported } from '../detect/import-routes.ts'
import { ownerOf } from '../detect/suppressions/suppressor.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Outcome } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import type { Hidden, HiddenItem } from '../store/suppressions.ts'
import type { ChangeDetection } from './change-detection.ts'
import type { MayEdit } from './restriction-policies.ts'
import { seenCounts, seenHidden } from './seen-hidden.ts'
import type { Audit } from './writes.ts'

interface RulebookOptions {
  store: Store
  changeDetection: ChangeDetection
  audit: Audit
  now: () => number
  outcomes(only: Restrictions): Promise<Outcome[]>
  mayEdit: MayEdit
}

/** The rules and every way to change them. Logs are judged by the rules there were when they came in. */
export function createRulebook({ store, changeDetection, audit, now, outcomes, mayEdit }: RulebookOptions) {
  /** Store a rule; whatever was logged before it is judged by the rules before it. */
  function putRule(ctx: WriteContext, rule: Rule, action: NewAuditEvent['action'], message: string): Rule {
    const before = store.rules.get(rule.id)
    if (!rule.isDeleted) checkCorrelated(rule)
    const stored = { ...rule, seq: store.nextSeq() }
    store.rules.put(stored)
    store.detection.forget(rule.id, rule.version)
    audit(ctx, {
      action,
      asset: { type: 'security_rule', id: rule.id, name: rule.name },
      message,
      before: before ? { version: before.version } : null,
      after: { version: rule.version },
    })
    return stored
  }
  /** A correlation counts the signals of rules that there are, and not of correlations: those are no logs' own. */
  function checkCorrelated({ type, queries }: Rule): void {
    if (type !== 'signal_correlation') return
    const problems = queries.flatMap(({ ruleId = '' }, i) => {
      const other = store.rules.get(ruleId)
      const message =
        !other || other.isDeleted ? `there is no rule ${ruleId}` : other.type === type ? 'is a signal correlation itself' : undefined
      return message === undefined ? [] : [{ field: `queries.${i}.ruleId`, message }]
    })
    if (problems.length > 0)
      throw new Refusal(400, 'invalid_rule', `Invalid rule: ${problems[0]!.field} ${problems[0]!.message}`, { problems })
  }
  /** One that somebody wants to change. */
  function editable(ctx: WriteContext, id: string): Rule {
    const rule = liveRule(id)
    mayEdit.checkMayEdit(ctx, rule)
    return rule
  }
  const liveRule = (id: string): Rule => {
    const rule = store.rules.get(id)
    if (!rule || rule.isDeleted) throw new Refusal(404, 'not_found', `Threat detection rule not found: ${id}`)
    return rule
  }

  function suppressionOf({ body }: HiddenItem): JsonObject | null {
    const id = body['suppression']
    if (typeof id !== 'string') return null
    const known = store.suppressions.get(id)
    return { id, name: known?.name ?? id, deleted: known?.isDeleted ?? true }
  }

  const after = (ctx: WriteContext, before: Rule, payload: Partial<RulePayload>): Rule => ({
    ...before,
    ...payload,
    version: before.version + 1,
    updatedAt: now(),
    updateAuthor: ctx.actor.handle,
  })

  /** Change rules, of which everybody hears then. */
  const change = <T>(ctx: WriteContext, work: () => T): Promise<T> =>
    changeDetection(ctx, () => ({ result: work(), tell: () => [{ type: 'rules' }] }))

  function importRule(ctx: WriteContext, id: string, payload: RulePayload): Imported {
    const before = store.rules.get(id)
    const imported = { from: 'sigma' as const, digest: digestOf(payload) }
    if (before && !before.isDeleted) {
      if (!before.imported)
        return {
          refused: `is that of “${before.name}”, a rule ${before.isDefault ? 'that comes with Signalbox' : 'that was made here'}: give it another`,
        }
      if (before.imported.digest !== digestOf(before)) return 'kept'
      if (before.imported.digest === imported.digest) return 'unchanged'
    }
    if (before && !mayEdit.isEditorOf(ctx, before))
      return { refused: `is that of “${before.name}”, which only those may edit whom its restriction policy names` }
    const time = now()
    const author = ctx.actor.handle
    const made = { version: 1, createdAt: time, creationAuthor: author, isEnabled: payload.isEnabled }
    const { version, createdAt, creationAuthor, isEnabled } = before ? { ...before, version: before.version + 1 } : made
    const rule: Rule = {
      ...payload,
      isEnabled,
      id,
      version,
      seq: 0,
      createdAt,
      updatedAt: time,
      creationAuthor,
      updateAuthor: author,
      isDefault: false,
      isDeleted: false,
      imported,
    }
    putRule(ctx, rule, before ? 'modified' : 'created', `imported the rule “${rule.name}”`)
    return before ? 'updated' : 'created'
  }

  function putNew(ctx: WriteContext, payload: RulePayload, id: string, isDefault: boolean): Rule {
    const time = now()
    const rule: Rule = {
      ...payload,
      id,
      version: 1,
      seq: 0,
      createdAt: time,
      updatedAt: time,
      creationAuthor: ctx.actor.handle,
      updateAuthor: ctx.actor.handle,
      isDefault,
      isDeleted: false,
    }
    return putRule(ctx, rule, 'created', `created the rule “${rule.name}”`)
  }

  return {
    rules: async (): Promise<Rule[]> => store.rules.all().filter(rule => !rule.isDeleted),
    getRule: async (id: string): Promise<Rule> => liveRule(id),
    createRule: (ctx: WriteContext, payload: RulePayload): Promise<Rule> => change(ctx, () => putNew(ctx, payload, randomUUID(), false)),
    /** Every rule with what was hidden of it, and what the signals of all came to. */
    async ruleOutcomes(only: Restrictions) {
      const rules = store.rules.all().filter(rule => !rule.isDeleted)
      return {
        rules: rules.map(rule => ({ rule, hidden: seenCounts(store, only, ownerOf(rule.id)) })),
        outcomes: await outcomes(only),
      }
    },
    /** What suppressions and its own filters hid of a rule, with samples, and which suppression each was hidden by. */
    async hiddenOf(only: Restrictions, id: string): Promise<Hidden> {
      const hidden = seenHidden(store, only, ownerOf(liveRule(id).id))
      return { ...hidden, items: hidden.items.map(item => ({ ...item, body: { ...item.body, suppression: suppressionOf(item) } })) }
    },
    /** A rule as it was at a version, deleted or not. */
    ruleAt: async (id: string, version: number): Promise<Rule | null> => store.rules.version(id, version) ?? null,
    /** Every version of a rule, newest first. */
    ruleVersions: async (id: string): Promise<Rule[]> => store.rules.versions(liveRule(id).id),
    /** Make an older version the newest. */
    restoreRule: (ctx: WriteContext, id: string, version: number, payload: RulePayload): Promise<Rule> =>
      change(ctx, () => {
        const before = editable(ctx, id)
        if (before.version === version)
          throw new Refusal(409, 'already_exists', `Version ${version} is what the rule is at`, {
            problems: [{ field: 'version', message: 'is what the rule is at' }],
          })
        return putRule(ctx, after(ctx, before, payload), 'modified', `restored version ${version} of the rule “${payload.name}”`)
      }),
    updateRule: (ctx: WriteContext, id: string, payload: RulePayload, version?: number): Promise<Rule> =>
      change(ctx, () => {
        const before = editable(ctx, id)
        if (version !== undefined && version !== before.version)
          throw new Refusal(409, 'stale_version', `Rule ${id} is at version ${before.version}, not ${version}: read it again`, {
            problems: [{ field: 'version', message: `is ${version}, the rule is at ${before.version}` }],
          })
        return putRule(ctx, after(ctx, before, payload), 'modified', `changed the rule “${payload.name}”`)
      }),
    deleteRule: (ctx: WriteContext, id: string): Promise<null> =>
      change(ctx, () => {
        const rule = editable(ctx, id)
        if (rule.isDefault)
          throw new Refusal(400, 'default_rule', 'A default rule cannot be deleted; disable it', {
            problems: [{ field: 'rule_id', message: 'is a default rule' }],
          })
        putRule(ctx, { ...after(ctx, rule, {}), isDeleted: true }, 'deleted', `deleted the rule “${rule.name}”`)
        return null
      }),
    /**
     * Put in rules that were imported, by the ids that they have where they come from: new ones, and those that have changed there. What a
     * person has changed here stays as it is, and whether a rule is on does too. One that was deleted comes back.
     */
    importRules: (ctx: WriteContext, rules: { id: string; payload: RulePayload }[]): Promise<Imported[]> =>
      change(ctx, () => rules.map(({ id, payload }) => importRule(ctx, id, payload))),
    /** Put in the default rules that are new, and those that have changed and that nobody here has changed. Whether one is on stays as it is. */
    async installRules(ctx: WriteContext, files: (RulePayload & { id: string })[]): Promise<void> {
      const work = files.flatMap(({ id, ...payload }) => {
        const before = store.rules.get(id)
        if (!before) return [() => putNew(ctx, payload, id, true)]
        if (before.updateAuthor !== ctx.actor.handle || samePayload(before, payload)) return []
        return [() => putRule(ctx, after(ctx, before, payload), 'modified', `changed the rule “${payload.name}”`)]
      })
      // one transaction for all of them, and none where nothing has changed: a start must not wait for a write a rule
      if (work.length > 0) await change(ctx, () => work.map(put => put()).length)
    },
  }
}

/** What a rule says, but for whether it is on. */
const digestOf = (rule: RulePayload): string => {
  const { isEnabled: _, ...said } = RulePayload.parse(
    Object.fromEntries(Object.keys(RulePayload.shape).map(key => [key, rule[key as keyof RulePayload]])),
  )
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)
}

const samePayload = (rule: Rule, payload: RulePayload): boolean =>
  (Object.keys(payload) as (keyof RulePayload)[]).every(key => JSON.stringify(rule[key]) === JSON.stringify(payload[key]))
