import type { StateRow } from '../store/detection.ts'
import type { OpenSignal } from './signal.ts'
import { isLate } from './streams.ts'

const hour = 3_600_000

/** The row that a rule's quota is stored in, beside those of its groups, whose names are lists. */
export const quotaRow = ''

/** What is stored: the hour, signals opened in it, signals that there were too many, and the last that was opened. */
type Saved = [hour: number, opened: number, suppressed: number, last: string | null]

export type Quota = ReturnType<typeof createQuota>

/**
 * How many signals a rule may open in one stream within an hour of the stream's own time, so that no forged time of a log makes room for more. What
 * is too much is counted, and the last signal that was opened says how much. What a feed has come to say of stored logs has one hour, however
 * many they are from: a list that holds half of all addresses would open as many signals as there are addresses.
 */
export function createQuota(most: number, row: Omit<StateRow, 'state'>, text?: string) {
  let [at, opened, suppressed, last] = (text === undefined ? [Number.NaN, 0, 0, null] : JSON.parse(text)) as Saved
  let signal: OpenSignal | undefined

  return {
    row,
    /** Whether there may be one more signal at the watermark, ms UTC. */
    admit(watermark: number): boolean {
      const now = isLate(row.stream) ? 0 : Math.floor(watermark / hour)
      if (now !== at) {
        at = now
        opened = 0
        suppressed = 0
        last = null
        signal = undefined
      }
      if (opened < most) {
        opened++
        return true
      }
      suppressed++
      return false
    },
    /** A signal that was admitted is hidden: it leaves its place to another. */
    release: (): void => void (opened = Math.max(0, opened - 1)),
    opened(one: OpenSignal): void {
      last = one.id
      signal = one
    },
    /** After a restart the last signal has to be found again, before anything changes. */
    resume(find: (id: string) => OpenSignal | undefined): void {
      if (last !== null && !signal) signal = find(last)
    },
    /** Write on the last signal how many were not opened after it; answers it. */
    mark(): OpenSignal | undefined {
      if (signal) signal.detection.suppressed = suppressed
      return signal
    },
    save: (): string => JSON.stringify([at, opened, suppressed, last]),
  }
}
