import type { Store } from '../store/store.ts'

/** Signals that come back in one transaction. */
const atOnce = 500
/** How often to look whether some have to, ms: a clock that jumps is noticed as soon. */
const every = 1000

interface Options {
  store: Store
  now: () => number
  /** Whether anything may be written now that nobody asks for. */
  mayWrite(): boolean
  /** Hears which are back, once it is on disk. */
  shown(ids: string[]): void
  report(error: unknown): void
}

/** Brings snoozed signals back: when their time has come, or when they become more severe. */
export function createSnoozes({ store, now, mayWrite, shown, report }: Options) {
  const timer = setInterval(wakeDue, every)
  timer.unref()

  /** Inside of a write. People's version stays: nobody has changed anything. */
  function wake(id: string, why: 'due' | 'severity'): void {
    const signal = store.signals.movable(id)
    if (!signal?.triage.snooze) return
    const { snooze, ...triage } = signal.triage
    store.signals.setTriage(id, triage)
    const body = { why, snoozed_until: snooze.until, reason: snooze.reason }
    store.signals.note({ seq: store.nextSeq(), signal_id: id, time: now(), kind: 'woken', body })
  }

  /** Bring back what is due; the rest, where it is very much, a moment later. Never throws. */
  function wakeDue(): void {
    if (!mayWrite()) return
    try {
      const due = store.signals.due(now(), atOnce)
      if (due.length === 0) return
      store.write(() => {
        for (const id of due) wake(id, 'due')
      })
      shown(due)
    } catch (error) {
      report(error)
    }
  }

  return {
    wakeDue,
    /** A signal has become more severe; inside of the write that says so. */
    raised: (id: string): void => wake(id, 'severity'),
    close: (): void => clearInterval(timer),
  }
}
