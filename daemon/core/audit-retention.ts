import { system } from '../lib/actor.ts'
import type { Store } from '../store/store.ts'

const day = 86_400_000
/** Events that are given up in one transaction. */
const atOnce = 20_000
/** However old they are, so many of the latest stay: a clock that runs ahead must not empty the trail. */
const always = 1_000

interface Options {
  store: Store
  now: () => number
  /** Hears up to which place events are no more. */
  gone(last: number): void
}

/**
 * Gives up events of the audit trail that are older than asked, a day's worth at a time, and says so in the trail: with place and hash of the
 * last of them, from which the chain goes on. Killed in the middle, it is as before or a part further.
 */
export const createAuditRetention =
  ({ store, now, gone }: Options) =>
  async (days: number | null): Promise<void> => {
    if (days === null) return
    const before = now() - days * day
    // an event each time that one is a moment too old would be an event for each
    for (let oldest = store.audit.oldest(); oldest !== undefined && oldest < before - day; oldest = store.audit.oldest()) {
      const cut = store.write(() => {
        const cut = store.audit.giveUp(before, always, atOnce)
        if (!cut) return undefined
        const { seq, hash, events } = cut
        const message = `gave up ${events} events of the audit trail up to ${seq}:${hash}: kept for ${days} days`
        const asset = { type: 'audit_trail', id: 'current' }
        store.audit.add({ time: now(), actor: system, action: 'deleted', asset, message, before: { seq, hash }, evt_name: 'Audit Trail' })
        return cut
      })
      if (cut) gone(cut.seq)
      if (!cut || cut.events < atOnce) return
      await new Promise<void>(resolve => setImmediate(resolve))
    }
  }
