import { z } from '@hono/zod-openapi'
import type { SeenCase } from '../../shared/case.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { base, seenBy, write } from './needs.ts'
import { CaseParam, caseAnswer, caseResource } from './wire.ts'

interface Needs {
  /** Link an incident to a case both ways. Refuses an incident that is not there. */
  linkIncident(only: Restrictions, ctx: WriteContext, which: string, incident: string): Promise<SeenCase>
}
const Body = z.strictObject({ data: z.strictObject({ id: z.string().min(1).max(64), type: z.enum(['incidents']) }) })

/** The link from a case to an incident, on Datadog's wire. */
export const caseIncidentRoutes = ({ linkIncident }: Needs) =>
  createRouter().openapi(
    route({
      ...write,
      method: 'post',
      path: `${base}/{id}/relationships/incidents`,
      summary: 'Link an incident to a case',
      request: { params: CaseParam, ...jsonBody(Body) },
      responses: { 201: jsonAnswer(caseAnswer, 'The case as it is now') },
    }),
    async c => {
      const file = await linkIncident(seenBy(c), c.var.write, c.req.valid('param').id, c.req.valid('json').data.id)
      return c.json({ data: caseResource(file) }, 201)
    },
  )
