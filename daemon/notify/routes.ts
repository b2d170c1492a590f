import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../shared/json.ts'
import type { Channel } from '../../shared/notice.ts'
import type { NotificationRule, NotificationRulePayload } from '../../shared/notification.ts'
import type { Workflow } from '../../shared/workflow.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { checkNotificationRule, doubtsAbout } from './matching.ts'
import { silentTarget } from './targets.ts'
import { merged, RuleBody, RuleResource, ruleResource, sentBack } from './wire.ts'

interface Needs {
  notificationRules(): Promise<NotificationRule[]>
  notificationRule(id: string): Promise<NotificationRule>
  createNotificationRule(ctx: WriteContext, payload: NotificationRulePayload): Promise<NotificationRule>
  updateNotificationRule(ctx: WriteContext, id: string, payload: NotificationRulePayload, version: number): Promise<NotificationRule>
  deleteNotificationRule(ctx: WriteContext, id: string): Promise<null>
  channels(): Promise<Channel[]>
  workflows(): Promise<Workflow[]>
}

const tags = ['Notifications']
const base = '/api/v2/security/signals/notification_rules'
const params = z.object({ id: z.string().min(1).max(128) })
const read = { tags, middleware: [requires('security_monitoring_notification_profiles_read')] }
const write = { tags, middleware: [requires('security_monitoring_notification_profiles_write')] }
const one = jsonAnswer(z.object({ data: RuleResource }), 'The notification rule as it is now')

/** Notification rules in Datadog's form. */
export const notificationRuleRoutes = (needs: Needs) => {
  async function doubting() {
    const silent = silentTarget(await needs.channels(), await needs.workflows())
    return (rule: NotificationRule) => ruleResource(rule, doubtsAbout(rule, silent))
  }
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List notification rules',
        responses: { 200: jsonAnswer(z.object({ data: z.array(RuleResource) }), 'The notification rules') },
      }),
      async c => c.json({ data: (await needs.notificationRules()).map(await doubting()) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Create a notification rule',
        request: jsonBody(RuleBody),
        responses: { 201: one },
      }),
      async c => {
        const payload = checkNotificationRule(sentBack(c.req.valid('json').data.attributes as JsonObject))
        const rule = await needs.createNotificationRule(c.var.write, payload)
        return c.json({ data: (await doubting())(rule) }, 201)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}`,
        summary: 'Get a notification rule',
        request: { params },
        responses: { 200: one },
      }),
      async c => c.json({ data: (await doubting())(await needs.notificationRule(c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Change a notification rule',
        request: { params, ...jsonBody(RuleBody) },
        responses: { 200: one, 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const { data } = c.req.valid('json')
        const before = await needs.notificationRule(id)
        const update = data.attributes as JsonObject
        const { version } = update
        if (typeof version !== 'number') throw wrong('data.attributes.version', 'must be the version that the change is made to')
        if (data.id !== undefined && data.id !== id) throw wrong('data.id', 'is not that of the address')
        const rule = await needs.updateNotificationRule(c.var.write, id, checkNotificationRule(merged(before, update)), version)
        return c.json({ data: (await doubting())(rule) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Delete a notification rule',
        request: { params },
        responses: { 204: emptyAnswer('Deleted') },
      }),
      async c => {
        await needs.deleteNotificationRule(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
}

const wrong = (field: string, message: string) => new Refusal(400, 'invalid', `${field} ${message}`, { problems: [{ field, message }] })
