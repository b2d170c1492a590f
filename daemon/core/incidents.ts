import { randomUUID } from 'node:crypto'
import { type Incident, type IncidentCell, incidentKey } from '../../shared/incident.ts'
import { changeIncident, declared, type IncidentChange } from '../incidents/change.ts'
import { facetsOf, type IncidentFacets, matching, type Worked } from '../incidents/search.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { tellCases } from './case-files.ts'
import type { createCases } from './cases.ts'
import { assetOf, createIncidentFiles, type SeenIncident, shownIncident, tellIncident } from './incident-files.ts'
import { createIncidentMembers } from './incident-members.ts'
import { createIncidentParts, createPart } from './incident-parts.ts'
import type { Moves } from './moves.ts'
import { personWith } from './people.ts'
import type { Audit, Write } from './writes.ts'

/** People are named by uuid; an absent commander is who declares it, null nobody. */
export type NewIncident = Pick<
  Incident,
  'title' | 'severity' | 'state' | 'customer_impacted' | 'customer_impact_scope' | 'fields' | 'notification_handles' | 'is_test'
> & { commander?: string | null; notes: string[]; signals: string[]; case?: string }
export type WantedOfIncident = Omit<IncidentChange, 'commander'> & { commander?: string | null }

interface Options {
  store: Store
  write: Write
  audit: Audit
  moves: Moves
  cases: ReturnType<typeof createCases>['inside']
  now: () => number
}
interface Page {
  offset: number
  size: number
}

/** Incidents and every way to declare and change them. */
export function createIncidents({ store, write, audit, moves, cases, now }: Options) {
  const { incidents } = store
  const files = createIncidentFiles({ store, now })
  const { find, tell, seen } = files
  const members = createIncidentMembers({ store, write, moves, cases, files, now })
  const { putSignals, putCase, dropCase, signalsOf } = members.inside
  const worked = (incident: Incident): Worked => ({
    ...incident,
    cases: store.cases.ofIncident(incident.id).map(({ key }) => key),
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
  /** Declare an incident, from signals or a case where it comes from some, inside of a write: all of it at once, or nothing. `since`: when more of what comes into it was found. */
  function declare(only: Restrictions, ctx: WriteContext, wanted: NewIncident, since = Number.POSITIVE_INFINITY) {
    const { commander, notes, signals, case: which, ...rest } = wanted
    const by = personOf(ctx.actor)
    const time = now()
    const publicId = store.meta.number('incidents') + 1
    const from = which === undefined ? signals : [...signals, ...signalsOf(which)]
    const times = from.flatMap(id => moves.find(only, id)?.timestamp ?? [])
    const incident = declared({
      ...rest,
      id: randomUUID(),
      public_id: publicId,
      version: 1,
      commander: commander === undefined ? by : commanderOf(commander) || null,
      customer_impact_start: null,
      customer_impact_end: null,
      detected: Math.min(time, since, ...times),
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
    const linked = [putSignals(only, ctx, incident, signals, true, 'data.attributes.x_local.signals')]
    if (which !== undefined) linked.push(putCase(only, ctx, incident, which))
    return {
      incident,
      changed: linked.flatMap(({ changed }) => changed),
      tell: () => [tellIncident(incident), ...linked.flatMap(({ tell }) => tell())],
    }
  }

  return {
    inside: { declare, find },
    calls: {
      ...members.calls,
      ...createIncidentParts({ store, write, audit, files, now }),
      getIncident: async (only: Restrictions, id: string): Promise<SeenIncident> => seen(only, find(id)),
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
            all.map(({ cases: _, responders: __, postmortem: ___, ...incident }) => incident),
            page,
          ),
          total: all.length,
          facets: facetsOf(all),
        }
      },
      /** The latest first. */
      listIncidents: async (only: Restrictions, page: Page): Promise<SeenIncident[]> => pageOf(only, incidents.all(), page),

      createIncident: async (only: Restrictions, ctx: WriteContext, wanted: NewIncident): Promise<SeenIncident> =>
        write(ctx, () => {
          const { incident, ...done } = declare(only, ctx, wanted)
          return { result: seen(only, incident), ...done }
        }),
      updateIncident: async (only: Restrictions, ctx: WriteContext, id: string, wanted: WantedOfIncident): Promise<SeenIncident> =>
        write(ctx, () => {
          const { commander, ...rest } = wanted
          const before = find(id)
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
          return { result: seen(only, incident), tell: () => [tellIncident(incident)] }
        }),
      /** With its parts and timeline. Its number is not given again; the audit trail keeps what it was. */
      deleteIncident: async (ctx: WriteContext, id: string): Promise<null> =>
        write(ctx, () => {
          const incident = find(id)
          const change = randomUUID()
          const signals = incidents.signals(incident.public_id)
          for (const signal of signals) moves.leave(ctx, change, store.signals.movable(signal)!, incident.public_id)
          const files = store.cases.ofIncident(incident.id).map(({ id }) => dropCase(ctx, incident, id))
          incidents.remove(incident.id)
          audit(ctx, {
            action: 'deleted',
            asset: assetOf(incident),
            message: `deleted the incident ${incidentKey(incident.public_id)}`,
            before: shownIncident(incident),
            after: null,
          })
          return { result: null, changed: signals, tell: () => [tellIncident(incident), ...tellCases(...files)()] }
        }),

      /** What happened, oldest first, without what is about signals that may not be seen. */
      async incidentTimeline(only: Restrictions, id: string): Promise<IncidentCell[]> {
        const hidden = new Map<string, boolean>()
        const isHidden = (signal: string) => {
          if (!hidden.has(signal)) hidden.set(signal, moves.find(only, signal) === undefined)
          return hidden.get(signal)!
        }
        return incidents.cells(find(id).id).filter(({ about }) => about?.type !== 'signal' || !isHidden(about.id))
      },
      addIncidentNote: async (ctx: WriteContext, id: string, text: string): Promise<IncidentCell> =>
        write(ctx, () => {
          const incident = find(id)
          tell(ctx, incident.id, { kind: 'note', text })
          audit(ctx, {
            action: 'modified',
            asset: assetOf(incident),
            message: `wrote a note on ${incidentKey(incident.public_id)}`,
            before: null,
            after: { text },
          })
          return { result: incidents.cells(incident.id).at(-1)!, tell: () => [tellIncident(incident)] }
        }),
    },
  }
}
