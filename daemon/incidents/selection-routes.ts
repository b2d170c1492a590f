import { z } from '@hono/zod-openapi'
import { type Incident, incidentKey, incidentSeverities } from '../../shared/incident.ts'
import type { Job } from '../../shared/job.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsBeside, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { IncidentNeeds } from './needs.ts'
import { Scope, Title } from './wire.ts'

type Declared = Omit<Parameters<IncidentNeeds['createIncident']>[2], 'signals' | 'case'>
interface Needs {
  selectionIntoIncident(
    only: Restrictions,
    ctx: WriteContext,
    selection: string,
    target: { incident: string } | { declare: Declared },
  ): Promise<{ job: Job; incident: Incident }>
}

const Fresh = z.strictObject({
  title: Title.optional(),
  severity: z.enum(incidentSeverities).optional(),
  customer_impacted: z.boolean().optional(),
  customer_impact_scope: Scope.optional(),
  commander: z.string().min(1).max(64).nullable().optional().openapi({ description: 'A uuid; null: nobody; absent: who declares it' }),
})
/** No union: what is wrong with one member would be said of all. */
const Attributes = Fresh.extend({
  incident_id: z.string().min(1).max(64).optional().openapi({ description: 'One that is there, by its id or number; alone' }),
}).refine(({ incident_id: id, ...fresh }) => (id === undefined ? fresh.title !== undefined : Object.keys(fresh).length === 0), {
  path: ['title'],
  message: 'is needed to declare one, and nothing but incident_id to add to one',
})
const declaredOf = ({ commander, title = '', severity = 'UNKNOWN', ...given }: z.output<typeof Fresh>): Declared => ({
  ...{ title, severity, customer_impacted: given.customer_impacted ?? false },
  ...{ customer_impact_scope: given.customer_impact_scope ?? '' },
  ...{ state: 'active', fields: {}, notification_handles: [], is_test: false, notes: [] },
  ...(commander !== undefined && { commander }),
})

/** An incident of all that a query found. */
export const incidentSelectionRoutes = ({ selectionIntoIncident }: Needs) =>
  createRouter().openapi(
    route({
      tags: ['Incidents'],
      middleware: [requires('incident_write'), requires('security_monitoring_signals_read'), requires('security_monitoring_signals_write')],
      method: 'post',
      path: '/api/local/signals/selections/{id}/incident',
      summary: 'Add every signal of a selection to an incident that is there, or to one that is declared',
      request: {
        params: z.object({ id: z.string().min(1).max(128) }),
        ...jsonBody(
          z.object({
            data: z.strictObject({
              type: z.string().optional(),
              attributes: Attributes,
            }),
          }),
        ),
      },
      responses: {
        202: jsonAnswer(
          z.object({
            data: z.object({ id: z.string(), type: z.literal('job'), attributes: z.looseObject({ total: z.number() }) }),
            meta: z.object({ incident: z.object({ id: z.string(), public_id: z.number(), key: z.string() }) }),
          }),
          'The job that adds them, and the incident',
        ),
      },
    }),
    async c => {
      const { incident_id: known, ...fresh } = c.req.valid('json').data.attributes
      const target = known === undefined ? { declare: declaredOf(fresh) } : { incident: known }
      const { job, incident } = await selectionIntoIncident(restrictionsBeside(c), c.var.write, c.req.valid('param').id, target)
      const { id, ...rest } = job
      const { public_id } = incident
      return c.json(
        {
          data: { id, type: 'job' as const, attributes: rest },
          meta: { incident: { id: incident.id, public_id, key: incidentKey(public_id) } },
        },
        202,
      )
    },
  )
