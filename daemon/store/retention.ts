/** `days` are counted from a log's arrival; `max_bytes` null: no limit. */
export interface RetentionPolicy {
  days: number
  max_bytes: number | null
}

/** What retention goes by. Arrivals are ms UTC, of the file's first and last log; undefined where it holds none that can be read. */
export interface LogFileFacts {
  name: string
  count: number
  bytes: number
  first: number | undefined
  last: number | undefined
  /** Detection has seen all of it. */
  judged: boolean
}

const day = 24 * 3_600_000

/**
 * The longest time between the first and the last arrival in one file, ms. Retention takes whole files, and a small installation would need
 * years to fill one with 4 million logs. A thirtieth of the time that logs are kept, or a day, is how much longer than asked a log may stay;
 * shorter files would be more to open at a start: so there are some thirty.
 */
export const spanOf = ({ days }: RetentionPolicy): number => Math.max(day, (days * day) / 30)

/** Whether the newest file should be followed by another, so that it can be given up one day. Size goes in eighths of the limit. */
export function isDone({ count, first, bytes }: LogFileFacts, policy: RetentionPolicy, now: number): boolean {
  if (count === 0) return false
  const age = first === undefined ? 0 : Math.abs(now - first)
  return age > spanOf(policy) || (policy.max_bytes !== null && bytes > policy.max_bytes / 8)
}

/** No clock was right that showed an earlier time than that of this program's making. */
const earliest = Date.UTC(2025, 0, 1)

/** When the last log of a file came; where a clock was wrong by years then, when the next file began. Undefined: it cannot be known. */
function arrivalOf(files: readonly LogFileFacts[], i: number, now: number): number | undefined {
  const isSane = (time: number | undefined) => time !== undefined && time >= earliest && time <= now
  return [files[i]!.last, ...files.slice(i + 1).map(({ first }) => first)].find(isSane)
}

/** The files to give up, oldest first, and why. `files` in the order of their making; the newest is never among them. */
export function expired(files: readonly LogFileFacts[], policy: RetentionPolicy, now: number): { name: string; why: string }[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return files.slice(0, -1).flatMap((file, i) => {
    const arrival = arrivalOf(files, i, now)
    const isOld = file.count === 0 || (arrival !== undefined && now - arrival > policy.days * day)
    const isTooMuch = policy.max_bytes !== null && bytes > policy.max_bytes
    if (!file.judged || !(isOld || isTooMuch)) return []
    bytes -= file.bytes
    return [{ name: file.name, why: isOld ? `kept for ${policy.days} days` : `kept up to ${policy.max_bytes} bytes` }]
  })
}
