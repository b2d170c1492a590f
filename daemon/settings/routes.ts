import { z } from '@hono/zod-openapi'
import type { NewAuditEvent } from '../../shared/audit.ts'
import { severities } from '../../shared/severity.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, isReadOnly, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { versionOf } from '../lib/stale.ts'
import {
  outbound,
  readOnly,
  respond,
  retention,
  type Settings,
  type SettingsChange,
  type SettingsFile,
  search,
  triage,
  workflows,
} from './settings.ts'

interface Needs {
  settings: SettingsFile
  /** Whether it was started to write nothing, which no setting changes. */
  readOnlyByFlag: boolean
  /** The answer kept for the request's Idempotency-Key, if it was made before. */
  kept(ctx: WriteContext): Promise<Settings | null>
  /** Put a change made outside the store into the audit trail, with the answer to keep. */
  record(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, result: Settings): Promise<Settings>
}

const tags = ['Daemon']
const Resource = z
  .object({
    id: z.literal('current'),
    type: z.literal('settings'),
    attributes: z.object({
      retention: z.object({
        days: z.number(),
        max_bytes: z.number().nullable(),
        audit_days: z.number().nullable().openapi({ description: 'How long events of the audit trail are kept; null: for ever' }),
      }),
      search: z.object({ deadline_ms: z.number(), memory_bytes: z.number() }),
      outbound: z.object({ allowed_hosts: z.array(z.string()) }),
      triage: z.object({
        assign_on_act: z.boolean().openapi({ description: 'Who moves or snoozes a signal that is nobody’s takes it' }),
        due: z
          .record(z.string(), z.object({ acknowledge: z.string().nullable(), resolve: z.string().nullable() }))
          .openapi({ description: 'By severity: how soon after it was made a signal is to be taken up and archived' }),
      }),
      respond: z.object({
        widest: z
          .object({ v4: z.number(), v6: z.number() })
          .openapi({ description: 'Bits of the widest block that needs no confirmation' }),
        approval: z.object({ wide: z.boolean(), permanent: z.boolean() }).openapi({ description: 'Which blocks wait for a second person' }),
        per_hour: z.number().openapi({ description: 'The most that rules may block within an hour' }),
        repeats: z.object({ factor: z.number(), longest: z.string() }).openapi({
          description:
            'Whom rules have blocked before is blocked `factor` times as long with each time of the last 30 days, and not for longer than `longest` where the rule does not say so',
        }),
        flag_over: z.number().openapi({
          description:
            'An address whose signals of the last 24 hours come to more points is flagged: a critical one counts 100, a high one 50, a medium one 5',
        }),
        publish: z
          .object({ blocks: z.object({ reasons: z.boolean(), users: z.boolean() }) })
          .openapi({ description: 'By collection, what others are told: why something is blocked, and which users are' }),
      }),
      workflows: z.object({
        commands_dir: z.string().nullable().openapi({ description: 'The folder of commands that workflows may run; null: none' }),
      }),
      read_only: z.boolean().openapi({ description: 'Reading works, and nothing is written but this setting' }),
      version: z.string().openapi({ description: 'Sent back with a change, that is refused where somebody else came first' }),
    }),
  })
  .openapi('Settings')
const resource = (attributes: Settings): z.input<typeof Resource> => ({
  id: 'current',
  type: 'settings',
  attributes: { ...attributes, version: versionOf(attributes) },
})
const answer = { 200: jsonAnswer(z.object({ data: Resource }), 'The settings as they are now') }
const middleware = [requires('org_management')]

/** What of the daemon can be set while it runs; the same as DATA/settings.json. */
export const settingsRoutes = ({ settings, readOnlyByFlag, kept, record }: Needs) => {
  /** Settings are a file, not a row: the change is made, then recorded, and taken back where it cannot be. */
  async function change(ctx: WriteContext, wanted: SettingsChange, version: string | undefined): Promise<Settings> {
    const made = await kept(ctx)
    if (made) return made
    const dryRun = ctx.dryRun ?? false
    const { before, after } = await settings.change(wanted, { dryRun, version })
    const event = {
      action: 'modified' as const,
      asset: { type: 'settings', id: 'current' },
      message: sentence(before, after),
      before: { ...before },
      after: { ...after },
    }
    return record(ctx, event, after).catch(async error => {
      if (!dryRun) await settings.change(before)
      throw error
    })
  }
  return createRouter()
    .openapi(route({ method: 'get', path: '/api/local/settings', summary: 'Get the settings', tags, middleware, responses: answer }), c =>
      c.json({ data: resource(settings.current()) }, 200),
    )
    .openapi(
      route({
        method: 'patch',
        path: '/api/local/settings',
        // how else could it be ended
        'x-while-read-only': true,
        summary: 'Change settings',
        tags,
        middleware,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('settings').optional(),
              id: z.literal('current').optional(),
              attributes: z.strictObject({
                retention: z
                  .strictObject({
                    days: retention.days.optional(),
                    max_bytes: retention.max_bytes.optional(),
                    audit_days: retention.audit_days.optional(),
                  })
                  .optional(),
                search: z
                  .strictObject({ deadline_ms: search.deadline_ms.optional(), memory_bytes: search.memory_bytes.optional() })
                  .optional(),
                outbound: z.strictObject({ allowed_hosts: outbound.allowed_hosts.optional() }).optional(),
                triage: z.strictObject({ assign_on_act: triage.assign_on_act.optional(), due: triage.due.optional() }).optional(),
                respond: z
                  .strictObject({
                    widest: respond.widest.partial().optional(),
                    approval: respond.approval.partial().optional(),
                    per_hour: respond.per_hour.optional(),
                    repeats: respond.repeats.partial().optional(),
                    flag_over: respond.flag_over.optional(),
                    publish: z.strictObject({ blocks: respond.publish.blocks.partial().optional() }).optional(),
                  })
                  .optional(),
                workflows: z.strictObject({ commands_dir: workflows.commands_dir.optional() }).optional(),
                read_only: readOnly.optional(),
                version: z.string().max(64).optional(),
              }),
            }),
          }),
        ),
        responses: { 200: answer[200], 409: jsonAnswer(z.looseObject({}), 'Somebody changed them in the meantime') },
      }),
      async c => {
        const { version, ...wanted } = c.req.valid('json').data.attributes
        if (readOnlyByFlag || (c.var.isReadOnly && Object.keys(wanted).some(name => name !== 'read_only'))) throw isReadOnly()
        return c.json({ data: resource(await change(c.var.write, wanted, version)) }, 200)
      },
    )
}

const said = (value: Value) => (value === null ? 'no limit' : value === '' ? 'none' : String(value))
type Value = number | string | boolean | null
function sentence(before: Settings, after: Settings): string {
  const change = (name: string, from: Value, to: Value) => (from === to ? [] : [`${name} from ${said(from)} to ${said(to)}`])
  const changes = [
    ...change('retention.days', before.retention.days, after.retention.days),
    ...change('retention.max_bytes', before.retention.max_bytes, after.retention.max_bytes),
    ...change('retention.audit_days', before.retention.audit_days, after.retention.audit_days),
    ...change('search.deadline_ms', before.search.deadline_ms, after.search.deadline_ms),
    ...change('search.memory_bytes', before.search.memory_bytes, after.search.memory_bytes),
    ...change('triage.assign_on_act', String(before.triage.assign_on_act), String(after.triage.assign_on_act)),
    ...severities.flatMap(name =>
      (['acknowledge', 'resolve'] as const).flatMap(what =>
        change(`triage.due.${name}.${what}`, before.triage.due[name][what], after.triage.due[name][what]),
      ),
    ),
    ...(['v4', 'v6'] as const).flatMap(family =>
      change(`respond.widest.${family}`, before.respond.widest[family], after.respond.widest[family]),
    ),
    ...change('respond.per_hour', before.respond.per_hour, after.respond.per_hour),
    ...change('respond.repeats.factor', before.respond.repeats.factor, after.respond.repeats.factor),
    ...change('respond.repeats.longest', before.respond.repeats.longest, after.respond.repeats.longest),
    ...change('respond.flag_over', before.respond.flag_over, after.respond.flag_over),
    ...(['wide', 'permanent'] as const).flatMap(what =>
      change(`respond.approval.${what}`, before.respond.approval[what], after.respond.approval[what]),
    ),
    ...(['reasons', 'users'] as const).flatMap(what =>
      change(`respond.publish.blocks.${what}`, before.respond.publish.blocks[what], after.respond.publish.blocks[what]),
    ),
    ...change('workflows.commands_dir', before.workflows.commands_dir ?? 'none', after.workflows.commands_dir ?? 'none'),
    ...change('read_only', before.read_only, after.read_only),
    ...change('outbound.allowed_hosts', before.outbound.allowed_hosts.join(', '), after.outbound.allowed_hosts.join(', ')),
  ]
  return changes.length > 0 ? `changed ${changes.join(' and ')}` : 'changed no setting'
}
