import { indicatorTypes, intentions, nameTypes } from '../../shared/indicator.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { type Landing, landings } from '../../shared/proof.ts'
import { isSeverity, rank } from '../../shared/severity.ts'
import { type ArchiveReason, archiveReasons, type Person, type State, states } from '../../shared/triage.ts'
import { type Verdict, verdicts } from '../../shared/verdict.ts'
import { type IpFacts, type MarkKind, markKinds, type Protocol, type SignalRow, type ValueFacts } from '../messages.ts'
import type { PassRef } from '../respond-messages.ts'
import type { HostFacts, Inside } from '../said.ts'
import { count, object, objects, text, texts } from './read.ts'

// The wire's documents into what lists and card show. The daemon has proven itself, but its text came from logs: a value of the wrong type is left out, not shown.

export const toVerdict = (value: Json | undefined): Verdict | null => verdicts.find(verdict => verdict === value) ?? null
const toState = (value: Json | undefined): State => states.find(state => state === value) ?? 'open'
export const toReason = (value: Json | undefined): ArchiveReason => archiveReasons.find(reason => reason === value) ?? 'none'

function toPerson(value: Json | undefined): Person | null {
  const { uuid, handle, name } = object(value)
  // nobody is {id: -1, name: "Unassigned", uuid: ""}
  return text(uuid) === '' ? null : { uuid: text(uuid), handle: text(handle), name: text(name) }
}

/** `@usr.name:root` of the entities → `root`. */
export const entity = (body: JsonObject, ...kinds: string[]): string[] =>
  texts(body['entities']).flatMap(one => kinds.filter(kind => one.startsWith(`${kind}:`)).map(kind => one.slice(kind.length + 1)))

/** What the signal says of itself, apart from what every document of the wire has. */
export const bodyOf = (data: JsonObject): JsonObject => object(get(data, 'attributes', 'custom'))

/** `Mara`, or her handle where she has no name. */
function nameOf(person: Json | undefined): string {
  const { name, handle } = object(person)
  return text(name) || text(handle)
}

function toArchive(triage: JsonObject, local: JsonObject): SignalRow['archive'] {
  if (triage['state'] !== 'archived') return null
  const at = count(local['state_changed_at'])
  return { reason: toReason(triage['archiveReason']), comment: text(triage['archiveComment']), by: nameOf(triage['updater']), at }
}

/** One signal of the wire as a row. */
export function toRow(data: JsonObject): SignalRow {
  const attributes = object(data['attributes'])
  const body = bodyOf(data)
  const triage = object(get(body, 'workflow', 'triage'))
  const local = object(attributes['x_local'])
  const severity = text(attributes['status'])
  const env = texts(attributes['tags']).find(tag => tag.startsWith('env:'))
  return {
    id: text(data['id']),
    version: count(local['version']),
    timestamp: count(local['timestamp_ms']),
    title: text(body['title']) || 'Untitled signal',
    severity: isSeverity(severity) ? severity : 'info',
    state: toState(triage['state']),
    assignee: toPerson(triage['assignee']),
    services: texts(attributes['service']),
    env: env?.slice(4) ?? null,
    ip: text(local['ip']) || null,
    verdict: toVerdict(local['verdict']),
    users: texts(local['users']),
    events_matched: count(body['events_matched']),
    first_seen: count(body['first_seen']),
    last_seen: count(body['last_seen']),
    locked: local['locked'] === true,
    archive: toArchive(triage, local),
    ...toChanges(local),
  }
}

/** What people did to it beside state and assignee. */
function toChanges(local: JsonObject): Pick<SignalRow, 'changed' | 'snooze' | 'notes' | 'due' | 'cases' | 'incidents'> {
  const [changed, snooze] = [object(local['changed']), object(local['snooze'])]
  const due = toDue(object(local['due']))
  const incidents = Array.isArray(local['incidents']) ? local['incidents'].filter(id => typeof id === 'number') : []
  const cases = objects(local['cases']).map(({ id, key }) => ({ id: text(id), key: text(key) }))
  return {
    ...(cases.length > 0 && { cases }),
    ...(incidents.length > 0 && { incidents }),
    ...(isObject(local['changed']) && { changed: { by: nameOf(changed['by']), at: count(changed['at']) } }),
    ...(isObject(local['snooze']) && {
      snooze: { until: count(snooze['until']), reason: text(snooze['reason']), by: nameOf(snooze['by']) },
    }),
    ...(count(local['notes']) > 0 && { notes: count(local['notes']) }),
    ...(due && { due }),
  }
}

/** What is due first; of two that are late, what is more. */
function toDue({ acknowledge_by: acknowledge, resolve_by: resolve, overdue }: JsonObject): SignalRow['due'] {
  if (overdue === 'resolve' && typeof resolve === 'number') return { what: 'resolve', by: resolve, late: true }
  if (typeof acknowledge === 'number') return { what: 'acknowledge', by: acknowledge, late: overdue === 'acknowledge' }
  return typeof resolve === 'number' ? { what: 'resolve', by: resolve, late: false } : undefined
}

export const toRows = (data: Json | undefined): SignalRow[] => objects(data).map(toRow)

/** Most severe first, then what happened last: an import of last night is not new because it was read now. */
export const bySeverity = (a: SignalRow, b: SignalRow): number => rank(b.severity) - rank(a.severity) || b.last_seen - a.last_seen

/** `meta.facets` of an explorer answer → how many signals each state has. */
export function toCounts(answer: JsonObject): Record<State, number> {
  const values = objects(get(answer, 'meta', 'facets', '@workflow.triage.state'))
  const of = (state: State) => count(values.find(({ value }) => value === state)?.['count'])
  return { open: of('open'), under_review: of('under_review'), archived: of('archived') }
}

const time = (value: Json | undefined) => (typeof value === 'number' ? value : null)
const tally = (value: Json | undefined) => objects(value).map(one => ({ value: text(one['value']), count: count(one['count']) }))

/** Who speaks for an address; null where nobody does. */
export const toPassRef = (value: Json | undefined): PassRef | null =>
  isObject(value)
    ? {
        id: text(value['id']),
        description: text(value['description']),
        trusted: value['trusted'] === true,
        until: time(value['expires_at']),
      }
    : null

/** How far a block has got with all enforcers together; null where that is not understood, so that nothing is said to have landed. */
export function toLanding(value: Json | undefined): Landing | null {
  const said = object(value)
  const state = landings.find(one => one === said['state'])
  return state
    ? { state, told: count(said['told']), of: count(said['of']), silent: texts(said['silent']), still: texts(said['still']) }
    : null
}

const toSignals = (signals: JsonObject): IpFacts['signals'] => ({
  open: count(signals['open']),
  total: count(signals['total']),
  latest: toRows(signals['latest']).sort(bySeverity),
})
const toLogs = (logs: JsonObject): IpFacts['logs'] => ({
  count: count(logs['count']),
  first_seen: time(logs['first_seen']),
  last_seen: time(logs['last_seen']),
  services: tally(logs['services']),
  users: tally(logs['users']),
  histogram: objects(logs['histogram']).map(bucket => ({ time: count(bucket['time']), count: count(bucket['count']) })),
})

/** The answer of `GET /api/local/indicator` as the card takes it. */
export function toValueFacts(answer: JsonObject): ValueFacts {
  const facts = object(get(answer, 'data', 'attributes'))
  return {
    value: text(get(answer, 'data', 'id')),
    type: indicatorTypes.find(type => type === facts['type']) ?? 'ip',
    verdict: toVerdict(facts['verdict']),
    matches: objects(facts['matches']).map(toMatch),
    known_good: texts(facts['known_good']),
    signals: isObject(facts['signals']) ? toSignals(facts['signals']) : null,
    logs: isObject(facts['logs']) ? toLogs(facts['logs']) : null,
    ...toHost(facts['host']),
    ...toInside(facts['inside']),
    ...toStanding(facts),
  }
}

/** `host` of that answer; nothing where nothing is known of it. */
export function toHost(value: Json | undefined): { host?: HostFacts } {
  const said = object(value)
  const host: HostFacts = {
    value: text(said['value']),
    verdict: toVerdict(said['verdict']),
    matches: objects(said['matches']).map(toMatch),
    known_good: texts(said['known_good']),
    open_signal: said['open_signal'] === true,
    ...toStanding(said),
  }
  const { matches, known_good: good, open_signal: open, blocked, pass } = host
  return matches.length > 0 || good.length > 0 || open || blocked || pass ? { host } : {}
}
/** `inside` of that answer, which a block or a range has. */
export const toInside = (value: Json | undefined): { inside?: Inside } =>
  isObject(value)
    ? {
        inside: {
          count: count(value['count']),
          more: value['more'] === true,
          first: objects(value['first']).map(one => ({
            value: text(one['value']),
            kind: markKinds.find(kind => kind === one['kind']) ?? 'unknown',
            verdict: toVerdict(one['verdict']),
          })),
        },
      }
    : {}
export const toStanding = (facts: JsonObject): Pick<IpFacts, 'blocked' | 'pass'> => {
  const blocked = object(facts['denylist'])
  return {
    blocked: isObject(facts['denylist'])
      ? {
          ...{ id: text(blocked['id']), value: text(blocked['value']), until: time(blocked['until']) },
          ...{ reason: text(blocked['reason']), by: text(blocked['by']), landing: toLanding(blocked['landing']) },
        }
      : null,
    pass: toPassRef(facts['passlist']),
  }
}

/** The answer of `GET /api/local/ip/:ip` as the card takes it. */
export function toFacts(answer: JsonObject): IpFacts {
  const facts = object(get(answer, 'data', 'attributes'))
  const geo = object(facts['geo'])
  const asn = object(facts['asn'])
  return {
    address: text(facts['address']),
    version: facts['version'] === 6 ? 6 : 4,
    scope: text(facts['scope']),
    ...(isObject(facts['geo']) && { geo: { country_code: text(geo['country_code']), country: text(geo['country']) } }),
    ...(isObject(facts['asn']) && { asn: { number: count(asn['number']), organization: text(asn['organization']) } }),
    verdict: toVerdict(facts['verdict']),
    matches: objects(facts['matches']).map(toMatch),
    known_good: texts(facts['known_good']),
    ...toStanding(facts),
    signals: toSignals(object(facts['signals'])),
    logs: toLogs(object(facts['logs'])),
  }
}

/** One word of a feed; `age_ms` is 0 where the match is a copy in a signal. */
export function toMatch(match: JsonObject): IpFacts['matches'][number] {
  const source = object(match['source'])
  const toIntention = (value: Json | undefined) => intentions.find(known => known === value) ?? 'unknown'
  return {
    indicator: text(match['indicator']),
    type: 'IP',
    category: text(match['category']),
    ...(typeof match['subcategory'] === 'string' && { subcategory: match['subcategory'] }),
    intention: toIntention(match['intention']),
    ...(isObject(match['downgraded']) && {
      downgraded: { from: toIntention(match['downgraded']['from']), by: texts(match['downgraded']['by']) },
    }),
    source: { name: text(source['name']), ...(typeof source['url'] === 'string' && { url: source['url'] }) },
    age_ms: count(match['age_ms']),
    stale: match['stale'] === true,
  }
}

/** The answer of `POST /api/local/marks`. */
export function toMarks(answer: JsonObject): Protocol['marks'][1] {
  const kinds = Object.entries(object(get(answer, 'data', 'attributes', 'kinds')))
  const names = get(answer, 'data', 'attributes', 'names')
  return {
    kinds: Object.fromEntries(kinds.filter(([, kind]) => (markKinds as readonly Json[]).includes(kind))) as Record<string, MarkKind>,
    names: nameTypes.filter(type => Array.isArray(names) && names.includes(type)),
    complete: get(answer, 'data', 'attributes', 'complete') !== false,
  }
}
