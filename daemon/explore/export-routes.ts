import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AuditEvent, NewAuditEvent } from '../../shared/audit.ts'
import type { Log } from '../../shared/log.ts'
import { maxQueryLength } from '../../shared/query/limits.ts'
import type { Signal } from '../../shared/signal.ts'
import { auditDoc, signalDoc } from '../engine/docs.ts'
import type { Found, Search } from '../engine/search.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, jsonBody, route } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import { Path } from './aggregate-body.ts'
import { csvHead, csvLine, type Exported, toColumn } from './csv.ts'
import { checkTrack, type Finders, type Track, trackNeeds, tracks } from './find.ts'
import { checkQuery } from './query.ts'

/** Rows that are fetched, and held, at a time. */
const pageRows = 1000
/** How long to wait for a turn among other searches, ms, and how often. */
const turn = 250
const mostTurns = 240

const time = z.union([z.string().max(64), z.number()])
const ExportRequest = z
  .strictObject({
    track: z.enum(tracks),
    query: z.string().max(maxQueryLength).default(''),
    from: time.default('now-15m'),
    to: time.default('now'),
    sort: z.enum(['-timestamp', 'timestamp', 'severity']).default('-timestamp'),
    columns: z
      .array(Path)
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: 'Paths, `id` and `timestamp`. Without them CSV has the usual ones, and a line of NDJSON the whole record' }),
    format: z.enum(['csv', 'ndjson']).default('csv'),
    formulas: z.enum(['escape', 'keep']).default('escape').openapi({
      description:
        'escape: a text of CSV that a spreadsheet would run begins with an apostrophe, and the head of an attribute stands without its @ (`attributes.…` beside a column of the same name); keep: as it is, for machines',
    }),
  })
  .openapi('ExportRequest')
type Asked = z.output<typeof ExportRequest>

interface Needs {
  find: Finders
  resources: { logs(log: Log): object; signals(signal: Signal): object; audit(event: AuditEvent): object }
  /** Put it into the audit trail. */
  record(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, result: null): Promise<null>
  now: () => number
}

const usualColumns: Record<Track, string[]> = {
  logs: ['timestamp', 'status', 'source', 'service', 'host', 'message', 'id'],
  signals: [
    ...['timestamp', 'status', '@title', 'service', '@entities', '@workflow.triage.state', '@workflow.triage.archiveReason'],
    ...['@workflow.triage.assignee.handle', '@workflow.rule.name', '@events_matched', '@first_seen', '@last_seen', 'id'],
  ],
  audit: ['timestamp', '@usr.id', '@action', '@asset.type', '@asset.id', 'message', '@network.client.ip', 'id'],
}
const types = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson; charset=utf-8' } as const

/** A page of a track with what an export shows of each row. */
interface Page {
  rows: (Exported & { resource(): object })[]
  total: number
  after: string | undefined
}

/** All that a query finds, as a file: page after page of one listing, so that what comes meanwhile is not in it and little is held at a time. */
export function exportRoutes({ find, resources, record, now }: Needs) {
  const page = <R extends { id: string }>(
    { rows, total, after }: Found<R>,
    doc: (row: R) => Exported['doc'],
    resource: (row: R) => object,
  ): Page => ({
    rows: rows.map(row => ({ id: row.id, doc: doc(row), resource: () => resource(row) })),
    total,
    after,
  })
  const pageOf: Record<Track, (c: Context<Env>, search: Search) => Promise<Page>> = {
    logs: async (c, search) => page(await find.logs(c, search), log => log, resources.logs),
    signals: async (c, search) => page(await find.signals(c, search), signalDoc, resources.signals),
    audit: async (c, search) => page(await find.audit(c, search), auditDoc, resources.audit),
  }
  /** Searches of people go first: an export waits until there is room. */
  async function patiently(c: Context<Env>, search: Search): Promise<Page> {
    for (let turns = 0; ; turns++)
      try {
        return await pageOf[search.track as Track](c, search)
      } catch (error) {
        if (!(error instanceof Refusal && error.status === 429) || turns >= mostTurns) throw error
        await new Promise(resolve => setTimeout(resolve, turn))
      }
  }

  function writer({ format, columns, formulas, track }: Asked): { head: string; text(rows: Page['rows']): string } {
    const safe = formulas === 'escape'
    const shown = (columns ?? usualColumns[track]).map(toColumn)
    if (format === 'csv') return { head: csvHead(shown, safe), text: rows => rows.map(row => csvLine(shown, row, safe)).join('') }
    const record = (row: Page['rows'][number]) =>
      columns ? Object.fromEntries(shown.map(({ path, valuesOf }) => [path, one(valuesOf(row))])) : row.resource()
    return { head: '', text: rows => rows.map(row => `${JSON.stringify(record(row))}\n`).join('') }
  }

  return createRouter().openapi(
    route({
      method: 'post',
      'x-read': true,
      'x-needs': trackNeeds,
      path: '/api/local/export',
      summary: 'Export all that a query finds',
      tags: ['Explorer'],
      request: jsonBody(ExportRequest),
      responses: {
        200: {
          description: 'A file. It is cut off, and the connection with it, where something goes wrong on the way',
          content: { 'text/csv': { schema: z.string() }, 'application/x-ndjson': { schema: z.string() } },
        },
      },
    }),
    async c => {
      const asked = c.req.valid('json')
      const { track, format, sort } = asked
      checkTrack(c, track)
      const { from, to } = readRange(asked.from, asked.to, now(), { from: 0, to: 'now' }, { from: 'from', to: 'to' })
      const query = checkQuery(asked.query, 'query')
      const search: Search = { track, query, from, to, sort, limit: pageRows }
      const { head, text } = writer(asked)
      // what is refused is refused before a file begins
      let next: Page | undefined = await patiently(c, search)
      checkColumns(asked.columns ?? [], next.rows)
      await record(
        { actor: c.var.write.actor },
        {
          action: 'accessed',
          asset: { type: 'export', id: track },
          message: `exported ${next.total} ${track === 'audit' ? 'audit events' : track} as ${format}`,
          after: { query, from, to, total: next.total, ...(asked.columns && { columns: asked.columns }) },
        },
        null,
      )
      const encoder = new TextEncoder()
      let begun = false
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(stream) {
            const { rows, after } = next ?? (await patiently(c, search))
            stream.enqueue(encoder.encode((begun ? '' : head) + text(rows)))
            begun = true
            next = undefined
            if (after === undefined) stream.close()
            else search.cursor = after
          },
        },
        { highWaterMark: 0 },
      )
      const stamp = new Date(now()).toISOString().slice(0, 19).replaceAll(':', '')
      return c.body(body, 200, {
        'Content-Type': types[format],
        'Content-Disposition': `attachment; filename="signalbox-${track}-${stamp}.${format}"`,
      })
    },
  )
}

/** Refuse a column that means a tag which nothing here has, where there is an attribute of that name. */
function checkColumns(columns: readonly string[], rows: readonly Exported[]): void {
  const has = (path: string) => rows.some(row => toColumn(path).valuesOf(row).length > 0)
  const problems = columns.flatMap((path, i) =>
    path.startsWith('@') || has(path) || !has(`@${path}`)
      ? []
      : [{ field: `columns.${i}`, message: `${path} would be a tag, which nothing here has: the attribute is @${path}` }],
  )
  if (problems.length > 0) throw new Refusal(400, 'unknown_column', `${problems[0]!.field}: ${problems[0]!.message}`, { problems })
}

/** One value stands as it is, several as a list, none as null. */
const one = <T>(values: readonly T[]): T | readonly T[] | null => (values.length > 1 ? values : (values[0] ?? null))
