import { randomUUID } from 'node:crypto'
import { type Incident, type IncidentPart, type IncidentPartKind, type IncidentParts, incidentKey } from '../../shared/incident.ts'
import type { JsonObject } from '../../shared/json.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { checkPast } from '../lib/past.ts'
import type { Store } from '../store/store.ts'
import { type IncidentFiles, tellIncident } from './incident-files.ts'
import { personWith } from './people.ts'
import type { Audit, Write } from './writes.ts'

/** Of each kind, most that one incident has. */
const most = 500

interface Options {
  store: Store
  write: Write
  audit: Audit
  files: IncidentFiles
  now: () => number
}

export function createPart<K extends IncidentPartKind>(
  ctx: WriteContext,
  incident: string,
  kind: K,
  body: IncidentParts[K],
  now: number,
): IncidentPart<K> {
  const by = personOf(ctx.actor)
  return { id: randomUUID(), incident_id: incident, kind, body, created: now, modified: now, creator: by, updater: by }
}

/** What each kind is called in a sentence, by what it holds. */
const names: { [K in IncidentPartKind]: (body: IncidentParts[K]) => string } = {
  todo: ({ content }) => `the to-do “${content}”`,
  impact: ({ description }) => `the impact “${description}”`,
  attachment: ({ attachment_type: type, title }) => `the ${type} “${title}”`,
  responder: ({ user }) => `the responder ${user.handle}`,
}

/** To-dos, impacts, attachments and responders of incidents. */
export function createIncidentParts({ store, write, audit, files, now }: Options) {
  const { incidents } = store
  const find = <K extends IncidentPartKind>(incident: Incident, kind: K, id: string): IncidentPart<K> => {
    const part = incidents.part(incident.id, kind, id)
    if (!part) throw new Refusal(404, 'not_found', `not_found(${kind[0]!.toUpperCase()}${kind.slice(1)} with id '${id}' not found)`)
    return part
  }
  /** Put it down in timeline and audit trail. */
  function record(ctx: WriteContext, incident: Incident, verb: string, before: IncidentPart | null, after: IncidentPart | null) {
    const { kind, body } = (after ?? before)!
    const text = `${verb} ${(names[kind] as (body: IncidentPart['body']) => string)(body)}`
    files.tell(ctx, incident.id, { kind: 'part', text })
    audit(ctx, {
      action: before === null ? 'created' : after === null ? 'deleted' : 'modified',
      asset: { type: `incident_${kind}`, id: (after ?? before)!.id, name: `${incidentKey(incident.public_id)} ${incident.title}` },
      message: `${incidentKey(incident.public_id)}: ${text}`,
      before: before && shown(before),
      after: after && shown(after),
    })
    return { tell: () => [tellIncident(incident)] }
  }

  return {
    incidentParts: async <K extends IncidentPartKind>(id: string, kind: K): Promise<IncidentPart<K>[]> =>
      incidents.parts(files.find(id).id, kind),
    incidentPart: async <K extends IncidentPartKind>(id: string, kind: K, part: string): Promise<IncidentPart<K>> =>
      find(files.find(id), kind, part),
    addIncidentPart: async <K extends IncidentPartKind>(
      ctx: WriteContext,
      id: string,
      kind: K,
      body: IncidentParts[K],
    ): Promise<IncidentPart<K>> =>
      write(ctx, () => {
        const incident = files.find(id)
        if (incidents.parts(incident.id, kind).length >= most)
          throw new Refusal(400, 'too_many', `${incidentKey(incident.public_id)} has ${most} of these, which is the most there may be`, {
            problems: [{ field: 'data', message: `would be one more than ${most}` }],
          })
        checkPart(store, body, body, now())
        const part = createPart(ctx, incident.id, kind, body, now())
        incidents.putPart(part, store.nextSeq())
        return { result: part, ...record(ctx, incident, 'added', null, part) }
      }),
    /** Name a responder by uuid. Whoever is one already stays it. */
    addResponder: async (ctx: WriteContext, id: string, uuid: string): Promise<IncidentPart<'responder'>> =>
      write(ctx, () => {
        const incident = files.find(id)
        const user = personWith(store, uuid, 'data.relationships.user.data.id')
        const known = incidents.parts(incident.id, 'responder').find(({ body }) => body.user.uuid === uuid)
        if (known) return { result: known }
        const part = createPart(ctx, incident.id, 'responder', { user }, now())
        incidents.putPart(part, store.nextSeq())
        return { result: part, ...record(ctx, incident, 'added', null, part) }
      }),
    editIncidentPart: async <K extends IncidentPartKind>(
      ctx: WriteContext,
      id: string,
      kind: K,
      partId: string,
      change: Partial<IncidentParts[K]>,
    ): Promise<IncidentPart<K>> =>
      write(ctx, () => {
        const incident = files.find(id)
        const before = find(incident, kind, partId)
        const body = { ...before.body, ...change }
        if (JSON.stringify(body) === JSON.stringify(before.body)) return { result: before }
        checkPart(store, body, change, now())
        const part: IncidentPart<K> = { ...before, body, modified: now(), updater: personOf(ctx.actor) }
        incidents.putPart(part, 0)
        return { result: part, ...record(ctx, incident, verbOf(before, part), before, part) }
      }),
    removeIncidentPart: async (ctx: WriteContext, id: string, kind: IncidentPartKind, partId: string): Promise<null> =>
      write(ctx, () => {
        const incident = files.find(id)
        const part = find(incident, kind, partId)
        if ('user' in part.body && part.body.user.uuid === incident.commander?.uuid)
          throw new Refusal(
            400,
            'commander',
            `${part.body.user.handle} commands ${incidentKey(incident.public_id)}: name another one first`,
          )
        incidents.removePart(partId)
        return { result: null, ...record(ctx, incident, 'removed', part, null) }
      }),
  }
}

const shown = ({ body }: IncidentPart): JsonObject =>
  'user' in body ? { user: body.user.handle } : Object.fromEntries(Object.entries(body).map(([key, value]) => [key, value ?? null]))

/** Ticking a to-do off is what most changes are. */
function verbOf({ body: before }: IncidentPart, { body: after }: IncidentPart): string {
  const wasDone = 'completed' in before && before.completed !== null
  const isDone = 'completed' in after && after.completed !== null
  return wasDone === isDone ? 'changed' : isDone ? 'completed' : 'reopened'
}

type Body = IncidentParts[IncidentPartKind]
/** An impact begins before it ends, and both have happened as far as they are `given` now; a to-do is given to people whom somebody knows, by handle. */
function checkPart(store: Store, body: Body, given: Partial<Body>, now: number): void {
  const { start_at, end_at, completed } = given as Partial<IncidentParts['impact'] & IncidentParts['todo']>
  checkPast({ start_at, end_at, completed }, now)
  if ('end_at' in body && body.end_at !== null && body.end_at < body.start_at)
    throw new Refusal(400, 'invalid', 'The impact ends before it begins', {
      problems: [{ field: 'data.attributes.end_at', message: 'is before start_at' }],
    })
  if (!('assignees' in body)) return
  const at = body.assignees.findIndex(handle => !store.users.byHandle(handle.replace(/^@/, '')))
  if (at >= 0)
    throw new Refusal(400, 'unknown_user', `No user has the handle ${body.assignees[at]}`, {
      problems: [{ field: `data.attributes.assignees.${at}`, message: 'is not the handle of a user of this daemon' }],
    })
}
