import { z } from '@hono/zod-openapi'
import { longestCaseText } from '../../shared/case.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import { base, type CaseNeeds, checkSignals, read, seenBy, write } from './needs.ts'
import { CaseId, CaseParam, CellResource, caseAnswer, caseResource, cellResource, Insight, Insights, mostInsights } from './wire.ts'

const Comment = z.string().trim().min(1).max(longestCaseText)
const commentBody = jsonBody(
  z.object({ data: z.strictObject({ type: z.literal('case').optional(), attributes: z.strictObject({ comment: Comment }) }) }),
)
const CellParam = z.object({ id: CaseId, cell: CaseId })
const cells = z.object({ data: z.array(CellResource) })
const insightsBody = (insights: z.ZodType) =>
  jsonBody(z.object({ data: z.strictObject({ type: z.literal('case'), attributes: z.strictObject({ insights }) }) }))
const NamedInsights = z
  .array(Insight.partial({ ref: true }))
  .min(1)
  .max(mostInsights)

/** What is in a case: comments, its timeline, and signals and other insights. */
export const contentRoutes = (needs: CaseNeeds) =>
  createRouter()
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/comment`,
        summary: 'Comment a case',
        request: { params: CaseParam, ...commentBody },
        responses: { 200: jsonAnswer(cells, 'The comment, as a list of one') },
      }),
      async c => {
        const { comment } = c.req.valid('json').data.attributes
        return c.json({ data: [cellResource(await needs.commentCase(c.var.write, c.req.valid('param').id, comment))] }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'put',
        path: `${base}/{id}/comment/{cell}`,
        summary: 'Edit a comment of one’s own',
        request: { params: CellParam, ...commentBody },
        responses: { 200: jsonAnswer(z.object({}), 'It says that now') },
      }),
      async c => {
        const { id, cell } = c.req.valid('param')
        await needs.editCaseComment(c.var.write, id, cell, c.req.valid('json').data.attributes.comment)
        return c.json({}, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}/comment/{cell}`,
        summary: 'Delete a comment of one’s own',
        request: { params: CellParam },
        responses: { 204: emptyAnswer('It says nothing any more; the audit trail keeps what it said') },
      }),
      async c => {
        const { id, cell } = c.req.valid('param')
        await needs.deleteCaseComment(c.var.write, id, cell)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}/timelines`,
        summary: 'List what happened to a case',
        request: {
          params: CaseParam,
          query: z.object({
            'page[size]': z.coerce.number().int().min(1).max(1000).default(100),
            'page[number]': z.coerce.number().int().min(1).default(1).openapi({ description: 'The first is 1' }),
            'sort[ascending]': z.enum(['true', 'false']).default('true'),
          }),
        },
        responses: { 200: jsonAnswer(cells, 'Comments and changes, oldest first unless asked otherwise') },
      }),
      async c => {
        const { 'page[size]': size, 'page[number]': number, 'sort[ascending]': ascending } = c.req.valid('query')
        const all = await needs.caseTimeline(seenBy(c), c.req.valid('param').id)
        if (ascending === 'false') all.reverse()
        return c.json({ data: all.slice((number - 1) * size, number * size).map(cellResource) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'put',
        path: `${base}/{id}/insights`,
        summary: 'Add insights to a case',
        description: 'Signals that are open go under review.',
        request: { params: CaseParam, ...insightsBody(Insights) },
        responses: { 200: jsonAnswer(caseAnswer, 'The case as it is now') },
      }),
      async c => {
        const { insights } = (c.req.valid('json') as { data: { attributes: { insights: z.output<typeof Insights> } } }).data.attributes
        checkSignals(c, insights)
        return c.json(
          { data: caseResource((await needs.addCaseInsights(seenBy(c), c.var.write, c.req.valid('param').id, insights)).file) },
          200,
        )
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}/insights`,
        summary: 'Unlink insights from a case',
        request: { params: CaseParam, ...insightsBody(NamedInsights) },
        responses: { 200: jsonAnswer(caseAnswer, 'The case as it is now') },
      }),
      async c => {
        const { insights } = (c.req.valid('json') as { data: { attributes: { insights: z.output<typeof NamedInsights> } } }).data.attributes
        checkSignals(c, insights)
        return c.json(
          { data: caseResource(await needs.removeCaseInsights(seenBy(c), c.var.write, c.req.valid('param').id, insights)) },
          200,
        )
      },
    )
