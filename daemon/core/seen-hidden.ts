import type { Sample } from '../../shared/signal.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Hidden } from '../store/suppressions.ts'
import { maySeeLog } from './may-see.ts'

/**
 * What a suppression or a rule has hidden, as far as somebody may see it. To whom not every log shows, the samples that do are all there is; of
 * a signal that nobody was shown too little is kept to tell whether it would be theirs.
 */
export function seenHidden({ suppressions }: Store, only: Restrictions, owner: string): Hidden {
  const all = suppressions.hidden(owner)
  if (only.logs === null && only.signals === null) return all
  const logs = all.items.filter(({ kind, body }) => kind === 'log' && maySeeLog(only, (body as unknown as { log: Sample }).log))
  const signals = only.signals === null ? all.items.filter(({ kind }) => kind === 'signal') : []
  const last = Math.max(0, ...logs.map(({ body }) => (body as unknown as { log: Sample }).log.timestamp))
  return {
    owner,
    signals: only.signals === null ? all.signals : 0,
    logs: only.logs === null ? all.logs : logs.length,
    last: only.logs === null ? all.last : last,
    items: [...signals, ...logs],
  }
}

/** The same without samples. */
export function seenCounts(store: Store, only: Restrictions, owner: string): Omit<Hidden, 'items'> {
  if (only.logs === null && only.signals === null) return store.suppressions.counts(owner)
  const { items: _, ...counts } = seenHidden(store, only, owner)
  return counts
}
