import type { z } from '@hono/zod-openapi'
import type { WriteContext } from '../lib/actor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { IncidentChange } from './change.ts'
import type { IncidentFacets } from './search.ts'
import type { CreateBody, Shown } from './wire.ts'

type Declared = Omit<z.output<typeof CreateBody>['data']['attributes'], 'initial_cells' | 'incident_type_uuid' | 'x_local' | 'fields'>
interface Wanted extends Declared {
  severity: Shown['severity']
  state: Shown['state']
  fields: Shown['fields']
  /** By uuid; absent: who declares it. */
  commander?: string | null
  notes: string[]
  signals: string[]
  case?: string
}
interface Page {
  offset: number
  size: number
}
/** What the routes of incidents are handed. */
export interface IncidentNeeds {
  listIncidents(only: Restrictions, page: Page): Promise<Shown[]>
  searchIncidents(
    only: Restrictions,
    asked: Page & { query: string; sort: 'created' | '-created' },
  ): Promise<{ incidents: Shown[]; total: number; facets: IncidentFacets }>
  getIncident(only: Restrictions, id: string): Promise<Shown>
  createIncident(only: Restrictions, ctx: WriteContext, wanted: Wanted): Promise<Shown>
  updateIncident(
    only: Restrictions,
    ctx: WriteContext,
    id: string,
    wanted: Omit<IncidentChange, 'commander'> & { commander?: string | null },
  ): Promise<Shown>
  deleteIncident(ctx: WriteContext, id: string): Promise<null>
  /** Refuses a query that cannot be read. */
  checkQuery(query: string, field: string): string
}
