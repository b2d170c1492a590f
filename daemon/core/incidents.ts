import { randomUUID } from 'node:crypto'
import { type Incident, type IncidentCell, type IncidentPart, incidentKey } from '../../shared/incident.ts'
import type { Signal } from '../../shared/signal.ts'
import type { User } from '../../shared/user.ts'
import { changeIncident, declared, type IncidentChange } from '../incidents/change.ts'
import { facetsOf, type IncidentFacets, matching, type Worked } from '../incidents/search.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { createTell } from './incident-links.ts'
import { createPart, findIncident, shownIncident } from './incident-parts.ts'
import { maySeeSignal } from './may-see.ts'
import { createAssigned, type Moves } from './moves.ts'
import { personWith } from './people.ts'
import type { Audit, Write } from './writes.ts'

/** People are named by uuid; an absent commander is who declares it, null nobody. */
export type NewIncident = Pick<
  Incident,
  'title' | 'severity' | 'state' | 'customer_impacted' | 'customer_impact_scope' | 'fields' | 'notification_handles' | 'is_test'
> & { commander?: string | null; notes: string[]; signals: string[] }
export type WantedOfIncident = Omit<IncidentChange, 'commander'> & { commander?: string | null }

/** An incident with what hangs on it, as far as somebody may see that. */
export interface SeenIncident extends Incident {
  signals: number
  attachments: IncidentPart<'attachment'>[]
  impacts: string[]
  responders: { id: string; user: string }[]
  todos: { open: number; total: number }
  /** Whoever is named. */
  users: Pick<User, 'uuid' | 'handle' | 'name' | 'email'>[]
}

interface Options {
  store: Store
  write: Write
  audit: Audit
  moves: Moves
  now: () => number
}
interface Page {
  offset: number
  size: number
}

/** Incidents and every way to declare and change them. */
export function createIncidents({ store, write, audit, moves, now }: Options) {
  const { incidents } = store
  const tell = createTell(store, now)
  const changed = ({ public_id: id }: Incident) => ({ type: 'incidents' as const, ids: [id] })

  const seenSignals = (only: Restrictions, { public_id: id }: Incident): string[] =>
    incidents.signals(id).filter(one => only.signals === null || maySeeSignal(only, store.signals.get(one)!))
  function seen(only: Restrictions, incident: Incident): SeenIncident {
    const { id, public_id: publicId, commander, creator, updater } = incident
    const responders = incidents.parts(id, 'responder').map(part => ({ id: part.id, user: part.body.user.uuid }))
    const todos = incidents.parts(id, 'todo')
    const named = new Set([commander?.uuid, creator.uuid, updater.uuid, ...responders.map(({ user }) => user)])
    return {
      ...incident,
      signals: only.signals === null ? incidents.countSignals(publicId) : seenSignals(only, incident).length,
      attachments: incidents.parts(id, 'attachment'),
      impacts: incidents.parts(id, 'impact').map(part => part.id),
      responders,
      todos: { open: todos.filter(({ body }) => body.completed === null).length, total: todos.length },
      users: [...named].flatMap(uuid => {
        const user = uuid ? store.users.get(uuid) : undefined
        return user ? [{ uuid: user.uuid, handle: user.handle, name: user.name, email: user.email }] : []
      }),
    }
  }
  const worked = (incident: Incident): Worked => ({
    ...incident,
    responders: incidents.parts(incident.id, 'responder').map(({ body }) => body.user),
    postmortem: incidents.parts(incident.id, 'attachment').some(({ body }) => body.attachment_type === 'postmortem'),
  })
  const pageOf = (only: Restrictions, found: Incident[], { offset, size }: Page) =>
    found.slice(offset, offset + size).map(incident => seen(only, incident))
  /** Whoever commands it works on it. */
  function respond(ctx: WriteContext, { id, commander }: Incident): void {
    if (commander && !incidents.parts(id, 'responder').some(({ body }) => body.user.uuid === commander.uuid))
      incidents.putPart(createPart(ctx, id, 'responder', { user: commander }, now()), store.nextSeq())
  }
  const commanderOf = (uuid: string | null) => uuid && personWith(store, uuid, 'data.relationships.commander_user.data.id')
  const found = (id: string) => findIncident(store, id)

  /** Put signals that may be seen into an incident, or take them out, as one change that can be undone. */
  function link(only: Restrictions, ctx: WriteContext, incident: number, ids: string[], isIn: boolean, field: string) {
    const change = randomUUID()
    store.changes.add(change, now())
    const touched = createAssigned(ctx.actor)
    const ended: string[] = []
    ids.forEach((id, at) => {
      const before = moves.find(only, id)
      if (!before)
        throw new Refusal(404, 'not_found', `Signal ${id} not found`, {
          problems: [{ field: `${field}.${at}`, message: `no signal ${id}` }],
        })
      const others = before.triage.incident_ids.filter(one => one !== incident)
      // the last that it is part of is the last that it joined; one that it is part of already keeps its place
      if (before.triage.incident_ids.includes(incident) === isIn) return
      const done = moves.one(ctx, change, before, { incident_ids: isIn ? [...others, incident] : others }, false)
      if (!done.changed) return
      ended.push(id)
      touched.note(before, done.signal)
    })
    return { change, changed: ended, tell: touched.take }
  }

  return {
    getIncident: async (only: Restrictions, id: string): Promise<SeenIncident> => seen(only, found(id)),
    /** Those that a query finds, with facets of all of them. */
    async searchIncidents(
      only: Restrictions,
      { query, sort, ...page }: Page & { query: string; sort: 'created' | '-created' },
    ): Promise<{ incidents: SeenIncident[]; total: number; facets: IncidentFacets }> {
      const all = matching(incidents.all().map(worked), query)
      if (sort === 'created') all.reverse()
      return {
        incidents: pageOf(
          only,
          all.map(({ responders: _, postmortem: __, ...incident }) => incident),
          page,
        ),
        total: all.length,
        facets: facetsOf(all),
      }
    },
    /** The latest first. */
    listIncidents: async (only: Restrictions, page: Page): Promise<SeenIncident[]> => pageOf(only, incidents.all(), page),

    /** Declare an incident, from signals where there are any: all of it at once, or nothing. */
    createIncident: async (only: Restrictions, ctx: WriteContext, wanted: NewIncident): Promise<SeenIncident> =>
      write(ctx, () => {
        const { commander, notes, signals, ...rest } = wanted
        const by = personOf(ctx.actor)
        const time = now()
        const publicId = store.meta.number('incidents') + 1
        const times = signals.flatMap(id => moves.find(only, id)?.timestamp ?? [])
        const incident = declared({
          ...rest,
          id: randomUUID(),
          public_id: publicId,
          version: 1,
          commander: commander === undefined ? by : commanderOf(commander) || null,
          customer_impact_start: null,
          customer_impact_end: null,
          detected: Math.min(time, ...times),
          created: time,
          modified: time,
          resolved: null,
          creator: by,
          updater: by,
        })
        store.meta.set('incidents', publicId)
        incidents.put(incident)
        tell(ctx, incident.id, { kind: 'declared', text: `declared ${incidentKey(publicId)} “${incident.title}” as ${incident.severity}` })
        respond(ctx, incident)
        for (const text of notes) tell(ctx, incident.id, { kind: 'note', text })
        audit(ctx, {
          action: 'created',
          asset: assetOf(incident),
          message: `declared the incident ${incidentKey(publicId)}`,
          before: null,
          after: shownIncident(incident),
        })
        const linked = link(only, ctx, publicId, signals, true, 'data.attributes.x_local.signals')
        return { result: seen(only, incident), changed: linked.changed, tell: () => [changed(incident), ...linked.tell()] }
      }),
    updateIncident: async (only: Restrictions, ctx: WriteContext, id: string, wanted: WantedOfIncident): Promise<SeenIncident> =>
      write(ctx, () => {
        const { commander, ...rest } = wanted
        const before = found(id)
        const given = commander === undefined ? {} : { commander: commanderOf(commander) || null }
        const { incident, steps } = changeIncident(before, { ...rest, ...given }, personOf(ctx.actor), now())
        if (steps.length === 0) return { result: seen(only, before) }
        incidents.put(incident)
        respond(ctx, incident)
        for (const { text, before: from, after: to } of steps) {
          tell(ctx, incident.id, { kind: 'changed', text })
          audit(ctx, {
            action: 'modified',
            asset: assetOf(incident),
            message: `${incidentKey(incident.public_id)}: ${text}`,
            before: from,
            after: to,
          })
        }
        return { result: seen(only, incident), tell: () => [changed(incident)] }
      }),
    /** With its parts and timeline. Its number is not given again; the audit trail keeps what it was. */
    deleteIncident: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const incident = found(id)
        const change = randomUUID()
        const signals = incidents.signals(incident.public_id)
        for (const signal of signals) moves.leave(ctx, change, store.signals.movable(signal)!, incident.public_id)
        incidents.remove(incident.id)
        audit(ctx, {
          action: 'deleted',
          asset: assetOf(incident),
          message: `deleted the incident ${incidentKey(incident.public_id)}`,
          before: shownIncident(incident),
          after: null,
        })
        return { result: null, changed: signals, tell: () => [changed(incident)] }
      }),

    /** The signals of an incident that may be seen. */
    incidentSignals: async (only: Restrictions, id: string): Promise<Signal[]> =>
      seenSignals(only, found(id)).map(one => store.signals.get(one)!),
    /** Put signals into an incident or take them out; the answer names the change, which can be undone. */
    linkSignals: async (
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      signals: string[],
      isIn: boolean,
    ): Promise<{ incident: SeenIncident; change: string }> =>
      write(ctx, () => {
        const incident = found(id)
        const linked = link(only, ctx, incident.public_id, signals, isIn, 'data')
        return { result: { incident: seen(only, incident), change: linked.change }, changed: linked.changed, tell: linked.tell }
      }),
    /** What happened, oldest first, without what is about signals that may not be seen. */
    async incidentTimeline(only: Restrictions, id: string): Promise<IncidentCell[]> {
      const hidden = new Map<string, boolean>()
      const isHidden = (signal: string) => {
        if (!hidden.has(signal)) hidden.set(signal, moves.find(only, signal) === undefined)
        return hidden.get(signal)!
      }
      return incidents.cells(found(id).id).filter(({ about }) => about?.type !== 'signal' || !isHidden(about.id))
    },
    addIncidentNote: async (ctx: WriteContext, id: string, text: string): Promise<IncidentCell> =>
      write(ctx, () => {
        const incident = found(id)
        tell(ctx, incident.id, { kind: 'note', text })
        audit(ctx, {
          action: 'modified',
          asset: assetOf(incident),
          message: `wrote a note on ${incidentKey(incident.public_id)}`,
          before: null,
          after: { text },
        })
        return { result: incidents.cells(incident.id).at(-1)!, tell: () => [changed(incident)] }
      }),
  }
}

export const assetOf = ({ id, public_id: publicId, title }: Incident) => ({
  type: 'incident',
  id,
  name: `${incidentKey(publicId)} ${title}`,
})
