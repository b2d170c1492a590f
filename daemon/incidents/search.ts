import { type Incident, incidentKey } from '../../shared/incident.ts'
import type { Doc } from '../../shared/log.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import type { Person } from '../../shared/triage.ts'

/** An incident and who works on it. */
export type Worked = Incident & { responders: Person[]; postmortem: boolean; cases: string[] }

/** Times that an incident took, in whole seconds; 0 where one of their ends is not known, or lies before the other because a clock was set. */
export const durationsOf = (one: Incident) => {
  const between = (from: number | null, to: number | null) =>
    from === null || to === null ? 0 : Math.max(0, Math.round((to - from) / 1000))
  return {
    customer_impact_duration: one.customer_impacted ? between(one.customer_impact_start, one.customer_impact_end) : 0,
    time_to_detect: between(one.customer_impact_start, one.detected),
    time_to_internal_response: between(one.detected, one.created),
    time_to_repair: between(one.detected, one.customer_impact_end),
    time_to_resolve: between(one.created, one.resolved),
  }
}

/** An incident as queries see it: `state:active severity:(SEV-1 OR SEV-2) commander.handle:ada@example.com`, and words of its title. */
function docOf(one: Worked): Doc {
  const person = (key: string, who: Person) => [`${key}.handle:${who.handle}`, `${key}.uuid:${who.uuid}`, `${key}:${who.handle}`]
  const fields = Object.entries(one.fields).flatMap(([name, { value }]) => [value ?? []].flat().map(text => `${name}:${text}`))
  return {
    timestamp: one.created,
    message: `${incidentKey(one.public_id)} ${one.title}\n${one.customer_impact_scope}`,
    tags: [
      `id:${one.id}`,
      `public_id:${one.public_id}`,
      `title:${one.title}`,
      `state:${one.state}`,
      `severity:${one.severity}`,
      `customer_impacted:${one.customer_impacted}`,
      `is_test:${one.is_test}`,
      ...(one.commander ? person('commander', one.commander) : []),
      ...person('created_by', one.creator),
      ...one.responders.flatMap(who => person('responder', who)),
      ...one.cases.map(key => `case:${key}`),
      ...fields,
    ],
    attributes: { ...durationsOf(one) },
  }
}

/** Those of some incidents that a query finds. The query can be read. */
export function matching<I extends Worked>(incidents: readonly I[], query: string): I[] {
  const keep = toPredicate(parse(query))
  return incidents.filter(one => keep(docOf(one)))
}

const counted = (names: Iterable<string>): { name: string; count: number }[] => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}
function countedPeople(people: Iterable<Person>) {
  const known = new Map<string, Person & { count: number }>()
  for (const one of people) known.set(one.uuid, { ...one, count: (known.get(one.uuid)?.count ?? 0) + 1 })
  return [...known.values()]
    .sort((a, b) => b.count - a.count || (a.handle < b.handle ? -1 : 1))
    .map(({ uuid, handle, name, count }) => ({ uuid, handle, email: handle, name, count }))
}
const range = (name: string, values: number[]) => ({
  name,
  aggregates: { min: Math.min(...values), max: Math.max(...values) },
})

/** How many of some incidents have what, in Datadog's form. */
export function facetsOf(incidents: readonly Worked[]) {
  const names = new Set(incidents.flatMap(({ fields }) => Object.keys(fields)))
  const over = incidents.filter(({ resolved }) => resolved !== null).map(durationsOf)
  return {
    state: counted(incidents.map(({ state }) => state)),
    severity: counted(incidents.map(({ severity }) => severity)),
    impact: counted(incidents.map(({ customer_impacted: impacted }) => (impacted ? 'customer_impacted' : 'none'))),
    postmortem: counted(incidents.map(({ postmortem }) => String(postmortem))),
    commander: countedPeople(incidents.flatMap(({ commander }) => commander ?? [])),
    responder: countedPeople(incidents.flatMap(({ responders }) => responders)),
    created_by: countedPeople(incidents.map(({ creator }) => creator)),
    last_modified_by: countedPeople(incidents.map(({ updater }) => updater)),
    fields: [...names].sort().map(name => ({
      name,
      facets: counted(incidents.flatMap(({ fields }) => [fields[name]?.value ?? []].flat())),
    })),
    time_to_repair:
      over.length > 0
        ? [
            range(
              'time_to_repair',
              over.map(one => one.time_to_repair),
            ),
          ]
        : [],
    time_to_resolve:
      over.length > 0
        ? [
            range(
              'time_to_resolve',
              over.map(one => one.time_to_resolve),
            ),
          ]
        : [],
  }
}
export type IncidentFacets = ReturnType<typeof facetsOf>
