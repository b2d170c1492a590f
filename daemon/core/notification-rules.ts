import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { NotificationRule, NotificationRulePayload } from '../../shared/notification.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

/** Most that there may be: each is asked about every signal. */
const most = 500

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
  /** Hears that rules change. */
  changed(): void
}

/** Notification rules and every way to change them. */
export function createNotificationRules({ store, write, audit, now, changed }: Options) {
  const rules = store.notificationRules
  const known = (id: string): NotificationRule => {
    const rule = rules.get(id)
    if (!rule) throw new Refusal(404, 'not_found', `not_found(Notification rule with id '${id}' not found)`)
    return rule
  }
  const say = (ctx: WriteContext, action: NewAuditEvent['action'], before: NotificationRule | null, after: NotificationRule | null) => {
    const { id, name } = (after ?? before)!
    audit(ctx, {
      action,
      asset: { type: 'notification_profile', id, name },
      message: `${action === 'modified' ? 'changed' : action} the notification rule “${name}”`,
      before: before && shown(before),
      after: after && shown(after),
    })
  }
  /** In a dry run too: what it puts is there until it is taken back. */
  const changing = <T>(ctx: WriteContext, work: () => T): T => {
    try {
      return write(ctx, () => ({ result: work() }))
    } finally {
      changed()
    }
  }

  return {
    notificationRules: async (): Promise<NotificationRule[]> => rules.all(),
    notificationRule: async (id: string): Promise<NotificationRule> => known(id),
    createNotificationRule: async (ctx: WriteContext, payload: NotificationRulePayload): Promise<NotificationRule> =>
      changing(ctx, () => {
        if (rules.all().length >= most)
          throw new Refusal(400, 'too_many', `There are ${most} notification rules, which is the most there may be`, {
            problems: [{ field: 'data', message: `would be one more than ${most}` }],
          })
        const { handle, name } = personOf(ctx.actor)
        const by = { handle, name }
        const rule = { ...payload, id: randomUUID(), version: 1, created: now(), updated: now(), creator: by, updater: by }
        rules.put(rule)
        say(ctx, 'created', null, rule)
        return rule
      }),
    updateNotificationRule: async (
      ctx: WriteContext,
      id: string,
      payload: NotificationRulePayload,
      version: number,
    ): Promise<NotificationRule> =>
      changing(ctx, () => {
        const before = known(id)
        if (version !== before.version)
          throw new Refusal(409, 'stale_version', `Notification rule ${id} has changed since: it is at version ${before.version}`, {
            problems: [{ field: 'data.attributes.version', message: `is ${version}, the rule is at ${before.version}` }],
          })
        const { handle, name } = personOf(ctx.actor)
        const rule = { ...before, ...payload, version: before.version + 1, updated: now(), updater: { handle, name } }
        rules.put(rule)
        say(ctx, 'modified', before, rule)
        return rule
      }),
    deleteNotificationRule: async (ctx: WriteContext, id: string): Promise<null> =>
      changing(ctx, () => {
        const rule = known(id)
        rules.remove(id)
        say(ctx, 'deleted', rule, null)
        return null
      }),
  }
}

/** What the audit trail tells of one. */
const shown = ({ version, name, enabled, selectors, targets, time_aggregation, x_local }: NotificationRule): JsonObject => ({
  version,
  name,
  enabled,
  selectors: { ...selectors },
  targets,
  time_aggregation,
  x_local: { ...x_local },
})
