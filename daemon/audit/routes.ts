import { z } from '@hono/zod-openapi'
import { createRouter, jsonAnswer, requires, route } from '../lib/http.ts'

interface Needs {
  head(): Promise<{ seq: number; hash: string }>
  verify(): Promise<{ seq: number } | null>
  cut(): Promise<{ seq: number; hash: string; events: number } | null>
}

const tags = ['Audit trail']
const Head = z.object({ seq: z.number(), hash: z.string() })
const Cut = Head.extend({ events: z.number() }).nullable()

/** The chain that the audit trail is. Its events are searched through explore. */
export const auditRoutes = ({ head, verify, cut }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/audit/head',
        summary: 'Get place and hash of the last audit event',
        tags,
        middleware: [requires('audit_logs_read')],
        responses: {
          200: jsonAnswer(
            z.object({ data: z.object({ id: z.string(), type: z.literal('audit_head'), attributes: Head }) }),
            'Keep it elsewhere: with it, a cut-off end of the trail is found',
          ),
        },
      }),
      async c => {
        const attributes = await head()
        return c.json({ data: { id: String(attributes.seq), type: 'audit_head' as const, attributes } }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/audit/verification',
        summary: 'Verify the audit trail',
        tags,
        middleware: [requires('audit_logs_read')],
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.literal('audit_verification'),
                attributes: z.object({
                  intact: z.boolean(),
                  broken_at_seq: z.number().nullable(),
                  head: Head,
                  cut: Cut.openapi({ description: 'The last event that was given up for its age, and how many were; null: none' }),
                }),
              }),
            }),
            'Whether every event is as it was written',
          ),
        },
      }),
      async c => {
        const broken = await verify()
        const attributes = { intact: broken === null, broken_at_seq: broken?.seq ?? null, head: await head(), cut: await cut() }
        return c.json({ data: { id: 'current', type: 'audit_verification' as const, attributes } }, 200)
      },
    )
