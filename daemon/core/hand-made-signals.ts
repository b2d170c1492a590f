import { randomUUID } from 'node:crypto'
import type { Log } from '../../shared/log.ts'
import type { Signal } from '../../shared/signal.ts'
import { type HandMade, handMade } from '../detect/hand-made.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { checkPast } from '../lib/past.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

interface Options {
  store: Store
  findLog(only: Restrictions, id: string): Log | undefined
  write: Write
  audit: Audit
  now: () => number
  /** Hears of a signal that is new, inside of the write that says so. */
  opened(id: string): void
}

/** Signals that people raise themselves. From then on each is a signal like any other. */
export const createHandMadeSignals = ({ store, findLog, write, audit, now, opened }: Options) => ({
  createSignal: async (only: Restrictions, ctx: WriteContext, given: HandMade): Promise<Signal> =>
    write(ctx, () => {
      checkPast({ first_seen: given.first_seen, last_seen: given.last_seen }, now())
      const found = given.logs.map(id => findLog(only, id))
      const problems = found.flatMap((log, i) => (log ? [] : [{ field: `data.attributes.logs.${i}`, message: 'is no log of this daemon' }]))
      if (problems.length > 0) throw new Refusal(400, 'unknown_log', `${problems[0]!.field} ${problems[0]!.message}`, { problems })
      const detection = handMade(given, found as Log[], now())
      const id = randomUUID().replaceAll('-', '')
      const seq = store.nextSeq()
      const { title, severity } = detection
      store.signals.add(id, seq, now(), detection)
      store.signals.note({ seq, signal_id: id, time: now(), kind: 'opened', body: { title, severity, by: { ...personOf(ctx.actor) } } })
      audit(ctx, {
        action: 'created',
        asset: { type: 'security_signal', id, name: title },
        message: `raised the signal “${title}” by hand`,
        before: null,
        after: { severity, entities: detection.entities, logs: given.logs },
      })
      opened(id)
      return { result: store.signals.get(id)!, changed: [id] }
    }),
})
