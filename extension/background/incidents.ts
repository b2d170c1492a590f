import type { Json, JsonObject } from '../../shared/json.ts'
import type { IncidentChange, IncidentPartName, IncidentProtocol, IncidentRow, NewPart } from '../incident-messages.ts'
import type { Protocol } from '../messages.ts'
import type { Daemon } from './daemon.ts'
import {
  toImpact,
  toIncidentCounts,
  toIncidentEvent,
  toIncidentRow,
  toIncidentSignal,
  toLink,
  toResponder,
  toTodo,
} from './incident-wire.ts'
import { toJob } from './jobs.ts'
import { count, object, objects, text } from './read.ts'
import { unlessStale } from './unchanged.ts'

export type Incidents = { [T in keyof IncidentProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const wire = '/api/v2/incidents'
const local = '/api/local/incidents'
/** The browser ends a worker that waits for 30 s. */
const patience = 28_000
const at = (id: string, end = '', base = wire) => `${base}/${encodeURIComponent(id)}${end}`
const dropdown = (value: string) => ({ type: 'dropdown', value })
const commanderOf = (uuid: string) => ({ commander_user: { data: uuid === '' ? null : { id: uuid, type: 'users' } } })
const rowOf = ({ data, included }: JsonObject) => toIncidentRow(object(data), included)

function changeOf({ title, severity, state, impacted, scope, impactEnd }: IncidentChange): JsonObject {
  const fields = { ...(severity && { severity: dropdown(severity) }), ...(state && { state: dropdown(state) }) }
  return {
    ...(title !== undefined && { title }),
    ...(impacted !== undefined && { customer_impacted: impacted }),
    ...(scope !== undefined && { customer_impact_scope: scope }),
    ...(impactEnd !== undefined && { customer_impact_end: impactEnd === null ? null : new Date(impactEnd).toISOString() }),
    ...(Object.keys(fields).length > 0 && { fields }),
  }
}

/** Of an incident, the parts that a form began with, to be compared with them. */
function partsOf(before: IncidentChange, { commander, ...row }: IncidentRow): IncidentChange {
  const now: IncidentChange = { ...row, commander: commander?.uuid ?? '' }
  const asked = Object.keys(before) as (keyof IncidentChange)[]
  return Object.fromEntries(asked.map(name => [name, now[name]]))
}

const paths: Record<IncidentPartName, string> = {
  todo: '/relationships/todos',
  impact: '/impacts',
  link: '/attachments',
  responder: '/responders',
}
const bodies: Record<IncidentPartName, (more: NewPart) => JsonObject> = {
  todo: ({ text }) => ({ type: 'incident_todos', attributes: { content: text, assignees: [] } }),
  impact: ({ text }) => ({ type: 'incident_impacts', attributes: { description: text } }),
  link: ({ text, url = '' }) => ({
    type: 'incident_attachments',
    attributes: { attachment_type: 'link', attachment: { title: text, documentUrl: url } },
  }),
  responder: ({ text }) => ({ type: 'incident_responders', relationships: { user: { data: { id: text, type: 'users' } } } }),
}

/** Incidents. Every function throws `Refused` or `Unanswered`. */
export function createIncidents({ request, change, file }: Pick<Daemon, 'request' | 'change' | 'file'>): Incidents {
  const write = (method: string, path: string, sent?: JsonObject) => request(method, path, sent, crypto.randomUUID())
  const list = async (path: string) => objects((await request('GET', path))['data'])
  return {
    async incidents({ query, offset, size }) {
      const asked = new URLSearchParams({ query, include: 'users', 'page[size]': String(size), 'page[offset]': String(offset) })
      const { data, included } = await request('GET', `${wire}/search?${asked}`)
      const said = object(object(data)['attributes'])
      return {
        rows: objects(said['incidents']).map(one => toIncidentRow(object(one['data']), included)),
        total: count(said['total']),
        counts: toIncidentCounts(object(said['facets'])),
      }
    },
    async incident({ id }) {
      const row = rowOf(await request('GET', at(id, '?include=users')))
      const [todos, impacts, links, responders, events, signals] = await Promise.all([
        list(at(id, paths.todo)),
        list(at(id, paths.impact)),
        list(at(id, paths.link)),
        list(at(id, paths.responder)),
        list(at(id, '/timeline', local)),
        // whoever may not read signals sees the incident all the same
        list(at(id, '/signals', local)).catch(error => {
          if (row.signals > 0) throw error
          return []
        }),
      ])
      return {
        row,
        todos: todos.map(toTodo),
        impacts: impacts.map(toImpact),
        links: links.map(toLink),
        responders: responders.map(toResponder),
        events: events.map(toIncidentEvent),
        signals: signals.map(toIncidentSignal),
      }
    },
    async declareIncident({ given, signals, case: from }) {
      const { commander, severity, ...rest } = given
      const attributes = {
        title: rest.title,
        customer_impacted: rest.impacted,
        customer_impact_scope: rest.scope,
        fields: { severity: dropdown(severity) },
        x_local: { signals, ...(from !== undefined && { case: from }) },
      }
      return rowOf(await write('POST', wire, { data: { type: 'incidents', attributes, relationships: commanderOf(commander) } }))
    },
    async selectionToIncident({ selection, id, given }) {
      const path = `/api/local/signals/selections/${encodeURIComponent(selection)}/incident`
      const fresh = given && {
        title: given.title,
        severity: given.severity,
        customer_impacted: given.impacted,
        customer_impact_scope: given.scope,
        commander: given.commander || null,
      }
      const { data, meta } = await request(
        'POST',
        path,
        { data: { attributes: fresh ?? { incident_id: id ?? '' } } },
        crypto.randomUUID(),
        patience,
      )
      const made = object(object(meta)['incident'])
      return { job: toJob(data), key: text(made['key']), publicId: count(made['public_id']) }
    },
    signalsToIncident: async ({ id, signals }) => ({
      change: await change('POST', at(id, '/signals', local), { data: signals.map(id => ({ id })) }, crypto.randomUUID()),
    }),
    signalOutOfIncident: async ({ id, signal }) => ({
      change: await change('DELETE', at(id, '/signals', local), { data: [{ id: signal }] }, crypto.randomUUID()),
    }),
    caseToIncident: async ({ id, case: one }) => rowOf(await write('PUT', at(id, `/cases/${encodeURIComponent(one)}`, local))),
    caseOutOfIncident: async ({ id, case: one }) => rowOf(await write('DELETE', at(id, `/cases/${encodeURIComponent(one)}`, local))),
    async changeIncident({ id, version, change: wanted, before }) {
      const save = async (seen: Json) =>
        rowOf(
          await write('PATCH', at(id, '?include=users'), {
            data: {
              id,
              type: 'incidents',
              attributes: { ...changeOf(wanted), x_local: { version: seen } },
              ...(wanted.commander !== undefined && { relationships: commanderOf(wanted.commander) }),
            },
          }),
        )
      if (!before) return save(version)
      const read = async () => {
        const row = rowOf(await request('GET', at(id, '?include=users')))
        return { stored: partsOf(before, row), version: row.version }
      }
      return unlessStale(request, { type: 'incident', id }, before, read, now => save(now.version))
    },
    noteIncident: ({ id, text }) => write('POST', at(id, '/timeline', local), { data: { attributes: { text } } }),
    addToIncident: ({ id, more }) => write('POST', at(id, paths[more.part]), { data: bodies[more.part](more) }),
    tickTodo: ({ id, todo, content, assignees, done }) =>
      write('PATCH', at(id, `${paths.todo}/${encodeURIComponent(todo)}`), {
        data: { type: 'incident_todos', attributes: { content, assignees, completed: done } },
      }),
    removeFromIncident: ({ id, part, of }) => write('DELETE', at(id, `${paths[part]}/${encodeURIComponent(of)}`)),
    async incidentFile({ id, format }) {
      const response = await file(at(id, `/postmortem?format=${format}`, local))
      const name = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? `incident.${format}`
      return { name, type: response.headers.get('content-type') ?? 'text/plain', content: await response.text() }
    },
  }
}
