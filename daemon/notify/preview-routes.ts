import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../shared/json.ts'
import type { Delivery, Notice } from '../../shared/notice.ts'
import { ownRuleTypes } from '../../shared/notice.ts'
import type { NotificationRulePayload } from '../../shared/notification.ts'
import type { Signal } from '../../shared/signal.ts'
import type { WriteContext } from '../lib/actor.ts'
import type { Trail } from '../lib/document.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { type Deliver, writeFor } from './deliver.ts'
import { DeliveryError } from './delivery-error.ts'
import { checkNotificationRule } from './matching.ts'
import { readTarget } from './targets.ts'
import { variableNames } from './variables.ts'
import { RuleBody, sentBack } from './wire.ts'

interface Preview {
  count: number
  samples: Signal[]
  cut: boolean
  notice: Notice
  isMadeUp: boolean
}
interface Needs extends Trail {
  previewNotifications(
    only: Restrictions,
    rule: NotificationRulePayload & { id: string },
    asked: { from: number; to: number; limit: number },
    ms: number,
  ): Promise<Preview>
  deliver: Deliver
  /** A signal in the wire's form. */
  signalResource(signal: Signal): { id: string; type: 'signal'; attributes: Record<string, unknown> }
  /** How long it may take, ms. */
  patience: () => number
  now: () => number
}

const tags = ['Notifications']
const lookedBack = 7 * 24 * 3_600_000
const samples = 20
const Status = z.enum(['SUCCESS', 'DEFAULT', 'ERROR'])
const Failure = z.object({ target: z.string(), message: z.string() })

/** What a notification rule that need not be there would tell, and telling it as a test. */
export const notificationPreviewRoutes = ({ previewNotifications, deliver, signalResource, patience, now, kept, record }: Needs) => {
  const preview = (only: Restrictions, rule: NotificationRulePayload, limit: number) =>
    previewNotifications(only, { ...rule, id: 'preview' }, { from: now() - lookedBack, to: now(), limit }, patience())
  /** Tell each target; answers those that could not be told. */
  async function tellAll(notice: Notice, targets: readonly string[]): Promise<z.output<typeof Failure>[]> {
    const tell = async (target: string) => {
      try {
        await deliver({ ...notice, rule: null, id: `msg_${crypto.randomUUID().replaceAll('-', '')}`, target })
        return []
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error
        return [{ target, message: error.message }]
      }
    }
    return (await Promise.all(targets.map(tell))).flat()
  }
  async function sendPreview(only: Restrictions, ctx: WriteContext, rule: NotificationRulePayload) {
    const { selectors } = rule
    // who names no types is told once: of the latest signal of any
    const latest = (await preview(only, rule, 1)).samples[0]?.detection.rule.type
    const own = selectors.rule_types.length > 0 ? selectors.rule_types : [ownRuleTypes.find(type => type === latest) ?? ownRuleTypes[0]]
    const results: { rule_type: string; notification_status: z.output<typeof Status>; x_local: { errors: z.output<typeof Failure>[] } }[] =
      []
    for (const rule_type of own) {
      const { notice, isMadeUp } = await preview(only, { ...rule, selectors: { ...selectors, rule_types: [rule_type] } }, 1)
      const errors = ctx.dryRun ? [] : await tellAll(notice, rule.targets)
      results.push({ rule_type, notification_status: errors.length > 0 ? 'ERROR' : isMadeUp ? 'DEFAULT' : 'SUCCESS', x_local: { errors } })
    }
    return results
  }

  return createRouter()
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/local/notification_rules/preview',
        summary: 'Preview what a notification rule would have told of in the last 7 days, and how',
        tags,
        middleware: [requires('security_monitoring_notification_profiles_read'), requires('security_monitoring_signals_read')],
        request: jsonBody(RuleBody),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(z.object({ id: z.string(), type: z.literal('signal'), attributes: z.looseObject({}) })),
              meta: z.object({
                from: z.number(),
                to: z.number(),
                count: z.number(),
                cut: z.boolean(),
                made_up: z.boolean(),
                written: z.array(z.object({ target: z.string(), title: z.string(), text: z.string() })),
                variables: z.array(z.string()),
              }),
            }),
            'The latest of the signals, how many there are, and what each target would be told of the latest: of one made up where there is none',
          ),
        },
      }),
      async c => {
        const rule = checkNotificationRule(sentBack(c.req.valid('json').data.attributes as JsonObject))
        const { count, cut, samples: found, notice, isMadeUp } = await preview(restrictionsOf(c), rule, samples)
        const written = rule.targets.map(target => {
          const delivery: Delivery = { ...notice, title: withoutTest(notice), id: '', target }
          const { title, text } = writeFor(readTarget(target)!.kind, delivery)
          return { target, title, text }
        })
        const range = { from: now() - lookedBack, to: now() }
        return c.json(
          { data: found.map(signalResource), meta: { ...range, count, cut, made_up: isMadeUp, written, variables: [...variableNames] } },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview',
        summary: 'Send what a notification rule would tell to its targets, as a test',
        tags,
        middleware: [requires('security_monitoring_notification_profiles_write'), requires('security_monitoring_signals_read')],
        request: jsonBody(RuleBody),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.literal('notification_preview_response'),
                attributes: z.object({
                  preview_results: z.array(
                    z.object({ rule_type: z.string(), notification_status: Status, x_local: z.object({ errors: z.array(Failure) }) }),
                  ),
                }),
              }),
            }),
            'By type of rule: sent with the latest signal that matches, with one made up, or not sent to all',
          ),
        },
      }),
      async c => {
        const ctx = c.var.write
        const rule = checkNotificationRule(sentBack(c.req.valid('json').data.attributes as JsonObject))
        type Results = Awaited<ReturnType<typeof sendPreview>>
        const before = await kept<Results>(ctx)
        const results = before ?? (await sendPreview(restrictionsOf(c), ctx, rule))
        if (!before)
          await record(
            ctx,
            {
              action: 'accessed',
              asset: { type: 'notification_profile', id: 'preview', name: rule.name },
              message: `tried out the notification rule “${rule.name}” with ${rule.targets.join(', ')}`,
            },
            results,
          )
        return c.json(
          { data: { id: 'preview', type: 'notification_preview_response' as const, attributes: { preview_results: results } } },
          200,
        )
      },
    )
}

/** As it will be told when it happens, and not as a test. */
const withoutTest = ({ title }: Notice) => title.slice(1)
