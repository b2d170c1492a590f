import { z } from '@hono/zod-openapi'
import type { SilentEnforcer } from '../shared/bouncer.ts'
import { Refusal } from './lib/errors.ts'
import { createRouter, jsonAnswer, may, restrictionsOf, route } from './lib/http.ts'

/** Places and counts, of all that there is. */
const Counts = z.object({
  logs: z.number(),
  last_log_seq: z.number().openapi({ description: 'Place of the newest log' }),
  judged: z
    .number()
    .openapi({ description: 'Place up to which logs are judged; detection has caught up when it is that of the newest log' }),
  seq: z.number().openapi({ description: 'Place of the newest change of any kind' }),
  late: z.number().openapi({ description: 'Logs that came too late for the windows of their stream' }),
  late_matches: z.number().openapi({ description: 'Findings of feeds in logs that were stored before' }),
  suppressed_signals: z.number().openapi({
    description: 'Signals that were not opened because their rule had opened too many within the hour; see `x_local` of the rule',
  }),
  suppressed_by_rule: z.record(z.string(), z.number()).openapi({ description: 'The same by the id of the rule' }),
  refused_groups: z.number().openapi({
    description: 'Logs that a rule did not judge for want of room for another group, since the start or the change of the rule',
  }),
  refused_values: z
    .number()
    .openapi({ description: 'Values that a rule could not tell apart for want of room, since the start or the change of the rule' }),
})
const Health = z.object({
  caught_up: z.boolean().openapi({ description: 'Detection has judged every log that is there' }),
  damaged_blocks: z.number().openapi({ description: 'Blocks that could not be read since the start; their logs are lost' }),
  search: z
    .object({ complete: z.boolean(), logs: z.number().optional(), of: z.number().optional() })
    .openapi({ description: 'Logs that are ready to be searched at full speed; until all are, searches look at each log' }),
  read_only: z.boolean().openapi({ description: 'Nothing is written: reading works, all else is refused' }),
  disk_full: z.boolean().openapi({ description: 'Logs are refused until there is room again' }),
})
const Silent = z
  .array(z.object({ id: z.string(), name: z.string(), type: z.string(), last_pull: z.number().nullable() }))
  .openapi({ description: 'Enforcers that have missed their turns: they may be down, and hold what they held. For whoever may see them' })
const Status = z
  .object({ ...Counts.partial().shape, ...Health.shape, silent_enforcers: Silent.optional() })
  .openapi('Status', { description: 'Who sees a part of the logs or signals is told no counts: they would be of what is hidden, too' })
type Statistics = z.output<typeof Counts> & Omit<z.output<typeof Health>, 'read_only' | 'caught_up'>

interface Needs {
  statistics(): Promise<Statistics>
  silentEnforcers(): Promise<SilentEnforcer[]>
}

/** How the daemon is doing, for the command line and for monitoring. */
export const statusRoutes = ({ statistics, silentEnforcers }: Needs) =>
  createRouter().openapi(
    route({
      method: 'get',
      path: '/api/local/status',
      summary: 'Get how far detection is, and what is wrong with the store',
      tags: ['Daemon'],
      'x-needs': { one_of: ['security_monitoring_signals_read', 'org_management'] },
      responses: {
        200: jsonAnswer(
          z.object({ data: z.object({ id: z.literal('current'), type: z.literal('status'), attributes: Status }) }),
          'As it is now',
        ),
      },
    }),
    async c => {
      if (!may(c, 'security_monitoring_signals_read') && !may(c, 'org_management'))
        throw new Refusal(403, 'forbidden', 'This needs the permission security_monitoring_signals_read or org_management')
      const { damaged_blocks, disk_full, search, ...counts } = await statistics()
      const health = { caught_up: counts.judged >= counts.last_log_seq, damaged_blocks, disk_full, read_only: c.var.isReadOnly }
      const { signals, logs } = restrictionsOf(c)
      const isWhole = signals === null && logs === null
      const silent = may(c, 'appsec_protect_read') ? { silent_enforcers: await silentEnforcers() } : {}
      const attributes = isWhole
        ? { ...counts, ...health, search, ...silent }
        : { ...health, search: { complete: search.complete }, ...silent }
      return c.json({ data: { id: 'current' as const, type: 'status' as const, attributes } }, 200)
    },
  )
