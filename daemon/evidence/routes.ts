import { z } from '@hono/zod-openapi'
import { type Evidence, evidenceLimits } from '../../shared/evidence.ts'
import type { Match } from '../../shared/indicator.ts'
import type { NewLog } from '../../shared/log.ts'
import { parseUrl } from '../../shared/url.ts'
import { type Verdict, verdicts } from '../../shared/verdict.ts'
import { type Caller, createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Keeper } from './keep.ts'

/** What feeds and maps say of an address. */
export interface Known {
  address: string
  scope: string
  verdict: Verdict | null
  matches: readonly Match[]
  known_good: readonly string[]
  country?: string
  as?: string
}

interface Needs {
  keep: Keeper['keep']
  preview: Keeper['preview']
  evidence(only: Restrictions, user: string, id: string): Promise<{ evidence: Evidence; text: string; logs: string[] }>
  listEvidence(
    only: Restrictions,
    user: string,
    asked: { limit: number; after?: number },
  ): Promise<{ evidence: Evidence[]; after: number | null }>
  lookUp(addresses: readonly string[]): Promise<Known[]>
}

const tags = ['Evidence']
const path = '/api/local/evidence'
const read = { tags, middleware: [requires('logs_read_data')] }
const Time = z.int().min(0).max(8.64e15)
const body = jsonBody(
  z.strictObject({
    data: z.strictObject({
      type: z.literal('evidence').optional(),
      attributes: z.strictObject({
        text: z.string().openapi({
          description: `Kept as it is. At most ${evidenceLimits.bytes} bytes of UTF-8 and ${evidenceLimits.lines} lines that are not blank`,
        }),
        page: z.strictObject({
          url: z
            .string()
            .max(evidenceLimits.url)
            .refine(url => parseUrl(url) !== undefined, 'must be the address of a page')
            .openapi({ description: 'Kept without the name and password that it may hold' }),
          title: z.string().max(evidenceLimits.title),
        }),
        time: Time.openapi({ description: 'When the lines were selected, ms UTC; that of lines without a time of their own' }),
        zone: z
          .int()
          .min(-840)
          .max(840)
          .default(0)
          .openapi({ description: 'Minutes east of UTC, for times in the lines that name no zone' }),
      }),
    }),
  }),
)
const Attributes = z.object({
  sha256: z.string().openapi({ description: 'Of the text as UTF-8, hex' }),
  bytes: z.number(),
  lines: z.number(),
  page: z.object({ url: z.string(), title: z.string() }),
  time: z.number(),
  zone: z.number(),
  kept_at: z.number(),
  by: z.object({ uuid: z.string(), handle: z.string(), name: z.string() }),
  state: z.enum(['pending', 'kept']).openapi({ description: 'pending: the text is on disk, its logs follow' }),
  logs: z.number().openapi({ description: 'How many logs its lines became' }),
})
const Address = z.looseObject({
  address: z.string(),
  scope: z.string(),
  verdict: z.enum(verdicts).nullable(),
  matches: z.array(z.looseObject({})),
})
const ReadLog = z.looseObject({ timestamp: z.number(), message: z.string(), status: z.string(), attributes: z.looseObject({}) })
const Kept = z.object({ id: z.string(), type: z.literal('evidence'), attributes: Attributes.extend({ addresses: z.array(Address) }) })
const One = z
  .object({
    ...Kept.shape,
    attributes: Kept.shape.attributes.extend({
      text: z.string(),
      log_ids: z.array(z.string()).openapi({ description: 'In the order of the lines. Logs go with retention, evidence does not' }),
    }),
  })
  .openapi('Evidence')
const Listed = z.object({
  id: z.string(),
  type: z.literal('evidence'),
  attributes: Attributes.extend({ addresses: z.array(z.string()) }),
})

const userOf = ({ user }: Caller): string => user?.uuid ?? ''
const plain = ({ matches, known_good, ...known }: Known) => ({
  ...known,
  matches: matches.map(match => ({ ...match })),
  ...(known_good.length > 0 && { known_good: [...known_good] }),
})
const shownLog = ({ stream: _, received: __, ...log }: NewLog) => ({ ...log, attributes: { ...log.attributes } })

/** Lines that people select on pages, kept with where and when, and as logs. */
export const evidenceRoutes = ({ keep, preview, evidence, listEvidence, lookUp }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'post',
        path,
        summary: 'Keep lines of a page as evidence and as logs',
        description:
          'The lines become logs with the source `browser`, the tags `evidence:<id>` and `page:<host>`, and what log formats and feeds make of them. ' +
          'With `dry_run=true` nothing is kept, and `preview` shows the first of these logs.',
        tags,
        middleware: [requires('security_monitoring_signals_write'), requires('logs_read_data')],
        request: body,
        responses: {
          201: jsonAnswer(
            z.object({
              data: z.object({
                ...Kept.shape,
                attributes: Kept.shape.attributes.extend({ log_ids: z.array(z.string()), preview: z.array(ReadLog).optional() }),
              }),
            }),
            'On disk. What is `pending` becomes logs as soon as there is room for them',
          ),
          413: jsonAnswer(z.object({ errors: z.array(z.looseObject({})) }), 'More than is kept'),
        },
      }),
      async c => {
        const given = c.req.valid('json').data.attributes
        const { id, addresses, ...attributes } = await keep(c.var.write, given)
        const shown = { ...attributes, addresses: (await lookUp(addresses)).map(plain) }
        if (c.var.write.dryRun) {
          const { logs, count } = await preview(given)
          const all = { ...shown, logs: count, log_ids: [], preview: logs.map(shownLog) }
          return c.json({ data: { id, type: 'evidence' as const, attributes: all } }, 201)
        }
        const { logs } = await evidence(restrictionsOf(c), userOf(c.var.caller), id)
        return c.json({ data: { id, type: 'evidence' as const, attributes: { ...shown, log_ids: logs } } }, 201)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path,
        summary: 'List evidence',
        request: {
          query: z.object({
            'page[limit]': z.coerce.number().int().min(1).max(100).default(20),
            'page[cursor]': z.coerce.number().int().min(0).optional(),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.array(Listed), meta: z.object({ page: z.object({ after: z.number().optional() }) }) }),
            'Newest first; under a restriction, what one kept oneself and what has only logs that may be seen',
          ),
        },
      }),
      async c => {
        const { 'page[limit]': limit, 'page[cursor]': cursor } = c.req.valid('query')
        const asked = { limit, ...(cursor !== undefined && { after: cursor }) }
        const { evidence: found, after } = await listEvidence(restrictionsOf(c), userOf(c.var.caller), asked)
        const data = found.map(({ id, ...attributes }) => ({ id, type: 'evidence' as const, attributes }))
        return c.json({ data, meta: { page: after === null ? {} : { after } } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${path}/{id}`,
        summary: 'Read evidence',
        request: { params: z.object({ id: z.string().min(1).max(128) }) },
        responses: { 200: jsonAnswer(z.object({ data: One }), 'With the text as it was kept, and what is known of its addresses now') },
      }),
      async c => {
        const found = await evidence(restrictionsOf(c), userOf(c.var.caller), c.req.valid('param').id)
        const { id, addresses, ...attributes } = found.evidence
        const more = { addresses: (await lookUp(addresses)).map(plain), text: found.text, log_ids: found.logs }
        return c.json({ data: { id, type: 'evidence' as const, attributes: { ...attributes, ...more } } }, 200)
      },
    )
