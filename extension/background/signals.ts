import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { Deed, Moved, Protocol, Queue, SignalDetails, SignalRow } from '../messages.ts'
import { ago } from '../ui/age.ts'
import { createArchived } from './archived.ts'
import type { Daemon } from './daemon.ts'
import { toDeed, toDetails } from './details.ts'
import { toJob, toUndone } from './jobs.ts'
import type { Change, Pending } from './pending.ts'
import { object, objects } from './read.ts'
import { Refused, Unanswered } from './send.ts'
import type { Vault } from './vault.ts'
import { bySeverity, toCounts, toFacts, toKinds, toRow, toRows } from './wire.ts'

type Asked<T extends keyof Protocol> = Protocol[T][0]
type Filter = NonNullable<Asked<'queue'>['filter']>
type Ids = Asked<'move'>['ids']
/** A change, and what stands for it where it is refused as a whole. */
interface Plan {
  change: Change
  singles?: Change[]
}

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
    // what is snoozed comes back by itself
    '-@workflow.triage.snoozed:true',
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

  /** Make one change; the answer says what a refusal has left to be done. */
  async function make({ change, singles = [] }: Plan, moved: Moved): Promise<Plan[]> {
    underWay.add(change.key)
    try {
      const made = await daemon.change(change.method, change.path, change.body, change.key)
      if (made !== null) moved.changes.push(made)
      await pending.drop(change.key)
      moved.done.push(...(await rowsOf(change.ids)))
    } catch (error) {
      const refused = error instanceof Refused
      // without an answer it may have happened: it stays, and its key keeps it from happening twice
      if (refused) await pending.drop(change.key)
      // of many all are changed or none: those that can be are tried one by one, and the others named
      if (refused && singles.length > 0 && error.status !== 403) {
        await pending.add(singles)
        return singles.map(one => ({ change: one }))
      }
      const why = !refused
        ? 'The daemon is away. Kept, will be tried again.'
        : error.status === 409
          ? await whoChanged(change.ids[0]!, error)
          : error.message
      moved.failed.push(...change.ids.map(id => ({ id, error: why })))
    } finally {
      underWay.delete(change.key)
    }
    return []
  }

  /** Do all of it, so many at a time. */
  async function abreastOf<T>(left: T[], work: (one: T) => Promise<void>): Promise<void> {
    const next = async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
    }
    await Promise.all(Array.from({ length: abreast }, next))
  }
  async function rowsOf(ids: readonly string[]): Promise<SignalRow[]> {
    const rows: SignalRow[] = []
    await abreastOf([...ids], async id => {
      const found = await row(id).catch(() => undefined)
      if (found) rows.push(found)
    })
    return rows
  }
  /** Who was faster, where the daemon says. */
  async function whoChanged(id: string, error: Refused): Promise<string> {
    const found = await row(id).catch(() => undefined)
    return found?.changed ? `${found.changed.by} changed this signal ${ago(found.changed.at, now())}.` : error.message
  }

  async function makeAll(plans: Plan[]): Promise<Moved> {
    const moved: Moved = { done: [], failed: [], changes: [] }
    const left: Plan[] = []
    await abreastOf([...plans], async plan => void left.push(...(await make(plan, moved))))
    await abreastOf(left, async plan => void (await make(plan, moved)))
    return moved
  }

  /** `bulk` is one request for all of them, as far as the API takes them together. */
  async function change(
    ids: Ids,
    single: (of: Ids[number]) => Omit<Change, 'key' | 'ids'>,
    bulk?: (of: Ids) => Omit<Change, 'key' | 'ids'>,
  ) {
    const keyed = (of: Ids, change: Omit<Change, 'key' | 'ids'>): Change => ({
      key: crypto.randomUUID(),
      ids: of.map(({ id }) => id),
      ...change,
    })
    const singles = ids.map(one => keyed([one], single(one)))
    const plans: Plan[] = bulk && ids.length > 1 ? [{ change: keyed(ids, bulk(ids)), singles }] : singles.map(change => ({ change }))
    await pending.add(plans.map(({ change }) => change))
    return makeAll(plans)
  }
  /** Change an aspect of triage as the public API has it. `of` is what it wants of a single signal and of one among many. */
  const patch = (ids: Ids, what: 'state' | 'assignee', one: JsonObject, among: JsonObject = one) =>
    change(
      ids,
      ({ id, version }) => ({
        method: 'PATCH',
        path: `${signalsPath}/${id}/${what}`,
        body: { data: { id, type: 'signal_metadata', attributes: { ...one, version } } },
      }),
      of => ({
        method: 'PATCH',
        path: `${signalsPath}/bulk/${what}`,
        body: { data: of.map(({ id, version }) => ({ id, type: 'signal_metadata', attributes: { ...among, version } })) },
      }),
    )
  const snoozePath = (id: string) => `/api/local/signals/${id}/snooze`

  return {
    queue,
    details,
    move: ({ ids, state, reason, comment }: Asked<'move'>) =>
      patch(ids, 'state', {
        state,
        ...(state === 'archived' && reason && { archive_reason: reason }),
        ...(state === 'archived' && comment && { archive_comment: comment }),
      }),
    assign({ ids, to }: Asked<'assign'>) {
      const uuid = to === 'me' ? daemon.me() : to === 'nobody' ? '' : to
      return patch(ids, 'assignee', { assignee: { uuid } }, { assignee: uuid })
    },
    snooze: ({ ids, until, reason }: Asked<'snooze'>) =>
      change(
        ids,
        ({ id }) => ({ method: 'PUT', path: snoozePath(id), body: { data: { type: 'snooze', attributes: { until, reason } } } }),
        of => ({
          method: 'PUT',
          path: snoozePath('bulk'),
          body: { data: { type: 'snooze', attributes: { ids: of.map(({ id }) => id), until, reason } } },
        }),
      ),
    wake: ({ ids }: Asked<'wake'>) => change(ids, ({ id }) => ({ method: 'DELETE', path: snoozePath(id) })),
    async undo({ changes }: Asked<'undo'>): Promise<Protocol['undo'][1]> {
      const all: Protocol['undo'][1] = { undone: 0, skipped: [], jobs: [] }
      for (const id of changes) {
        const { data } = await daemon.request('POST', `/api/local/changes/${id}/undo`, undefined, crypto.randomUUID())
        // of more than a few signals the daemon makes a job
        if (get(object(data), 'type') === 'job') all.jobs.push(toJob(data))
        else {
          const { undone, skipped } = toUndone(data)
          all.undone += undone
          all.skipped.push(...skipped)
        }
      }
      return all
    },
    lookup: async ({ ip }: Asked<'lookup'>) => toFacts(await daemon.request('GET', `/api/local/ip/${encodeURIComponent(ip)}`)),
    marks: async ({ addresses }: Asked<'marks'>) =>
      addresses.length === 0
        ? { kinds: {} }
        : { kinds: toKinds(await daemon.request('POST', '/api/local/ip/marks', { data: { type: 'marks', attributes: { addresses } } })) },
    /** Make what an earlier worker, or an absent daemon, left undone. Never throws. */
    async resume(): Promise<void> {
      const left = (await pending.all()).filter(({ key }) => !underWay.has(key))
      const { failed } = await makeAll(left.map(change => ({ change })))
      for (const { id, error } of failed) console.warn(`signal ${id}: ${error}`)
    },
    /** Forget every list and change: they belonged to another pairing. */
    async forget(): Promise<void> {
      await pending.clear()
      for (const state of ['open', 'under_review', 'archived']) await vault.remove(`queue:${state}`)
    },
  }
}
