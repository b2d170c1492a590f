import type { JsonObject } from '../../shared/json.ts'
import type { Moved, SignalRow } from '../messages.ts'
import type { Act, Ids } from '../signal-messages.ts'
import { ago } from '../ui/age.ts'
import type { Daemon } from './daemon.ts'
import type { Change, Pending } from './pending.ts'
import { Refused } from './send.ts'

/** A change of some signals, as it is sent. */
type Sent = Pick<Change, 'method' | 'path' | 'body'>

export const signalsPath = '/api/v2/security_monitoring/signals'
/** Changes under way at once. */
const abreast = 4

/** Changes of signals: each is made once, however often the worker is stopped or the daemon is away meanwhile. `row` reads a signal. */
export function createChanges(needs: {
  daemon: Daemon
  pending: Pending
  row(id: string): Promise<SignalRow | undefined>
  /** A change that was kept is refused for good. */
  tellRefused(): void
  now: () => number
}) {
  const { daemon, pending, row, tellRefused, now } = needs
  /** Keys of changes that this worker is making now. */
  const underWay = new Set<string>()
  const take = (changes: readonly Change[]) => {
    for (const { key } of changes) underWay.add(key)
  }
  async function keep(changes: Change[]): Promise<void> {
    take(changes)
    await pending.add(changes)
  }

  /** Make one change; the answer says what a refusal has left to be done. `again`: it was kept, and nobody waits for it any more. */
  async function make(change: Change, moved: Moved, again: boolean): Promise<Change[]> {
    try {
      const made = await daemon.change(change.method, change.path, change.body, change.key)
      if (made !== null) moved.changes.push(made)
      await pending.drop(change.key)
      moved.done.push(...(await rowsOf(change.ids)))
    } catch (error) {
      // what was kept is tried again until the answer cannot become another one
      const refused = error instanceof Refused && (error.isFinal || !again)
      // of many all are changed or none: those that can be are tried one by one, and the others named
      const left = refused && error.status !== 403 ? (change.singles ?? []) : []
      if (left.length > 0) await keep(left)
      const stale = refused && error.status === 409
      const why = !refused
        ? 'The daemon is away. Kept, will be tried again.'
        : stale
          ? await whoChanged(change.ids[0]!.id, error, again)
          : error.message
      if (refused && again && left.length === 0) {
        await pending.refuse(change.ids.map(({ id, title = id }) => ({ id, title, act: change.act, why, at: now() })))
        tellRefused()
      }
      // without an answer it may have happened: it stays, and its key keeps it from happening twice
      if (refused) await pending.drop(change.key)
      if (left.length > 0) return left
      moved.failed.push(...change.ids.map(({ id }) => ({ id, error: why, ...(stale && { stale }) })))
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
  async function rowsOf(ids: Ids): Promise<SignalRow[]> {
    const rows: SignalRow[] = []
    await abreastOf([...ids], async ({ id }) => {
      const found = await row(id).catch(() => undefined)
      if (found) rows.push(found)
    })
    return rows
  }
  /** Who was faster, where the daemon says. */
  async function whoChanged(id: string, error: Refused, again: boolean): Promise<string> {
    const found = await row(id).catch(() => undefined)
    if (!found?.changed) return error.message
    // what was kept may be read long after
    return `${found.changed.by} changed this signal ${again ? 'meanwhile' : ago(found.changed.at, now())}.`
  }

  async function makeAll(changes: readonly Change[], again = false): Promise<Moved> {
    const moved: Moved = { done: [], failed: [], changes: [] }
    const left: Change[] = []
    await abreastOf([...changes], async change => void left.push(...(await make(change, moved, again))))
    await abreastOf(left, async change => void (await make(change, moved, again)))
    return moved
  }

  /** `bulk` is one request for all of them, as far as the API takes them together. */
  async function change(act: Act, ids: Ids, single: (of: Ids[number]) => Sent, bulk?: (of: Ids) => Sent) {
    const keyed = (ids: Ids, sent: Sent): Change => ({ key: crypto.randomUUID(), act, ids, ...sent })
    const singles = ids.map(one => keyed([one], single(one)))
    const changes = bulk && ids.length > 1 ? [{ ...keyed(ids, bulk(ids)), singles }] : singles
    await keep(changes)
    return makeAll(changes)
  }
  /** Change an aspect of triage as the public API has it. `of` is what it wants of a single signal and of one among many. */
  const patch = (act: Act, ids: Ids, what: 'state' | 'assignee', one: JsonObject, among: JsonObject = one) =>
    change(
      act,
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
    /** Make what an earlier worker, or a daemon that was away, left undone; while the daemon writes nothing it waits. */
    async resume(): Promise<void> {
      const kept = await pending.all()
      const { connection } = daemon.status()
      if (connection.state !== 'live' || connection.readOnly) return
      const left = kept.filter(({ key }) => !underWay.has(key))
      take(left)
      await makeAll(left, true)
    },
  }
}
