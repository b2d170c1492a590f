import { z } from '@hono/zod-openapi'
import type { CaseLink } from '../../shared/case.ts'
import type { Person } from '../../shared/triage.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import { base, read, write } from './needs.ts'
import { CaseId, CaseParam } from './wire.ts'

interface Needs {
  caseLinks(entity: string): Promise<CaseLink[]>
  createCaseLink(ctx: WriteContext, given: Omit<CaseLink, 'id'>): Promise<CaseLink>
  deleteCaseLink(ctx: WriteContext, id: string): Promise<null>
  watchCase(ctx: WriteContext, which: string, uuid: string): Promise<null>
  unwatchCase(ctx: WriteContext, which: string, uuid: string): Promise<null>
  caseWatchers(which: string): Promise<Person[]>
}

const Word = z.string().regex(/^[A-Z][A-Z_]{0,39}$/, 'is a word in capitals')
const Attributes = z.strictObject({
  parent_entity_type: Word,
  parent_entity_id: CaseId,
  child_entity_type: Word,
  child_entity_id: CaseId,
  relationship: Word,
})
const LinkResource = z.object({ id: z.string(), type: z.literal('link'), attributes: Attributes }).openapi('CaseLink')
const linkResource = ({ id, ...attributes }: CaseLink): z.input<typeof LinkResource> => ({ id, type: 'link', attributes })
const WatcherParam = z.object({ id: CaseId, user: CaseId })
const Watcher = z.object({ id: z.string(), type: z.literal('watcher'), relationships: z.looseObject({}) })

/** Links of cases, and who watches them, on Datadog's wire. */
export const caseLinkRoutes = (needs: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/link`,
        summary: 'List the links of a case',
        request: { query: z.object({ entity_type: Word, entity_id: CaseId, relationship: Word.optional() }) },
        responses: { 200: jsonAnswer(z.object({ data: z.array(LinkResource) }), 'The links') },
      }),
      async c => {
        const { entity_id: entity, entity_type: type, relationship } = c.req.valid('query')
        const found = (await needs.caseLinks(entity)).filter(
          link =>
            [link.parent_entity_type, link.child_entity_type].includes(type) &&
            (relationship === undefined || link.relationship === relationship),
        )
        return c.json({ data: found.map(linkResource) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/link`,
        summary: 'Link a case to something',
        request: jsonBody(
          z.object({
            data: z.strictObject({
              type: z.literal('link'),
              attributes: Attributes.refine(({ parent_entity_type: a, child_entity_type: b }) => a === 'CASE' || b === 'CASE', {
                path: ['child_entity_type'],
                message: 'or the parent has to be CASE',
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(z.object({ data: LinkResource }), 'The link') },
      }),
      async c => c.json({ data: linkResource(await needs.createCaseLink(c.var.write, c.req.valid('json').data.attributes)) }, 201),
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/link/{id}`,
        summary: 'Take a link away',
        request: { params: CaseParam },
        responses: { 204: emptyAnswer('It is gone') },
      }),
      async c => {
        await needs.deleteCaseLink(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}/watchers`,
        summary: 'List who watches a case',
        request: { params: CaseParam },
        responses: { 200: jsonAnswer(z.object({ data: z.array(Watcher) }), 'The watchers') },
      }),
      async c => {
        const watchers = await needs.caseWatchers(c.req.valid('param').id)
        const data = watchers.map(({ uuid }) => ({
          id: uuid,
          type: 'watcher' as const,
          relationships: { user: { data: { id: uuid, type: 'users' } } },
        }))
        return c.json({ data }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/watchers/{user}`,
        summary: 'Have somebody watch a case',
        request: { params: WatcherParam },
        responses: { 201: emptyAnswer('They watch it') },
      }),
      async c => {
        const { id, user } = c.req.valid('param')
        await needs.watchCase(c.var.write, id, user)
        return c.body(null, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}/watchers/{user}`,
        summary: 'Have somebody no longer watch a case',
        request: { params: WatcherParam },
        responses: { 204: emptyAnswer('They do not watch it') },
      }),
      async c => {
        const { id, user } = c.req.valid('param')
        await needs.unwatchCase(c.var.write, id, user)
        return c.body(null, 204)
      },
    )
