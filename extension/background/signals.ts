import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { Deed, Protocol, Queue, SignalDetails, SignalRow } from '../messages.ts'
import { createArchived } from './archived.ts'
import { createChanges, signalsPath } from './changes.ts'
import type { Daemon } from './daemon.ts'
import { toDeed, toDetails } from './details.ts'
import { toJob, toUndone } from './jobs.ts'
import type { Pending } from './pending.ts'
import { object, objects } from './read.ts'
import { Refused, Unanswered } from './send.ts'
import type { Vault } from './vault.ts'
import { bySeverity, toCounts, toFacts, toMarks, toRow, toRows, toValueFacts } from './wire.ts'

type Asked<T extends keyof Protocol> = Protocol[T][0]
type Filter = NonNullable<Asked<'queue'>['filter']>

const everything = { track: 'signals', from: '1970-01-01T00:00:00Z', to: 'now' }
/** Rows of a list. More than that nobody works through in a popup; `total` says how many there are. */
const listed = 200

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

export function createSignals(needs: { daemon: Daemon; vault: Vault; pending: Pending; tellRefused(): void; now: () => number }) {
  const { daemon, vault, pending, tellRefused, now } = needs
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

  const { change, patch, resume } = createChanges({ daemon, pending, row, tellRefused, now })
  const snoozePath = (id: string) => `/api/local/signals/${id}/snooze`

  return {
    queue,
    details,
    move: ({ ids, state, reason, comment }: Asked<'move'>) =>
      patch(state, ids, 'state', {
        state,
        ...(state === 'archived' && reason && { archive_reason: reason }),
        ...(state === 'archived' && comment && { archive_comment: comment }),
      }),
    assign({ ids, to }: Asked<'assign'>) {
      const uuid = to === 'me' ? daemon.me() : to === 'nobody' ? '' : to
      return patch('assign', ids, 'assignee', { assignee: { uuid } }, { assignee: uuid })
    },
    snooze: ({ ids, until, reason }: Asked<'snooze'>) =>
      change(
        'snooze',
        ids,
        ({ id }) => ({ method: 'PUT', path: snoozePath(id), body: { data: { type: 'snooze', attributes: { until, reason } } } }),
        of => ({
          method: 'PUT',
          path: snoozePath('bulk'),
          body: { data: { type: 'snooze', attributes: { ids: of.map(({ id }) => id), until, reason } } },
        }),
      ),
    wake: ({ ids }: Asked<'wake'>) => change('wake', ids, ({ id }) => ({ method: 'DELETE', path: snoozePath(id) })),
    async undo({ changes }: Asked<'undo'>): Promise<Protocol['undo'][1]> {
      const all: Protocol['undo'][1] = { undone: 0, skipped: [], cases: [], jobs: [] }
      for (const id of changes) {
        const { data } = await daemon.request('POST', `/api/local/changes/${id}/undo`, undefined, crypto.randomUUID())
        // of more than a few signals the daemon makes a job
        if (get(object(data), 'type') === 'job') all.jobs.push(toJob(data))
        else {
          const { undone, skipped, cases } = toUndone(data)
          all.undone += undone
          all.skipped.push(...skipped)
          all.cases.push(...cases)
        }
      }
      return all
    },
    lookup: async ({ ip }: Asked<'lookup'>) => toFacts(await daemon.request('GET', `/api/local/ip/${encodeURIComponent(ip)}`)),
    lookupValue: async ({ value }: Asked<'lookupValue'>) =>
      toValueFacts(await daemon.request('GET', `/api/local/indicator?value=${encodeURIComponent(value)}`)),
    marks: async ({ values }: Asked<'marks'>) =>
      toMarks(await daemon.request('POST', '/api/local/marks', { data: { type: 'marks', attributes: { values } } })),
    resume,
    unmade: async (): Promise<Protocol['unmade'][1]> => ({ rows: await pending.unmade() }),
    async seenUnmade({ until }: Asked<'seenUnmade'>) {
      await pending.seen(until)
      tellRefused()
      return {}
    },
    /** Forget every list and change: they belonged to another pairing. */
    async forget(): Promise<void> {
      await pending.clear()
      for (const state of ['open', 'under_review', 'archived']) await vault.remove(`queue:${state}`)
      tellRefused()
    },
  }
}
