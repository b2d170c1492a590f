import type { Log } from '../../shared/log.ts'
import { createDetector, type Detector } from '../detect/detector.ts'
import { isLate } from '../detect/streams.ts'
import type { Store } from '../store/store.ts'
import { withLate } from './late-intel.ts'

/** The detector as the last commit left it, and the place in the order that it had reached. */
export function restoreDetector(store: Store) {
  const detector = createDetector()
  putInForce(store, detector)
  detector.restore(
    store.detection.states(),
    { detectionOf: id => store.signals.get(id)?.detection, logOf: (id, stream) => logOf(store, id, stream) },
    store.detection.watermarks(),
  )
  return { detector, reached: store.detection.position }
}

/** From the next log on the rules and suppressions of the store are in force. */
export function putInForce(store: Store, detector: Detector): void {
  detector.setRules(store.rules.all())
  detector.setSuppressions(store.suppressions.all())
}

/** A log as the stream that it was judged in had it. */
function logOf(store: Store, id: string, stream: string): Log | undefined {
  const log = store.logs.find(store.seqOf(id) ?? 0)
  if (!log || !isLate(stream)) return log && { ...log, id }
  const { position } = store.detection
  const known = store.logIntel.of(log.seq).filter(({ at }) => at <= position)
  return withLate({ ...log, id }, known)
}
