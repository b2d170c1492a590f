import type { NewAuditEvent } from '../../shared/audit.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { isFull } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'

/** Carries the result of a dry run out of the transaction that is rolled back for it. */
class DryRun extends Error {
  readonly result: unknown
  constructor(result: unknown) {
    super('dry run')
    this.result = result
  }
}

export const storageFull = () =>
  new Refusal(
    507,
    'storage_full',
    'The disk is full: nothing was written. Reading still works; writing resumes by itself once there is space.',
  )

export const keyReused = () =>
  new Refusal(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request', {
    problems: [{ field: 'Idempotency-Key', message: 'belongs to another request' }],
  })

export type Write = ReturnType<typeof createWrite>

/** Put an event into the audit trail, inside of a write. */
export type Audit = (ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>) => void

/**
 * The one way to change anything: the change, its audit and timeline and the answer kept for its Idempotency-Key commit together. Asked again
 * with the same key, the kept answer comes back and nothing happens; with the key of another request it is refused. A dry run answers the
 * same and leaves nothing. `publish` hears of a change only after it is on disk, as of
 * what `tell` then has to say of it.
 */
export function createWrite(store: Store, now: () => number, publish: (events: LiveEvent[]) => void) {
  return <T>({ actor, dryRun, idempotency }: WriteContext, work: () => { result: T; changed?: string[]; tell?: () => LiveEvent[] }): T => {
    const changed: string[] = []
    let tell = (): LiveEvent[] => []
    const user = actor.uuid ?? actor.handle
    let result: T
    try {
      result = store.write(() => {
        // the store may try again
        changed.length = 0
        tell = () => []
        if (idempotency) {
          const kept = store.writes.get(user, idempotency.key)
          if (kept && kept.request !== idempotency.request) throw keyReused()
          if (kept) return JSON.parse(kept.result) as T
        }
        const done = work()
        if (dryRun) throw new DryRun(done.result)
        if (idempotency) store.writes.put(user, idempotency.key, idempotency.request, JSON.stringify(done.result), now())
        changed.push(...(done.changed ?? []))
        tell = done.tell ?? tell
        return done.result
      })
    } catch (error) {
      if (error instanceof DryRun) return error.result as T
      if (isFull(error)) throw storageFull()
      throw error
    }
    const events = tell()
    if (changed.length > 0) events.unshift({ type: 'signals', ids: changed, counts: store.signals.counts() })
    if (events.length > 0) publish(events)
    return result
  }
}
