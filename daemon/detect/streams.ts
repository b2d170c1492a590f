import type { Log } from '../../shared/log.ts'
import type { Mark } from '../store/detection.ts'

/** The stream that never ends: of logs as they happen. */
export const live = 'live'

/** What a hunt has found in stored logs of a stream is one more stream, with a time of its own. */
export const lateStream = (generation: number, stream: string): string => `late:${generation} ${stream}`
export const isLate = (stream: string): boolean => stream.startsWith('late:')

/** All ms. `received` is known to the minute, so that a mark need not be stored with every log. */
const minute = 60_000
const idle = 3_600_000
/** Logs that arrive at once may be committed in another order than they were received in. */
const slack = 60_000

/** What a log means for its stream: the watermark before it and now, ms UTC, and which other streams have ended by then. */
interface Step {
  before: number | undefined
  watermark: number
  ended: readonly string[]
}
const none: readonly string[] = []

/**
 * How far each stream has come, a function of the logs alone. An import from which nothing has come for an hour has ended: should it go on after
 * all, it starts afresh.
 */
export function createStreams() {
  const marks = new Map<string, { watermark: number; received: number }>()
  const moved = new Set<string>()
  /** The latest `received` of all marks, so that a restart finds it again. */
  let clock = Number.NEGATIVE_INFINITY

  function set(stream: string, watermark: number, received: number): void {
    const known = marks.get(stream)
    if (known?.watermark === watermark && known.received === received) return
    marks.set(stream, { watermark, received })
    moved.add(stream)
  }

  function tick(now: number, own: string): readonly string[] {
    if (now <= clock && now >= clock - slack) return none
    const back = now < clock
    clock = now
    // the clock had been ahead and was put right: nothing can have come later than now, or nothing would end until then
    if (back) for (const [stream, { watermark, received }] of marks) set(stream, watermark, Math.min(received, now))
    if (back) return none
    const ended = [...marks].filter(([stream, { received }]) => stream !== live && stream !== own && received < now - idle)
    for (const [stream] of ended) {
      marks.delete(stream)
      moved.add(stream)
    }
    return ended.map(([stream]) => stream)
  }

  return {
    /** A log came. The watermark goes back only where the daemon's clock did. */
    advance({ stream, timestamp, received }: Log): Step {
      const now = Math.floor(received / minute) * minute
      const ended = tick(now, stream)
      const known = marks.get(stream)
      const before = known?.watermark
      // a log from the future must not close the windows of the present
      const time = Math.min(timestamp, received)
      // nor may what came while the daemon's own clock was ahead, once that was put right
      const watermark = before === undefined ? time : before > received + slack ? received : Math.max(before, time)
      set(stream, watermark, Math.max(known?.received ?? now, now))
      return { before, watermark, ended }
    },
    watermark: (stream: string): number | undefined => marks.get(stream)?.watermark,
    /** Marks that have changed since the last call. */
    takeMarks(): Mark[] {
      const changed = [...moved].map(stream => ({ stream, ...(marks.get(stream) ?? { watermark: null, received: 0 }) }))
      moved.clear()
      return changed
    },
    restore(stored: Iterable<Mark>): void {
      for (const { stream, watermark, received } of stored) {
        if (watermark === null) continue
        marks.set(stream, { watermark, received })
        clock = Math.max(clock, received)
      }
    },
  }
}
