import { rangeModes } from '../../shared/bouncer.ts'
import type { Ending } from '../../shared/denylist.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { proofStates } from '../../shared/proof.ts'
import type { Person } from '../../shared/triage.ts'
import type {
  BlockPreview,
  BlockRow,
  BouncerRow,
  Metrics,
  PassRow,
  ProofRow,
  Prospect,
  RespondSettings,
  SilentRow,
} from '../respond-messages.ts'
import { count, object, objects, text, texts } from './read.ts'
import { toCounted } from './search-wire.ts'
import { toPassRef } from './wire.ts'

// The daemon's documents about blocking into what people see. A value of the wrong type is left out, not shown.

const number = (value: Json | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
const toPerson = (value: Json | undefined): Person => {
  const { uuid, handle, name } = object(value)
  return { uuid: text(uuid), handle: text(handle), name: text(name) || text(handle) }
}
const kindOf = (value: Json | undefined) => (value === 'user' ? 'user' : 'ip')
const states: readonly BlockRow['state'][] = ['waiting', 'active', 'ended']

export function toBlockRow(data: JsonObject): BlockRow {
  const said = object(data['attributes'])
  const { ended, rule } = said
  return {
    id: text(data['id']),
    version: count(said['version']),
    state: states.find(state => state === said['state']) ?? 'ended',
    kind: kindOf(said['kind']),
    value: text(said['value']),
    duration: number(said['duration_ms']),
    until: number(said['until']),
    created: count(said['created_at']),
    reason: text(said['reason']),
    signal: text(said['signal_id']) || null,
    rule: isObject(rule) ? { id: text(rule['id']), name: text(rule['name']) } : null,
    by: toPerson(said['by']),
    approvedBy: isObject(said['approved_by']) ? toPerson(said['approved_by']) : null,
    ended: isObject(ended)
      ? { at: count(ended['at']), by: toPerson(ended['by']), how: text(ended['how']) as Ending, reason: text(ended['reason']) }
      : null,
  }
}

export function toPassRow(data: JsonObject): PassRow {
  const said = object(data['attributes'])
  const local = object(said['x_local'])
  const metadata = object(said['metadata'])
  return {
    id: text(data['id']),
    description: text(said['description']),
    trusted: said['on_match'] === 'monitor',
    until: number(local['expires_at']),
    enabled: said['enabled'] === true,
    addresses: texts(said['ip_list']),
    reason: text(local['reason']),
    by: text(metadata['modified_by_name']) || text(metadata['modified_by']),
    at: Date.parse(text(metadata['modified_at'])) || 0,
    narrow: ['path_glob', 'parameters', 'rules_target', 'scope'].some(name => said[name] !== undefined),
  }
}

const toProspect = (said: JsonObject): Prospect => ({
  name: text(get(said, 'bouncer', 'name')),
  type: text(said['type']),
  holds: said['holds'] === 'yes' ? 'yes' : said['holds'] === 'no' ? 'no' : 'uncertain',
  stale: said['stale'] === true,
  hint: text(said['hint']),
})

export function toPreview(answer: JsonObject): BlockPreview {
  const waits = object(answer['waits_for_approval'])
  const standing = object(answer['standing'])
  return {
    kind: kindOf(answer['kind']),
    value: text(answer['value']),
    objections: objects(answer['objections']).map(({ code, message, final }) => ({
      code: text(code),
      message: text(message),
      final: final === true,
    })),
    waits: { always: waits['always'] === true, permanent: waits['permanent'] === true },
    blocked: isObject(standing['denylist']) ? toBlockRow(standing['denylist']) : null,
    pass: toPassRef(standing['passlist']),
    enforcers: objects(answer['enforcers']).map(toProspect),
    query: text(answer['query']),
    from: count(answer['from']),
    to: count(answer['to']),
    logs: count(answer['logs']),
    countries: toCounted(answer['countries']),
  }
}

const toMetrics = (value: Json | undefined): Metrics | null =>
  isObject(value)
    ? {
        at: count(value['at']),
        active: number(value['active']),
        packets: count(value['dropped_packets']),
        bytes: count(value['dropped_bytes']),
      }
    : null

export const toProof = (said: JsonObject): ProofRow => ({
  name: text(get(said, 'bouncer', 'name')),
  address: text(said['address']) || null,
  type: text(said['type']),
  version: text(said['version']),
  // of what nobody understands it is not said that it landed
  state: proofStates.find(state => state === said['state']) ?? 'pending',
  at: number(said['at']),
  lastPull: number(said['last_pull']),
  stale: said['stale'] === true,
  metrics: toMetrics(said['metrics']),
  hint: text(said['hint']),
})

export function toBouncerRow(data: JsonObject): BouncerRow {
  const said = object(data['attributes'])
  return {
    id: text(data['id']),
    name: text(said['name']),
    last4: text(said['last4']),
    ranges: rangeModes.find(mode => mode === said['ranges']) ?? 'unknown',
    publishes: said['publishes'] === true,
    created: count(said['created_at']),
    by: toPerson(said['created_by']).name,
    instances: objects(said['instances']).map(one => ({
      address: text(one['address']),
      type: text(one['type']),
      version: text(one['version']),
      firstPull: count(one['first_pull']),
      lastPull: count(one['last_pull']),
      interval: number(one['interval']),
      stale: one['stale'] === true,
      metrics: toMetrics(one['metrics']),
    })),
  }
}

export const toSilent = ({ id, name, type, last_pull }: JsonObject): SilentRow => ({
  ...{ id: text(id), name: text(name), type: text(type) },
  lastPull: number(last_pull),
})

/** The answer of `GET /api/local/settings`. */
export function toRespondSettings(answer: JsonObject): RespondSettings {
  const said = object(get(answer, 'data', 'attributes', 'respond'))
  const [widest, approval, blocks] = [object(said['widest']), object(said['approval']), object(get(said, 'publish', 'blocks'))]
  const repeats = object(said['repeats'])
  return {
    v4: count(widest['v4']),
    v6: count(widest['v6']),
    wide: approval['wide'] === true,
    permanent: approval['permanent'] === true,
    perHour: count(said['per_hour']),
    repeatFactor: count(repeats['factor']),
    repeatLongest: text(repeats['longest']),
    flagOver: count(said['flag_over']),
    publishReasons: blocks['reasons'] === true,
    publishUsers: blocks['users'] === true,
  }
}
