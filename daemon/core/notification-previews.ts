import type { Notice } from '../../shared/notice.ts'
import type { NotificationRulePayload } from '../../shared/notification.ts'
import type { Signal } from '../../shared/signal.ts'
import { createPacer } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { toMatch } from '../notify/matching.ts'
import { noticeOf } from '../notify/notices.ts'
import { sampleSignal } from '../notify/sample-signal.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'

/** What a notification rule would have told of. */
export interface NotificationPreview {
  /** Signals that it would have told of, as they are now. */
  count: number
  /** The latest of them, the newest first. */
  samples: Signal[]
  /** Time was up before everything was looked at. */
  cut: boolean
  /** What it says of the latest; of a signal made up for it, where there is none. */
  notice: Notice
  isMadeUp: boolean
}

/** Looks at signals that are there as a notification rule would. */
export const createNotificationPreviews = (store: Store) => ({
  /** `from` and `to` are when signals were made, ms UTC. Ends after `ms` with what it has found by then. */
  previewNotifications: async (
    only: Restrictions,
    rule: NotificationRulePayload & { id: string },
    { from, to, limit }: { from: number; to: number; limit: number },
    ms: number,
  ): Promise<NotificationPreview> => {
    const matches = toMatch(rule)
    const over = performance.now() + ms
    const pace = createPacer(() => {})
    const samples: Signal[] = []
    let count = 0
    let cut = false
    for (const signal of store.signals.between(from, to)) {
      await pace()
      if ((cut = performance.now() > over)) break
      if (!matches(signal) || !maySeeSignal(only, signal)) continue
      count++
      samples.unshift(signal)
      if (samples.length > limit) samples.pop()
    }
    const [latest] = samples
    return {
      count,
      samples,
      cut,
      notice: noticeOf(rule, latest ?? sampleSignal(to), 'test', to),
      isMadeUp: latest === undefined,
    }
  },
})
