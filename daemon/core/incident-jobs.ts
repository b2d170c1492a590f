import type { Incident } from '../../shared/incident.ts'
import type { WriteContext } from '../lib/actor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { MovableRow } from '../store/signals.ts'
import type { createIncidents, NewIncident } from './incidents.ts'
import type { Done, Moves } from './moves.ts'

/** What a job of signals into an incident has to know. */
export interface IntoIncident {
  kind: 'incident'
  incident: string
  publicId: number
}
/** An incident that is there, by id or number, or one that is declared. */
export type IncidentTarget = { incident: string } | { declare: Omit<NewIncident, 'signals' | 'case'> }

/** Very many signals into an incident, in slices; call inside of the write that makes a slice. */
export function createIncidentJobs({ moves, inside }: { moves: Moves; inside: ReturnType<typeof createIncidents>['inside'] }) {
  return {
    /** `oldest` is one of the signals, the first that was found of them. */
    begin(
      only: Restrictions,
      ctx: WriteContext,
      target: IncidentTarget,
      oldest: number | undefined,
    ): { incident: Incident; does: IntoIncident } {
      const since = oldest === undefined ? undefined : moves.find(only, oldest)?.timestamp
      const incident =
        'declare' in target ? inside.declare(only, ctx, { ...target.declare, signals: [] }, since).incident : inside.find(target.incident)
      return {
        incident,
        does: { kind: 'incident', incident: incident.id, publicId: incident.public_id },
      }
    },
    /** Refuses all that is left where the incident was deleted meanwhile. */
    step:
      (ctx: WriteContext, change: string, { publicId }: IntoIncident) =>
      (before: MovableRow): Done => {
        const { incident_ids: all } = before.triage
        if (all.includes(publicId)) return { signal: before, changed: false }
        return moves.one(ctx, change, before, { incident_ids: [...all, publicId] }, false)
      },
  }
}
