import type { SilentEnforcer } from '../../shared/bouncer.ts'
import type { Client } from './client.ts'
import type { Progress } from './progress.ts'
import { count } from './table.ts'

/** What `GET /api/local/status` says: how it is, and to whoever sees everything also places in the one order of everything, and counts. */
export interface Status {
  logs?: number
  last_log_seq?: number
  judged?: number
  late?: number
  suppressed_signals?: number
  refused_groups?: number
  refused_values?: number
  caught_up: boolean
  damaged_blocks: number
  disk_full: boolean
  silent_enforcers?: SilentEnforcer[]
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
  let status = await statusOf(client)
  const { last_log_seq: until } = status
  const before = ({ judged = 0 }: Status) => (until === undefined ? undefined : until - judged)
  while (!status.caught_up && (before(status) ?? 1) > 0) {
    const left = before(status)
    progress.tell(() => `Detection has ${left === undefined ? 'some' : `about ${count(left)}`} logs before it`)
    if (now() - began > patience || !(await wait(pause))) return false
    status = await statusOf(client)
  }
  return true
}
