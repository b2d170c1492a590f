import { get, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import type { PassForm, RespondProtocol, RespondSettings } from '../respond-messages.ts'
import type { Daemon } from './daemon.ts'
import { count, object, objects, text } from './read.ts'
import { toBlockRow, toBouncerRow, toPassRow, toPreview, toProof, toRespondSettings, toSilent } from './respond-wire.ts'
import { Refused } from './send.ts'
import { type Stored, unlessStale } from './unchanged.ts'
import { toLanding } from './wire.ts'

type Asked<T extends keyof RespondProtocol> = Protocol[T][0]
export type Responding = { [T in Exclude<keyof RespondProtocol, 'openBlock'>]: (asked: Asked<T>) => Promise<Protocol[T][1]> }

const denylist = '/api/local/denylist'
const filters = '/api/v2/remote_config/products/asm/waf/exclusion_filters'
const bouncers = '/api/local/bouncers'
const settings = '/api/local/settings'
/** Previews search the logs of a day: as many at once as the daemon runs. */
const abreast = 4
const patience = 28_000

const bodyOf = (attributes: JsonObject): JsonObject => ({ data: { attributes } })
const kindOf = (value: unknown) => (value === 'user' ? 'user' : 'ip')

const toFilter = (
  { addresses, trusted, description, reason, until }: PassForm,
  enabled: boolean,
  confirm: readonly string[] = [],
): JsonObject => ({
  data: {
    type: 'exclusion_filter',
    attributes: {
      description,
      enabled,
      ip_list: addresses,
      ...(trusted && { on_match: 'monitor' }),
      x_local: { reason, expires_at: until, ...(confirm.length > 0 && { confirm: [...confirm] }) },
    },
  },
})

/** Only what has changed, so that nobody's change of the rest is put back. */
function changesOf(before: RespondSettings, after: RespondSettings): JsonObject {
  const changed = <K extends keyof RespondSettings>(...names: K[]) =>
    Object.fromEntries(names.filter(name => before[name] !== after[name]).map(name => [name, after[name]]))
  const [widest, approval] = [changed('v4', 'v6'), changed('wide', 'permanent')]
  const blocks = {
    ...(before.publishReasons !== after.publishReasons && { reasons: after.publishReasons }),
    ...(before.publishUsers !== after.publishUsers && { users: after.publishUsers }),
  }
  const repeats = {
    ...(before.repeatFactor !== after.repeatFactor && { factor: after.repeatFactor }),
    ...(before.repeatLongest !== after.repeatLongest && { longest: after.repeatLongest }),
  }
  return {
    ...(Object.keys(widest).length > 0 && { widest }),
    ...(Object.keys(approval).length > 0 && { approval }),
    ...(before.perHour !== after.perHour && { per_hour: after.perHour }),
    ...(Object.keys(repeats).length > 0 && { repeats }),
    ...(before.flagOver !== after.flagOver && { flag_over: after.flagOver }),
    ...(Object.keys(blocks).length > 0 && { publish: { blocks } }),
  }
}

/** What is asked about blocking, the passlist and enforcers. Every function throws `Refused` or `Unanswered`. */
export function createResponding({ request, status }: Pick<Daemon, 'request' | 'status'>): Responding {
  const write = (method: string, path: string, body?: JsonObject) => request(method, path, body, crypto.randomUUID())
  const rowOf = (answer: JsonObject) => toBlockRow(object(answer['data']))
  const othersOf = (answer: JsonObject) => objects(get(object(answer['meta']), 'also_blocked_by')).map(toBlockRow)
  /** How many logs of the last day a query finds; null where these are not to be seen. */
  async function logsOf(query: string): Promise<number | null> {
    const to = Date.now()
    const asked = { track: 'logs', query, from: to - 86_400_000, to, limit: 0 }
    try {
      return count(get(await request('POST', '/api/local/explorer', asked, undefined, patience), 'meta', 'total'))
    } catch (error) {
      if (error instanceof Refused) return null
      throw error
    }
  }
  const passOf = (answer: JsonObject) => {
    const data = object(answer['data'])
    const local = object(get(data, 'attributes', 'x_local'))
    return {
      row: toPassRow(data),
      lifted: objects(local['lifted']).map(({ id, kind, value }) => ({ id: text(id), kind: kindOf(kind), value: text(value) }) as const),
      liftedCount: count(local['lifted_count']),
    }
  }
  return {
    async denylist({ ended, text: words, sort, page, size }) {
      const query = new URLSearchParams({
        'filter[state]': ended ? 'ended' : 'current',
        'page[size]': String(size),
        'page[number]': String(page),
        sort,
        include: 'proof',
        ...(words !== '' && { 'filter[text]': words }),
      })
      const { data, meta } = await request('GET', `${denylist}?${query}`)
      const said = object(get(object(meta), 'by_rules'))
      const [proof, landing] = [object(object(meta)['proof']), object(object(meta)['landing'])]
      return {
        rows: objects(data).map(one => {
          const row = toBlockRow(one)
          return { ...row, proof: objects(proof[row.id]).map(toProof), landing: toLanding(landing[row.id]) }
        }),
        total: count(get(object(meta), 'page', 'total_count')),
        byRules: { lastHour: count(said['last_hour']), perHour: count(said['per_hour']), stopped: said['stopped'] === true },
      }
    },
    async denylistEntry({ id }) {
      const [entry, proof] = await Promise.all([request('GET', `${denylist}/${id}`), request('GET', `${denylist}/${id}/proof`)])
      const landing = toLanding(get(object(proof['meta']), 'landing'))
      return { row: rowOf(entry), proof: objects(proof['data']).map(toProof), landing, others: othersOf(entry) }
    },
    async previewBlock({ targets }) {
      const previews: Protocol['previewBlock'][1]['previews'] = []
      const refused: Protocol['previewBlock'][1]['refused'] = []
      const look = async ({ kind, value }: (typeof targets)[number]) => {
        try {
          previews.push(toPreview(await request('POST', `${denylist}/preview`, { kind, value }, undefined, patience)))
        } catch (error) {
          // nothing that a second one would be told otherwise
          if (!(error instanceof Refused) || error.status !== 400) throw error
          refused.push({ kind, value, code: 'invalid', reason: error.message })
        }
      }
      for (let from = 0; from < targets.length; from += abreast) await Promise.all(targets.slice(from, from + abreast).map(look))
      return { previews, refused }
    },
    async block({ targets, duration, reason, signal }) {
      const entries = targets.map(target => ({ ...target }))
      const answer = await write('POST', `${denylist}/bulk`, bodyOf({ entries, duration, reason, ...(signal && { signal_id: signal }) }))
      return {
        done: objects(answer['data']).map(toBlockRow),
        refused: objects(get(object(answer['meta']), 'refused')).map(one => ({
          kind: kindOf(one['kind']),
          value: text(one['value']),
          code: text(one['code']),
          reason: text(one['reason']),
        })),
      }
    },
    async extendBlock({ id, version, duration, reason }) {
      const change = { version, ...(duration !== undefined && { duration }), ...(reason !== undefined && { reason }) }
      return rowOf(await write('PATCH', `${denylist}/${id}`, bodyOf(change)))
    },
    approveBlock: async ({ id, version }) => rowOf(await write('POST', `${denylist}/${id}/approve?version=${version}`)),
    async liftBlock({ id, reason }) {
      const answer = await write('DELETE', `${denylist}/${id}?${new URLSearchParams({ reason })}`)
      return { row: rowOf(answer), others: othersOf(answer) }
    },
    passlist: async () => ({ rows: objects((await request('GET', filters))['data']).map(toPassRow) }),
    async previewPass({ id, form }) {
      const path = `${id === undefined ? filters : `${filters}/${id}`}?dry_run=true`
      const would = await request(id === undefined ? 'POST' : 'PUT', path, toFilter(form, true))
      const attributes = object(get(would, 'data', 'attributes'))
      const objections = objects(get(attributes, 'x_local', 'objections'))
      const { lifted, liftedCount } = passOf(would)
      return {
        ...{ lifted, liftedCount },
        logs: form.trusted ? null : await logsOf(text(attributes['search_query'])),
        objections: objections.map(({ value, message }) => ({ value: text(value), message: text(message) })),
      }
    },
    addToPasslist: async ({ form, confirm }) => passOf(await write('POST', filters, toFilter(form, true, confirm))),
    async changePass({ id, before, form, enabled, confirm }) {
      const asForm = ({ addresses, trusted, description, reason, until }: PassForm): PassForm => ({
        ...{ addresses, trusted, description, reason, until },
      })
      const read = async (): Promise<Stored<PassForm>> => ({
        stored: asForm(toPassRow(object((await request('GET', `${filters}/${id}`))['data']))),
        version: null,
      })
      const save = () => write('PUT', `${filters}/${id}`, toFilter(form, enabled, confirm))
      return passOf(await unlessStale(request, { type: 'passlist', id }, before, read, save))
    },
    removePass: ({ id }) => write('DELETE', `${filters}/${id}`),
    bouncers: async () => ({ rows: objects((await request('GET', bouncers))['data']).map(toBouncerRow), url: status().url }),
    async silentEnforcers() {
      const answer = await request('GET', '/api/local/status')
      return { rows: objects(get(answer, 'data', 'attributes', 'silent_enforcers')).map(toSilent) }
    },
    async createBouncer({ name, ranges }) {
      const data = object((await write('POST', bouncers, bodyOf({ name, ranges })))['data'])
      return { row: toBouncerRow(data), key: text(get(data, 'attributes', 'key')) }
    },
    changeBouncer: async ({ id, ranges }) => toBouncerRow(object((await write('PATCH', `${bouncers}/${id}`, bodyOf({ ranges })))['data'])),
    forgetSilent: async ({ id }) =>
      toBouncerRow(object((await write('PATCH', `${bouncers}/${id}`, bodyOf({ forget_silent: true })))['data'])),
    revokeBouncer: ({ id }) => write('DELETE', `${bouncers}/${id}`),
    respondSettings: async () => toRespondSettings(await request('GET', settings)),
    async setRespondSettings({ before, after }) {
      const read = async () => {
        const answer = await request('GET', settings)
        return { stored: toRespondSettings(answer), version: get(answer, 'data', 'attributes', 'version') ?? '' }
      }
      const save = ({ version }: Stored<RespondSettings>) =>
        write('PATCH', settings, { data: { type: 'settings', attributes: { respond: changesOf(before, after), version } } })
      return toRespondSettings(await unlessStale(request, { type: 'settings', id: 'current' }, before, read, save))
    },
  }
}
