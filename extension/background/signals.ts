import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { Deed, Moved, Protocol, Queue, SignalDetails, SignalRow } from '../messages.ts'
import { createArchived } from './archived.ts'
import type { Daemon } from './daemon.ts'
import { toDeed, toDetails } from './details.ts'
import type { Change, Pending } from './pending.ts'
import { objects } from './read.ts'
import { Refused, Unanswered } from './send.ts'
import type { Vault } from './vault.ts'
import { bySeverity, toCounts, toFacts, toKinds, toRow, toRows } from './wire.ts'

type Asked<T extends keyof Protocol> = Protocol[T][0]
type Filter = NonNullable<Asked<'queue'>['filter']>

const signalsPath = '/api/v2/security_monitoring/signals'
const everything = { track: 'signals', from: '1970-01-01T00:00:00Z', to: 'now' }
/** Rows of a list. More than that nobody works through in a popup; `total` says how many there are. */
const listed = 200
/** Changes under way at once. */
const abreast = 4

const quote = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`

/** The query of a filter, in the words of the search box. */
export const toQuery = ({ mine, severity, service }: Filter, me: string, state?: string): string =>
  [
    state && `@workflow.triage.state:${state}`,
    mine && `@workflow.triage.assignee.uuid:${quote(me)}`,
    severity && `status:${severity}`,
    service && `service:${quote(service)}`,
  ]
    .filter(Boolean)
    .join(' ')

const passes = (row: SignalRow, { mine, severity, service }: Filter, me: string): boolean =>
  (!mine || row.assignee?.uuid === me) && (!severity || row.severity === severity) && (!service || row.services.includes(service))

/** What can be asked about signals and addresses. Every function throws `Refused` or `Unanswered` unless it says otherwise. */
export type Signals = ReturnType<typeof createSignals>

export function createSignals(needs: { daemon: Daemon; vault: Vault; pending: Pending; now: () => number }) {
  const { daemon, vault, pending, now } = needs
  /** Keys of changes that this worker is making now. */
  const underWay = new Set<string>()

  const explore = (query: string, more: JsonObject) => daemon.request('POST', '/api/local/explorer', { ...everything, query, ...more })

  const timeline = async (id: string) => (await daemon.request('GET', `/api/local/signals/${id}/timeline`))['data']
  const archivedLast = createArchived(async (id): Promise<Deed[] | undefined> => {
    try {
      return objects(await timeline(id)).map(toDeed)
    } catch (error) {
      if (error instanceof Refused) return undefined
      throw error
    }
  })

  async function fresh({ state, filter = {} }: Asked<'queue'>): Promise<Queue> {
    const me = daemon.me()
    const [rows, counts] = await Promise.all([
      explore(toQuery(filter, me, state), { limit: listed, sort: state === 'archived' ? '-timestamp' : 'severity' }),
      explore(toQuery(filter, me), { limit: 1, facets: ['@workflow.triage.state'] }),
    ])
    const total = get(rows, 'meta', 'total')
    const read = toRows(rows['data'])
    const list = state === 'archived' ? await archivedLast(read) : read.sort(bySeverity)
    return { rows: list, counts: toCounts(counts), total: typeof total === 'number' ? total : list.length, at: now() }
  }

  /** The list as the daemon has it; while it is away, the last one that was seen. */
  async function queue(asked: Asked<'queue'>): Promise<Queue> {
    const { state, filter = {} } = asked
    try {
      const list = await fresh(asked)
      if (Object.keys(filter).length === 0) await vault.set(`queue:${state}`, list)
      return list
    } catch (error) {
      const kept = error instanceof Unanswered ? await vault.get(`queue:${state}`) : undefined
      if (!isObject(kept)) throw error
      const list = kept as unknown as Queue
      return { ...list, rows: list.rows.filter(row => passes(row, filter, daemon.me())) }
    }
  }

  async function row(id: string): Promise<SignalRow | undefined> {
    const { data } = await daemon.request('GET', `${signalsPath}/${id}`)
    return isObject(data) ? toRow(data) : undefined
  }

  async function details({ id }: Asked<'signal'>): Promise<SignalDetails> {
    const [{ data }, deeds] = await Promise.all([daemon.request('GET', `${signalsPath}/${id}`), timeline(id)])
    if (!isObject(data)) throw new Refused(0, 'The daemon’s answer is not a signal.')
    return toDetails(data, deeds)
  }

  async function make(change: Change, moved: Moved) {
    underWay.add(change.key)
    try {
      await daemon.request('PATCH', change.path, change.body, change.key)
      await pending.drop(change.key)
      const changed = await row(change.id).catch(() => undefined)
      if (changed) moved.done.push(changed)
    } catch (error) {
      const refused = error instanceof Refused
      // without an answer it may have happened: it stays, and its key keeps it from happening twice
      if (refused) await pending.drop(change.key)
      moved.failed.push({ id: change.id, error: refused ? error.message : 'The daemon is away. Kept, will be tried again.' })
    } finally {
      underWay.delete(change.key)
    }
  }

  async function makeAll(changes: Change[]): Promise<Moved> {
    const moved: Moved = { done: [], failed: [] }
    const left = [...changes]
    const work = async () => {
      for (let change = left.shift(); change; change = left.shift()) await make(change, moved)
    }
    await Promise.all(Array.from({ length: abreast }, work))
    return moved
  }

  async function change(ids: Asked<'move'>['ids'], what: 'state' | 'assignee', attributes: JsonObject): Promise<Moved> {
    const changes = ids.map(({ id, version }) => ({
      key: crypto.randomUUID(),
      id,
      path: `${signalsPath}/${id}/${what}`,
      body: { data: { id, type: 'signal_metadata', attributes: { ...attributes, version } } },
    }))
    await pending.add(changes)
    return makeAll(changes)
  }

  return {
    queue,
    details,
    move: ({ ids, state, reason, comment }: Asked<'move'>) =>
      change(ids, 'state', {
        state,
        ...(state === 'archived' && reason && { archive_reason: reason }),
        ...(state === 'archived' && comment && { archive_comment: comment }),
      }),
    assign: ({ ids, to }: Asked<'assign'>) => change(ids, 'assignee', { assignee: { uuid: to === 'me' ? daemon.me() : '' } }),
    lookup: async ({ ip }: Asked<'lookup'>) => toFacts(await daemon.request('GET', `/api/local/ip/${encodeURIComponent(ip)}`)),
    marks: async ({ addresses }: Asked<'marks'>) =>
      addresses.length === 0
        ? { kinds: {} }
        : { kinds: toKinds(await daemon.request('POST', '/api/local/ip/marks', { data: { type: 'marks', attributes: { addresses } } })) },
    /** Make what an earlier worker, or an absent daemon, left undone. Never throws. */
    async resume(): Promise<void> {
      const left = (await pending.all()).filter(({ key }) => !underWay.has(key))
      const { failed } = await makeAll(left)
      for (const { id, error } of failed) console.warn(`signal ${id}: ${error}`)
    },
    /** Forget every list and change: they belonged to another pairing. */
    async forget(): Promise<void> {
      await pending.clear()
      for (const state of ['open', 'under_review', 'archived']) await vault.remove(`queue:${state}`)
    },
  }
}
