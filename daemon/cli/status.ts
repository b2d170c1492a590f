import type { Client } from './client.ts'
import type { Progress } from './progress.ts'
import { count } from './table.ts'

/** What `GET /api/local/status` says: places in the one order of everything, and counts. */
export interface Status {
  logs: number
  last_log_seq: number
  judged: number
  seq: number
  late: number
  suppressed_signals: number
  refused_groups: number
  refused_values: number
  damaged_blocks: number
  disk_full: boolean
}

/** How the daemon is doing. */
export const statusOf = async (client: Client): Promise<Status> =>
  (await client.get<{ data: { attributes: Status } }>('/api/local/status')).data.attributes

const pause = 200
/** How long detection is waited for, ms: it goes on by itself, and so may whoever asked. */
const patience = 60_000

interface Needs {
  progress: Progress
  /** Waits so many ms; false where the process is to end. */
  pause(ms: number): Promise<boolean>
  now?: () => number
}

/** Wait until every log that is there now is judged; false where that takes longer than a minute, or the process is to end. */
export async function untilJudged(client: Client, { progress, pause: wait, now = () => performance.now() }: Needs): Promise<boolean> {
  const began = now()
  const { last_log_seq: until, ...first } = await statusOf(client)
  let { judged } = first
  while (judged < until) {
    progress.tell(() => `Detection has about ${count(until - judged)} logs before it`)
    if (now() - began > patience || !(await wait(pause))) return false
    judged = (await statusOf(client)).judged
  }
  return true
}
