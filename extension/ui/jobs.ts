import type { Job } from '../messages.ts'
import type { ask as Ask } from '../relay.ts'
import { isFailure } from '../relay.ts'
import type { Toasts } from './toast.tsx'
import { doing, icons, type LongAct } from './triage-words.ts'

/** Between two looks at how far it is, ms. */
const pace = 250

/** Show how far a job of the daemon is until it is over; Stop ends it. The daemon goes on without us: an answer that fails to come is asked for again. */
export async function followJob(begun: Job, act: LongAct, { ask, toasts }: { ask: typeof Ask; toasts: Toasts }): Promise<Job> {
  let job = begun
  let toast: number | undefined
  let misses = 0
  const stop = async () => {
    const answer = await ask('stopJob', { id: job.id })
    if (isFailure(answer)) toasts.fail(`Not stopped: ${answer.error}`)
    else job = answer
  }
  while (job.state === 'running') {
    const progress = { value: job.done, max: Math.max(1, job.total) }
    const action = { label: 'Stop', run: () => void stop() }
    toast = toasts.show({ icon: icons[act], text: doing(act, job.done, job.total), progress, action }, toast)
    await new Promise(resolve => setTimeout(resolve, pace))
    if (job.state !== 'running') break
    const answer = await ask('job', { id: job.id })
    if (!isFailure(answer)) {
      misses = 0
      // a Stop that was answered meanwhile is newer
      if (job.state === 'running') job = answer
    } else if (++misses * pace > 60_000 || answer.status === 404) job = { ...job, state: 'failed', error: answer.error }
  }
  if (toast !== undefined) toasts.dismiss(toast)
  return job
}
