import type { Rule } from '../../shared/rule.ts'
import { baselineOf } from '../detect/baseline.ts'
import type { Detector } from '../detect/detector.ts'
import { live } from '../detect/streams.ts'
import type { Store } from '../store/store.ts'

/** Rules whose options ask them to learn from the logs that came before them, and that have not. */
export const toLearn = (store: Store): Rule[] =>
  store.rules.all().filter(rule => baselineOf(rule) > 0 && store.detection.learned(rule.id) !== rule.version)

/**
 * Show the live logs before each rule to it, as far back as it learns, a block at a time. What it learned has to be stored together with the word
 * that it has, before any other log is judged: killed before that, it begins anew and comes to the same.
 */
export function* learnBaselines(store: Store, detector: Detector, rules: readonly Rule[]): Generator<void, void> {
  const mark = store.detection.watermarks().find(({ stream }) => stream === live)
  const now = mark?.watermark ?? undefined
  if (now === undefined) return
  for (const rule of rules) {
    const from = now - baselineOf(rule)
    for (const logs of store.logs.blocks(from, now)) {
      for (const log of logs)
        if (log.stream === live && log.seq < rule.seq && log.timestamp > from && log.timestamp <= now)
          detector.learn(rule.id, { ...log, id: store.idOf(log.seq) })
      yield
    }
  }
}
