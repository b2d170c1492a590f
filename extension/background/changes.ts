import type { JsonObject } from '../../shared/json.ts'
import type { Moved, Protocol, SignalRow } from '../messages.ts'
import { ago } from '../ui/age.ts'
import type { Daemon } from './daemon.ts'
import type { Change, Pending } from './pending.ts'
import { Refused } from './send.ts'

type Ids = Protocol['move'][0]['ids']
/** A change, and what stands for it where it is refused as a whole. */
interface Plan {
  change: Change
  singles?: Change[]
}

export const signalsPath = '/api/v2/security_monitoring/signals'
/** Changes under way at once. */
const abreast = 4

/** Changes of signals: each is made once, however often the worker is stopped or the daemon is away meanwhile. `row` reads a signal. */
export function createChanges(needs: {
  daemon: Daemon
  pending: Pending
  row(id: string): Promise<SignalRow | undefined>
  now: () => number
}) {
  const { daemon, pending, row, now } = needs
  /** Keys of changes that this worker is making now. */
  const underWay = new Set<string>()

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
      // of many all are changed or none: those that can be are tried one by one, and the others named
      const left = refused && error.status !== 403 ? singles : []
      if (left.length > 0) await pending.add(left)
      // without an answer it may have happened: it stays, and its key keeps it from happening twice
      if (refused) await pending.drop(change.key)
      if (left.length > 0) return left.map(one => ({ change: one }))
      const stale = refused && error.status === 409
      const why = !refused
        ? 'The daemon is away. Kept, will be tried again.'
        : stale
          ? await whoChanged(change.ids[0]!, error)
          : error.message
      moved.failed.push(...change.ids.map(id => ({ id, error: why, ...(stale && { stale }) })))
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

  return {
    change,
    patch,
    /** Make what an earlier worker, or an absent daemon, left undone. Never throws. */
    async resume(): Promise<void> {
      const left = (await pending.all()).filter(({ key }) => !underWay.has(key))
      const { failed } = await makeAll(left.map(change => ({ change })))
      for (const { id, error } of failed) console.warn(`signal ${id}: ${error}`)
    },
  }
}
