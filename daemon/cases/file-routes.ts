import { z } from '@hono/zod-openapi'
import { insightsInCase, type NewInsight, type SeenCase } from '../../shared/case.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { NewCase } from './asked.ts'
import type { CaseFile } from './export/file.ts'
import { exportPolicy } from './export/html.ts'
import { type CaseFormatName, caseFormats } from './export/index.ts'
import { localBase as base, caseBody, checkSignals, read, seenBy, write } from './needs.ts'
import { CaseId, CaseParam, CaseResource, CaseText, caseAnswer, caseResource, Insight, mostInsights, Priority, Title } from './wire.ts'

type InsightOf = SeenCase['seen'][number] & { title?: string; severity?: string; state?: string }
interface Needs {
  caseInsights(only: Restrictions, which: string, limit: number, offset: number): Promise<{ insights: InsightOf[]; total: number }>
  caseFile(only: Restrictions, which: string): Promise<CaseFile>
  mergeCases(only: Restrictions, ctx: WriteContext, which: string, sources: string[]): Promise<SeenCase>
  unmergeCase(only: Restrictions, ctx: WriteContext, which: string, source: string): Promise<{ target: SeenCase; source: SeenCase }>
  splitCase(
    only: Restrictions,
    ctx: WriteContext,
    which: string,
    insights: Pick<NewInsight, 'type' | 'resource_id'>[],
    given: Omit<NewCase, 'project' | 'type'>,
  ): Promise<{ target: SeenCase; source: SeenCase }>
  now: () => number
}

const two = z.object({ data: z.array(CaseResource) })

/** No union: what is wrong with one member would be said of all. */
const ApartBody = z
  .strictObject({
    case_id: CaseId.optional(),
    title: Title.optional(),
    description: CaseText.optional(),
    priority: Priority.optional(),
    insights: z
      .array(Insight.omit({ ref: true }))
      .min(1)
      .max(mostInsights)
      .optional(),
  })
  .superRefine(({ case_id: known, ...fresh }, ctx) => {
    const wrong = (name: string, message: string) => ctx.addIssue({ code: 'custom', path: [name], message })
    if (known !== undefined) for (const name of Object.keys(fresh)) wrong(name, 'is of a new case: case_id names one')
    else if (fresh.title === undefined) wrong('title', 'is needed for a new case, unless case_id names one')
    else if (fresh.insights === undefined) wrong('insights', 'must say what goes into the new case')
  })

/** What is in a case, merged, split and as a file. */
export const caseFileRoutes = (needs: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}/insights`,
        summary: 'List what a case holds',
        request: {
          params: CaseParam,
          query: z.object({
            'page[size]': z.coerce.number().int().min(1).max(1000).default(insightsInCase),
            'page[number]': z.coerce.number().int().min(1).default(1),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(z.object({ id: z.string(), type: z.literal('insight'), attributes: z.looseObject({ type: z.string() }) })),
              meta: z.object({ total: z.number() }),
            }),
            'Signals, evidence and what else there is, in the order in which it came',
          ),
        },
      }),
      async c => {
        const { 'page[size]': size, 'page[number]': number } = c.req.valid('query')
        const { insights, total } = await needs.caseInsights(seenBy(c), c.req.valid('param').id, size, (number - 1) * size)
        const data = insights.map(insight => ({
          id: `${insight.type}:${insight.resource_id}`,
          type: 'insight' as const,
          attributes: { ...insight },
        }))
        return c.json({ data, meta: { total } }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/merge`,
        summary: 'Merge other cases into this one',
        request: { params: CaseParam, ...caseBody(z.strictObject({ case_ids: z.array(CaseId).min(1).max(20) })) },
        responses: { 200: jsonAnswer(caseAnswer, 'The case with all that they hold') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const file = await needs.mergeCases(seenBy(c), c.var.write, id, c.req.valid('json').data.attributes.case_ids)
        return c.json({ data: caseResource(file) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/split`,
        summary: 'Split a merged case off again, or some insights into a new case',
        request: {
          params: CaseParam,
          ...caseBody(ApartBody),
        },
        responses: { 200: jsonAnswer(two, 'This case, and the one that is split off') },
      }),
      async c => {
        const {
          case_id: known,
          title = '',
          description = '',
          priority = 'NOT_DEFINED',
          insights = [],
        } = c.req.valid('json').data.attributes
        const { id } = c.req.valid('param')
        if (known !== undefined) {
          const { target, source } = await needs.unmergeCase(seenBy(c), c.var.write, id, known)
          return c.json({ data: [target, source].map(caseResource) }, 200)
        }
        checkSignals(c, insights)
        const { target, source } = await needs.splitCase(seenBy(c), c.var.write, id, insights, {
          title,
          description,
          priority,
          insights: [],
        })
        return c.json({ data: [target, source].map(caseResource) }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}/export`,
        summary: 'Export a case as a file',
        request: {
          params: CaseParam,
          query: z.object({ format: z.enum(['md', ...(Object.keys(caseFormats) as CaseFormatName[])]).default('markdown') }),
        },
        responses: { 200: emptyAnswer('The file') },
      }),
      async c => {
        const file = await needs.caseFile(seenBy(c), c.req.valid('param').id)
        const { format } = c.req.valid('query')
        const { ending, type, write } = caseFormats[format === 'md' ? 'markdown' : format]
        c.header('Content-Type', type)
        c.header('Content-Disposition', `attachment; filename="${file.case.key}.${ending}"`)
        c.header('Content-Security-Policy', exportPolicy)
        c.header('X-Content-Type-Options', 'nosniff')
        return c.body(write(file, needs.now()), 200)
      },
    )
