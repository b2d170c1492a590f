import { incidentKey, incidentSeverities, incidentStates } from '../../shared/incident.ts'
import { get, type Json, type JsonObject } from '../../shared/json.ts'
import { isSeverity } from '../../shared/severity.ts'
import { type Person, states } from '../../shared/triage.ts'
import type {
  IncidentCounts,
  IncidentEvent,
  IncidentImpact,
  IncidentLink,
  IncidentResponder,
  IncidentRow,
  IncidentSignal,
  IncidentTodo,
} from '../incident-messages.ts'
import { count, object, objects, text, texts } from './read.ts'

// The daemon's documents about incidents into what the explorer shows. A value of the wrong type is left out, not shown.

const time = (value: Json | undefined): number | null => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : at
}
const person = (said: JsonObject): Person => ({ uuid: text(said['uuid']), handle: text(said['handle']), name: text(said['name']) })

/** `included` names the people of it. */
export function toIncidentRow(incident: JsonObject, included: Json | undefined): IncidentRow {
  const said = object(incident['attributes'])
  const local = object(said['x_local'])
  const people = new Map(objects(included).map(one => [text(one['id']), person(object(one['attributes']))]))
  const who = (name: string) => people.get(text(get(incident, 'relationships', name, 'data', 'id'))) ?? null
  const publicId = count(said['public_id'])
  const todos = object(local['todos'])
  return {
    id: text(incident['id']),
    publicId,
    key: incidentKey(publicId),
    version: count(local['version']),
    title: text(said['title']),
    severity: incidentSeverities.find(known => known === said['severity']) ?? 'UNKNOWN',
    state: incidentStates.find(known => known === said['state']) ?? 'active',
    commander: who('commander_user'),
    creator: who('created_by_user'),
    impacted: said['customer_impacted'] === true,
    scope: text(said['customer_impact_scope']),
    impactStart: time(said['customer_impact_start']),
    impactEnd: time(said['customer_impact_end']),
    detected: time(said['detected']) ?? 0,
    created: time(said['created']) ?? 0,
    resolved: time(said['resolved']),
    signals: count(local['signals']),
    todos: { open: count(todos['open']), total: count(todos['total']) },
    cases: objects(local['cases']).map(one => ({ id: text(one['id']), key: text(one['key']), title: text(one['title']) })),
  }
}

export function toIncidentCounts(facets: JsonObject): IncidentCounts {
  const named = (name: string) =>
    objects(facets[name]).map(one => ({ value: text(one['name']), label: text(one['name']), count: count(one['count']) }))
  return {
    state: named('state'),
    severity: named('severity'),
    commander: objects(facets['commander']).map(one => ({
      value: text(one['handle']),
      label: text(one['name']) || text(one['handle']),
      count: count(one['count']),
    })),
    impact: named('impact').map(one => ({ ...one, value: String(one.value === 'customer_impacted') })),
  }
}

const attributes = (part: JsonObject) => object(part['attributes'])
export const toTodo = (part: JsonObject): IncidentTodo => ({
  id: text(part['id']),
  content: text(attributes(part)['content']),
  assignees: texts(attributes(part)['assignees']),
  completed: time(attributes(part)['completed']) !== null,
})
export const toImpact = (part: JsonObject): IncidentImpact => ({
  id: text(part['id']),
  description: text(attributes(part)['description']),
  start: time(attributes(part)['start_at']) ?? 0,
  end: time(attributes(part)['end_at']),
})
export const toLink = (part: JsonObject): IncidentLink => ({
  id: text(part['id']),
  type: text(attributes(part)['attachment_type']),
  title: text(get(attributes(part), 'attachment', 'title')),
  url: text(get(attributes(part), 'attachment', 'documentUrl')),
})
export function toResponder(part: JsonObject): IncidentResponder {
  const local = object(attributes(part)['x_local'])
  return {
    id: text(part['id']),
    uuid: text(get(part, 'relationships', 'user', 'data', 'id')),
    name: text(local['name']) || text(local['handle']),
    commands: local['role'] === 'commander',
  }
}
export function toIncidentEvent(cell: JsonObject): IncidentEvent {
  const { kind, by, time: at, text: said } = attributes(cell)
  return { id: text(cell['id']), kind: text(kind), by: person(object(by)), at: count(at), text: text(said) }
}
export function toIncidentSignal(signal: JsonObject): IncidentSignal {
  const said = attributes(signal)
  const status = text(said['status'])
  return {
    id: text(signal['id']),
    title: text(get(said, 'custom', 'title')),
    severity: isSeverity(status) ? status : 'info',
    state: states.find(known => known === get(said, 'custom', 'workflow', 'triage', 'state')) ?? 'open',
    at: count(get(said, 'x_local', 'timestamp_ms')),
  }
}
