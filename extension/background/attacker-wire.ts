import { attackerStandings, attackerStates } from '../../shared/attacker.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { severities } from '../../shared/severity.ts'
import type { AttackerDetails, AttackerRow, Bars, Doings, GroupRow, Page, UserRow } from '../attacker-messages.ts'
import type { Count } from '../search-messages.ts'
import { count, object, objects, text, texts } from './read.ts'
import { toBlockRow } from './respond-wire.ts'
import { toMatch, toRows, toVerdict } from './wire.ts'

// The daemon's documents about attackers into what the explorer shows. A value of the wrong type is left out, not shown.

const time = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null)
const counts = (value: Json | undefined): Count[] => objects(value).map(one => ({ value: text(one['value']), count: count(one['count']) }))

function toDoings(said: JsonObject): Doings {
  const signals = object(said['signals'])
  const found = object(signals['severities'])
  return {
    signals: {
      total: count(signals['total']),
      severities: Object.fromEntries(severities.flatMap(name => (count(found[name]) > 0 ? [[name, count(found[name])]] : []))),
    },
    logs: count(get(said, 'logs', 'count')),
    firstSeen: time(said['first_seen']),
    lastSeen: time(said['last_seen']),
    rules: counts(said['rules']),
    services: counts(said['services']),
    users: counts(said['users']),
    addresses: counts(said['addresses']),
    paths: counts(said['paths']),
    agents: counts(said['user_agents']),
    outcomes: counts(said['outcomes']),
  }
}

export function toAttacker(data: JsonObject): AttackerRow {
  const said = object(data['attributes'])
  const [flag, geo, asn] = [object(said['flag']), object(said['geo']), object(said['asn'])]
  return {
    id: text(data['id']),
    address: text(said['address']),
    state: attackerStates.find(state => state === said['state']) ?? null,
    score: count(said['score']),
    flag: isObject(said['flag'])
      ? { rule: text(get(flag, 'rule', 'name')), until: time(flag['until']), signal: text(flag['signal_id']) }
      : null,
    standing: attackerStandings.find(standing => standing === said['standing']) ?? null,
    scope: text(said['scope']),
    country: isObject(said['geo']) ? { code: text(geo['country_code']), name: text(geo['country']) } : null,
    as: isObject(said['asn']) ? { number: count(asn['number']), name: text(asn['organization']) } : null,
    network: text(said['network']),
    hosting: said['hosting'] === true,
    verdict: toVerdict(said['verdict']),
    categories: texts(said['categories']),
    ...toDoings(said),
  }
}

export function toGroup(data: JsonObject): GroupRow {
  const said = object(data['attributes'])
  const members = object(said['members'])
  return {
    id: text(data['id']),
    label: text(said['label']),
    members: { total: count(members['total']), addresses: texts(members['addresses']) },
    flagged: count(said['flagged']),
    suspicious: count(said['suspicious']),
    blocked: count(said['blocked']),
    countries: counts(said['countries']),
    ...toDoings(said),
  }
}

export function toUser(data: JsonObject): UserRow {
  const said = object(data['attributes'])
  return {
    id: text(data['id']),
    user: text(said['user']),
    path: text(said['path']),
    score: count(said['score']),
    blocked: typeof said['blocked'] === 'boolean' ? said['blocked'] : null,
    ...toDoings(said),
  }
}

export const toBars = (value: Json | undefined): Bars =>
  objects(value).map(bar => ({ time: count(bar['time']), signals: count(bar['signals']), logs: count(bar['logs']) }))

export function toDetails(data: JsonObject): AttackerDetails {
  const said = object(data['attributes'])
  return {
    row: toAttacker(data),
    bars: toBars(said['histogram']),
    blocks: objects(said['blocks']).map(toBlockRow),
    latest: toRows(said['latest']),
    matches: objects(said['matches']).map(toMatch),
  }
}

/** `list` is what the page was asked for with, where there is no next one. */
export function toPage<R>({ data, meta }: JsonObject, toRow: (data: JsonObject) => R, list = ''): Page<R> {
  const said = object(meta)
  const facets = Object.entries(object(said['facets'])).map(([name, values]) => [name, counts(values)])
  return {
    rows: objects(data).map(toRow),
    total: count(said['total']),
    cut: said['cut'] === true,
    list: text(get(said, 'page', 'after')) || list,
    facets: Object.fromEntries(facets) as Record<string, Count[]>,
  }
}
