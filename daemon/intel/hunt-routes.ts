import { z } from '@hono/zod-openapi'
import { createRouter, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Hunt } from '../store/log-intel.ts'

export interface HuntNeeds {
  hunts(): Promise<Hunt[]>
}

const HuntResource = z
  .object({
    id: z.string(),
    type: z.literal('hunt'),
    attributes: z.object({
      time: z.number().openapi({ description: 'When it began, ms UTC' }),
      feeds: z.array(z.object({ id: z.string(), name: z.string() })),
      position: z
        .number()
        .optional()
        .openapi({ description: 'Place in the order up to which logs were looked at, of those up to `until`' }),
      until: z.number().optional(),
      hits: z.number().optional().openapi({ description: 'Logs in which something was found that they did not say before' }),
      left_out: z.number().optional().openapi({ description: 'Those of them for which there was no room' }),
      state: z.enum(['running', 'done', 'replaced']),
    }),
  })
  .openapi('Hunt')

/** What became of stored logs when feeds changed. */
export const huntRoutes = ({ hunts }: HuntNeeds) =>
  createRouter().openapi(
    route({
      method: 'get',
      path: '/api/local/hunts',
      summary: 'List how stored logs were matched again when feeds changed, the latest first',
      tags: ['Threat intelligence'],
      middleware: [requires('reference_tables_read')],
      responses: {
        200: jsonAnswer(
          z.object({ data: z.array(HuntResource) }),
          'The last 100 hunts. Who sees a part of the logs is told no counts: they would be of what is hidden, too',
        ),
      },
    }),
    async c => {
      const isWhole = restrictionsOf(c).logs === null
      const data = (await hunts()).map(({ generation, feeds, time, state, ...counts }) => ({
        id: String(generation),
        type: 'hunt' as const,
        attributes: { time, state, ...(isWhole && counts), feeds: feeds.map(({ id, name }) => ({ id, name })) },
      }))
      return c.json({ data }, 200)
    },
  )
