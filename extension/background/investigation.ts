import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { Person } from '../../shared/triage.ts'
import type { Protocol } from '../messages.ts'
import type {
  Investigation,
  JobProtocol,
  KeptLog,
  NewSuppression,
  ServiceFacts,
  SignalProtocol,
  SuppressionPreview,
} from '../signal-messages.ts'
import type { Daemon } from './daemon.ts'
import { cut, toDetails } from './details.ts'
import { count, object, objects, text, texts } from './read.ts'
import { Refused } from './send.ts'
import { bodyOf, toRow } from './wire.ts'

type Asks = Omit<SignalProtocol, keyof JobProtocol | 'undo' | 'snooze' | 'wake' | 'unmade' | 'seenUnmade'>
export type Investigating = { [T in keyof Asks]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const suppressions = '/api/v2/security_monitoring/configuration/suppressions'
/** Characters of what is shown whole, and how many logs and tags. */
const longest = { json: 200_000, log: 4_000 }
const most = { logs: 50, tags: 100, latest: 5 }
/** A look at 30 days may take its time, but the browser ends a worker that waits for 30 s. */
const patience = 28_000

function toKeptLog({ id, content }: JsonObject): KeptLog {
  const said = object(content)
  const attributes = object(said['custom'])
  const trace = attributes['trace_id'] ?? get(attributes, 'dd', 'trace_id')
  return {
    id: text(id),
    time: Date.parse(text(said['timestamp'])) || 0,
    text: cut(text(said['message']), longest.log),
    status: text(said['status']),
    service: text(said['service']),
    host: text(said['host']),
    trace: typeof trace === 'number' ? String(trace) : text(trace) || null,
  }
}

/** What a signal is about, of its document, its timeline and the reasons that the daemon gives. */
export function toInvestigation(data: JsonObject, timeline: JsonObject, why: JsonObject): Investigation {
  const body = bodyOf(data)
  const rule = object(get(body, 'workflow', 'rule'))
  const reasons = object(get(why, 'data', 'attributes'))
  const candidate = object(reasons['suppression'])
  return {
    ...toDetails(data, timeline['data']),
    ruleOf: {
      id: text(rule['id']),
      version: count(rule['version']),
      type: text(rule['type']),
      method: text(rule['detectionMethod']),
      isDefault: rule['isDefaultRule'] === true,
    },
    group: Object.entries(object(reasons['group'])).map(([path, value]) => ({ path, value: text(value) })),
    reasons: objects(reasons['reasons']).map(({ sentence }) => text(sentence)),
    logs: objects(body['samples']).slice(0, most.logs).map(toKeptLog),
    allTags: texts(get(data, 'attributes', 'tags')).slice(0, most.tags),
    candidate: isObject(reasons['suppression'])
      ? { name: text(candidate['name']), rules: text(candidate['rule_query']), hides: text(candidate['suppression_query']) }
      : null,
    json: cut(JSON.stringify(withoutCopy(data), null, 2), longest.json),
  }
}

/** The list has the body under `attributes`, the single one under `custom`: both carry both, and once is enough to read. */
function withoutCopy(data: JsonObject): JsonObject {
  const { attributes: _, ...attributes } = object(data['attributes'])
  return { ...data, attributes }
}

export const toPreview = ({ data, meta }: JsonObject): SuppressionPreview => {
  const said = object(meta)
  return {
    rules: count(said['rules']),
    signals: count(get(said, 'signals', 'count')),
    estimated: get(said, 'signals', 'estimated') === true,
    logs: isObject(said['logs']) ? count(said['logs']['count']) : null,
    cut: said['cut'] === true,
    latest: objects(data)
      .slice(0, most.latest)
      .map(one => ({
        id: text(one['id']),
        title: text(bodyOf(one)['title']),
        time: count(bodyOf(one)['last_seen']),
      })),
  }
}

/** One of the catalogue. */
export const toService = ({ name, owner, on_call, url, description }: JsonObject): ServiceFacts => ({
  name: text(name),
  owner: text(owner),
  onCall: text(on_call),
  url: text(url),
  about: text(description),
})

function toPerson({ id, attributes }: JsonObject): Person[] {
  const { handle, name, disabled } = object(attributes)
  return disabled === true || text(id) === '' ? [] : [{ uuid: text(id), handle: text(handle), name: text(name) }]
}

const payloadOf = ({ name, rules, hides, reason, until }: NewSuppression): JsonObject => ({
  data: {
    type: 'suppressions',
    attributes: { name, rule_query: rules, suppression_query: hides, reason, ...(until !== undefined && { expiration_date: until }) },
  },
})

/** What the signal panel asks. Every function throws `Refused` or `Unanswered`. */
export function createInvestigating({ request }: Pick<Daemon, 'request'>): Investigating {
  return {
    async investigate({ id }) {
      const [{ data }, timeline, why] = await Promise.all([
        request('GET', `/api/v2/security_monitoring/signals/${id}`),
        request('GET', `/api/local/signals/${id}/timeline`),
        request('GET', `/api/local/signals/${id}/why`),
      ])
      if (!isObject(data)) throw new Refused(0, 'The daemon’s answer is not a signal.')
      return toInvestigation(data, timeline, why)
    },
    previewSuppression: async wanted =>
      toPreview(await request('POST', '/api/local/suppressions/preview', payloadOf(wanted), undefined, patience)),
    async relatedSignals({ id }) {
      const { data, meta } = await request('GET', `/api/local/signals/${id}/related`)
      const { total } = object(meta)
      const rows = objects(data).map(one => {
        const shared = object(get(one, 'attributes', 'x_related'))
        return { row: toRow(one), sameGroup: shared['same_group'] === true, shares: texts(shared['entities']).slice(0, 10) }
      })
      return { rows, total: count(total) }
    },
    async services() {
      const { data } = await request('GET', '/api/local/services')
      return { services: objects(data).map(one => toService(object(one['attributes']))) }
    },
    addNote: ({ id, text }) =>
      request('POST', `/api/local/signals/${id}/notes`, { data: { type: 'note', attributes: { text } } }, crypto.randomUUID()),
    async people({ search }) {
      const { data } = await request('GET', `/api/v2/users?${new URLSearchParams({ 'page[size]': '50', filter: search })}`)
      return { people: objects(data).flatMap(toPerson) }
    },
    async suppress(wanted) {
      const { data } = await request('POST', suppressions, payloadOf(wanted), crypto.randomUUID())
      return { id: text(object(data)['id']) }
    },
  }
}
