import {
  type Incident,
  type IncidentField,
  type IncidentSeverity,
  type IncidentState,
  incidentKey,
  incidentMoves,
  incidentStateLabels,
  isOver,
} from '../../shared/incident.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Person } from '../../shared/triage.ts'
import { Refusal } from '../lib/errors.ts'
import { checkPast } from '../lib/past.ts'

/** What somebody wants of an incident. Absent: leave it. A field of null is taken away. */
export interface IncidentChange {
  title?: string
  severity?: IncidentSeverity
  state?: IncidentState
  commander?: Person | null
  customer_impacted?: boolean
  customer_impact_scope?: string
  customer_impact_start?: number | null
  customer_impact_end?: number | null
  detected?: number
  fields?: Record<string, IncidentField | null>
  notification_handles?: Incident['notification_handles']
  /** The version that they saw. */
  version?: number
}

/** One thing that changed: for the timeline what somebody did, for the audit trail how it was and is. */
export interface IncidentStep {
  text: string
  before: JsonObject
  after: JsonObject
}

const bad = (code: string, message: string, field: string, problem: string) =>
  new Refusal(400, code, message, { problems: [{ field: `data.attributes.${field}`, message: problem }] })

/**
 * Decide a change of an incident: how it is then, and the steps to it, none where it asks for what is. Refuses a stale version (409) and what
 * cannot be (400): a state that does not follow, customers impacted nobody knows how, an impact that ends before it begins, what has happened
 * in the future.
 */
export function changeIncident(
  before: Incident,
  change: IncidentChange,
  by: Person,
  now: number,
): { incident: Incident; steps: IncidentStep[] } {
  const { version, fields, ...rest } = change
  if (version !== undefined && version < before.version)
    throw new Refusal(
      409,
      'stale_version',
      `${incidentKey(before.public_id)} has changed since: it is at version ${before.version}, the change was made for version ${version}`,
      { problems: [{ field: 'data.attributes.x_local.version', message: `is ${version}, the incident is at ${before.version}` }] },
    )
  const { detected, customer_impact_start, customer_impact_end } = rest
  checkPast({ detected, customer_impact_start, customer_impact_end }, now)
  let after: Incident = { ...before, ...rest, fields: withFields(before.fields, fields) }
  if (after.state !== before.state) after = enter(before, after, now)
  if (after.customer_impacted && !before.customer_impacted && after.customer_impact_start === null)
    after = { ...after, customer_impact_start: now }
  checkImpact(after)
  const steps = aspects.flatMap(({ of, say }) => {
    const [from, to] = [of(before), of(after)]
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ text: say(before, after), before: from, after: to }]
  })
  if (steps.length === 0) return { incident: before, steps }
  return { incident: { ...after, version: before.version + 1, modified: now, updater: by }, steps }
}

/** As an incident is declared. Refuses the same. */
export function declared(incident: Incident): Incident {
  const entered = incident.state === 'active' ? incident : enter({ ...incident, state: 'active' }, incident, incident.created)
  const made = { ...entered, customer_impact_start: incident.customer_impacted ? incident.created : null }
  checkImpact(made)
  return made
}

/** `resolved` is when work ended: completing changes nothing about it, and what is opened again has none until it ends anew. */
function enter(before: Incident, after: Incident, now: number): Incident {
  const { state } = after
  if (!incidentMoves[before.state].includes(state)) {
    const possible = incidentMoves[before.state].map(name => incidentStateLabels[name].toLowerCase()).join(' or ')
    throw bad(
      'wrong_transition',
      `${incidentStateLabels[before.state]} incidents cannot become ${state}, only ${possible}`,
      'fields.state.value',
      `${before.state} cannot become ${state}, only ${possible}`,
    )
  }
  if (!isOver(state)) return { ...after, resolved: null }
  return isOver(before.state) ? after : { ...after, resolved: now }
}

function checkImpact({
  customer_impacted: impacted,
  customer_impact_scope: scope,
  customer_impact_start: start,
  customer_impact_end: end,
}: Incident) {
  if (impacted && scope.trim() === '')
    throw bad('invalid', 'Say how customers are impacted', 'customer_impact_scope', 'is needed when customers are impacted')
  if (end !== null && (start === null || end < start))
    throw bad('invalid', 'The impact ends before it begins', 'customer_impact_end', 'is before customer_impact_start')
}

function withFields(before: Incident['fields'], changes: IncidentChange['fields'] = {}): Incident['fields'] {
  const all = Object.entries({ ...before, ...changes })
  return Object.fromEntries(all.filter((entry): entry is [string, IncidentField] => entry[1] !== null))
}

const day = (time: number | null) => (time === null ? 'none' : new Date(time).toISOString())

function sayImpact(before: Incident, after: Incident): string {
  const { customer_impacted: impacted, customer_impact_scope: scope, customer_impact_start: start, customer_impact_end: end } = after
  if (before.customer_impacted && !impacted) return 'said that customers are not impacted'
  const isStart = before.customer_impact_start !== start && before.customer_impacted === impacted
  const isMore = !isStart || before.customer_impact_scope !== scope || before.customer_impact_end !== end
  const about = `${scope && `: ${scope}`}${end === null ? '' : `, until ${day(end)}`}`
  return [
    ...(isMore ? [`changed the customer impact${about}`] : []),
    ...(isStart ? [`changed when customers began to be impacted to ${day(start)}`] : []),
  ].join(' and ')
}

/** What can change, how the audit trail shows it, and how the timeline says it. */
const aspects: { of(one: Incident): JsonObject; say(before: Incident, after: Incident): string }[] = [
  { of: ({ title }) => ({ title }), say: (_, { title }) => `changed the title to “${title}”` },
  {
    of: ({ state }) => ({ state }),
    say: (before, { state }) => `changed the state from ${incidentStateLabels[before.state]} to ${incidentStateLabels[state]}`,
  },
  { of: ({ severity }) => ({ severity }), say: (before, { severity }) => `changed the severity from ${before.severity} to ${severity}` },
  {
    of: ({ commander }) => ({ commander: commander?.handle ?? null }),
    say: (_, { commander }) => (commander ? `made ${commander.handle} commander` : 'took the commander away'),
  },
  {
    of: ({ customer_impacted, customer_impact_scope, customer_impact_start, customer_impact_end }) => ({
      customer_impacted,
      customer_impact_scope,
      customer_impact_start,
      customer_impact_end,
    }),
    say: sayImpact,
  },
  { of: ({ detected }) => ({ detected }), say: (_, { detected }) => `changed when it was detected to ${day(detected)}` },
  {
    of: ({ fields }) => ({ fields: { ...fields } }),
    say: (before, after) => {
      const names = Object.keys({ ...before.fields, ...after.fields })
      const changed = names.filter(name => JSON.stringify(before.fields[name]) !== JSON.stringify(after.fields[name]))
      return `filled in ${changed.join(', ')}`
    },
  },
  {
    of: ({ notification_handles: handles }) => ({ notification_handles: handles.map(({ handle }) => handle) }),
    say: (_, { notification_handles: handles }) =>
      `changed whom to notify to ${handles.map(({ handle }) => handle).join(', ') || 'nobody'}`,
  },
]
