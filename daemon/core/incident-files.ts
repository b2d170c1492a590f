import { type Incident, type IncidentCell, type IncidentPart, incidentKey } from '../../shared/incident.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { User } from '../../shared/user.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'

/** An incident with what hangs on it, as far as somebody may see that. */
export interface SeenIncident extends Incident {
  signals: number
  cases: { id: string; key: string; title: string }[]
  attachments: IncidentPart<'attachment'>[]
  impacts: string[]
  responders: { id: string; user: string }[]
  todos: { open: number; total: number }
  /** Whoever is named. */
  users: Pick<User, 'uuid' | 'handle' | 'name' | 'email'>[]
}

export type IncidentFiles = ReturnType<typeof createIncidentFiles>

/** What all changes of incidents have in common: find one, put down what happened to it, show it to somebody. */
export function createIncidentFiles({ store, now }: { store: Store; now: () => number }) {
  const { incidents } = store
  const signals = (only: Restrictions, { public_id: id }: Incident): string[] =>
    incidents.signals(id).filter(one => only.signals === null || maySeeSignal(only, store.signals.get(one)!))
  const timeOf = (signal: string) => store.signals.get(signal)!.timestamp
  return {
    /** By its UUID, or by the number that people call it by. */
    find(id: string): Incident {
      const incident = /^[1-9]\d{0,8}$/.test(id) ? incidents.byPublicId(Number(id)) : incidents.get(id)
      if (!incident) throw new Refusal(404, 'not_found', `not_found(Incident with id '${id}' not found)`)
      return incident
    },
    /** A cell of the timeline, inside of the write that does what it says. */
    tell: (ctx: WriteContext, incident: string, cell: Pick<IncidentCell, 'kind' | 'text' | 'about'>): void =>
      incidents.addCell({ seq: store.nextSeq(), incident_id: incident, time: now(), by: personOf(ctx.actor), ...cell }),
    /** Ids of the signals that may be seen. */
    signals,
    seen(only: Restrictions, incident: Incident): SeenIncident {
      const { id, public_id: publicId, commander, creator, updater } = incident
      const responders = incidents.parts(id, 'responder').map(part => ({ id: part.id, user: part.body.user.uuid }))
      const todos = incidents.parts(id, 'todo')
      const all = incidents.countSignals(publicId)
      const mine = only.signals === null ? undefined : signals(only, incident)
      const named = new Set([commander?.uuid, creator.uuid, updater.uuid, ...responders.map(({ user }) => user)])
      return {
        ...incident,
        signals: mine?.length ?? all,
        // nor when something was found that is not shown
        detected: mine === undefined || mine.length === all ? incident.detected : Math.min(incident.created, ...mine.map(timeOf)),
        cases: store.cases.ofIncident(id),
        attachments: incidents.parts(id, 'attachment'),
        impacts: incidents.parts(id, 'impact').map(part => part.id),
        responders,
        todos: { open: todos.filter(({ body }) => body.completed === null).length, total: todos.length },
        users: [...named].flatMap(uuid => {
          const user = uuid ? store.users.get(uuid) : undefined
          return user ? [{ uuid: user.uuid, handle: user.handle, name: user.name, email: user.email }] : []
        }),
      }
    },
  }
}

export const tellIncident = ({ public_id: id }: Pick<Incident, 'public_id'>): LiveEvent => ({ type: 'incidents', ids: [id] })

/** How the audit trail names one, and what it tells of it. */
export const assetOf = ({ id, public_id: publicId, title }: Incident) => ({
  type: 'incident',
  id,
  name: `${incidentKey(publicId)} ${title}`,
})
export const shownIncident = ({ version, title, severity, state, commander, ...one }: Incident): JsonObject => ({
  version,
  title,
  severity,
  state,
  commander: commander?.handle ?? null,
  customer_impacted: one.customer_impacted,
  customer_impact_scope: one.customer_impact_scope,
  fields: { ...one.fields },
})
