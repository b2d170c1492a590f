import { z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { NewLog } from '../../shared/log.ts'
import { myTurn } from '../engine/slices.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, jsonAnswer, may, requires, route } from '../lib/http.ts'
import type { Checkpoint } from '../store/log-file.ts'
import { intakeBatch } from './batch.ts'

interface Needs {
  /** Enrich, commit, and only then resolve. */
  ingest(
    logs: Iterable<NewLog>,
    options: { key?: { key: string; request: string }; checkpoint?: Checkpoint },
  ): Promise<{ count: number; duplicate: boolean }>
  checkpoints(fingerprint: string): Promise<Checkpoint[]>
  now: () => number
}

const tags = ['Logs']
const sha = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex')
const word = z.string().max(512).optional()
const senders = { ddsource: word, ddtags: z.string().max(8192).optional(), hostname: word, service: word }
const minutes = z.coerce.number().int().min(-840).max(840)

const LineQuery = z.strictObject({
  ...senders,
  format: word.openapi({ description: 'Name of a log format; without it each line is recognised by itself' }),
  zone: minutes.default(0).openapi({ description: 'Minutes east of UTC, for timestamps that name no zone' }),
  stream: z
    .string()
    .regex(/^import:[\w-]{1,80}$/, 'must be import:…')
    .openapi({ description: 'The import: a stream with a time of its own, however old' }),
  fingerprint: sha.openapi({ description: 'Of the first line of the file' }),
  offset: z.coerce.number().int().min(0).openapi({ description: 'Bytes of the file up to the end of these lines' }),
  hash: sha.openapi({ description: 'Of these first bytes of the file' }),
  dry_run: z.enum(['true', 'false']).optional(),
})

/** An API key is there to send logs with; an application key that comes alone has to be one that may. */
const maySend = createMiddleware<Env>(async (c, next) => {
  if (c.var.caller.user !== null && !may(c, 'logs_write')) throw new Refusal(403, 'forbidden', 'This needs the permission logs_write')
  await next()
})

/** Where logs come in. 202 means that they are on disk. */
export const intakeRoutes = ({ ingest, checkpoints, now }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/logs',
        'x-needs': 'intake',
        summary: 'Send logs',
        tags,
        middleware: [maySend] as const,
        request: {
          query: z.looseObject({ ...senders, dry_run: z.enum(['true', 'false']).optional() }),
          body: {
            required: true,
            content: {
              // no check by the router: intake reads the text itself, so that it can say where it is wrong
              'application/json': { schema: { description: 'A log, or an array of up to 1,000' } },
              'text/plain': { schema: z.string() },
            },
          },
        },
        responses: { 202: jsonAnswer(z.object({}), 'On disk') },
      }),
      async c => {
        const text = await c.req.text()
        await myTurn()
        const { count, logs } = intakeBatch(text, c.req.header('content-type') ?? '', c.req.valid('query'), { now: now(), zone: 0 })
        const { dryRun, idempotency } = c.var.write
        if (!dryRun && count > 0)
          await ingest(logs, idempotency ? { key: { ...idempotency, key: `${c.var.caller.keyId}:${idempotency.key}` } } : {})
        return c.json({}, 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/imports',
        summary: 'Ask how far a file has been imported',
        tags,
        middleware: [requires('logs_write')] as const,
        request: { query: z.object({ fingerprint: sha }) },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(
                z.object({
                  id: z.string(),
                  type: z.literal('checkpoint'),
                  attributes: z.object({ offset: z.number(), hash: z.string(), stream: z.string() }),
                }),
              ),
            }),
            'How far files that begin with this line have been imported',
          ),
        },
      }),
      async c => {
        const found = await checkpoints(c.req.valid('query').fingerprint)
        return c.json(
          {
            data: found.map(({ offset, hash, stream }) => ({
              id: hash,
              type: 'checkpoint' as const,
              attributes: { offset, hash, stream },
            })),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/imports/lines',
        summary: 'Import lines of a file',
        tags,
        middleware: [requires('logs_write')] as const,
        request: { query: LineQuery, body: { required: true, content: { 'text/plain': { schema: z.string() } } } },
        responses: {
          202: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.literal('import'),
                attributes: z.object({ count: z.number(), duplicate: z.boolean() }),
              }),
            }),
            'On disk, or there already',
          ),
        },
      }),
      async c => {
        const { format, zone, stream, fingerprint, offset, hash, dry_run: dryRun, ...sender } = c.req.valid('query')
        const { count, logs } = intakeBatch(
          await c.req.text(),
          'text/plain',
          sender,
          { now: now(), zone },
          { stream, ...(format !== undefined && { format }) },
        )
        const checkpoint = { fingerprint, offset, hash, stream }
        const done = dryRun === 'true' ? { count, duplicate: false } : await ingest(logs, { checkpoint })
        return c.json({ data: { id: hash, type: 'import' as const, attributes: done } }, 202)
      },
    )
