import type { Delivery } from '../../shared/notice.ts'
import { mostTries, pauseAfter } from './backoff.ts'
import type { Deliver } from './deliver.ts'
import { DeliveryError } from './delivery-error.ts'
import { readTarget } from './targets.ts'

type Tried = { sent: true } | { sent: false; error: string; again: number | null }

interface Needs {
  dueDeliveries(busy: string[]): Promise<(Delivery & { tries: number })[]>
  delivered(id: string, tried: Tried): Promise<unknown>
  deliver: Deliver
  now: () => number
  report: (error: unknown) => void
  /** 0 to 1 */
  random?: () => number
}

/**
 * Sends what waits in the outbox. Each target has a lane of its own, with one delivery at a time, so that one that is dead holds up no other; all
 * behind one channel share its lane.
 */
export function createDeliveries({ dueDeliveries, delivered, deliver, now, report, random = Math.random }: Needs) {
  const ending = new AbortController()
  /** By channel, the target that is being told. */
  const lanes = new Map<string, { target: string; work: Promise<void> }>()
  let looking: Promise<void> | undefined
  let wanted = false

  async function attempt(delivery: Delivery & { tries: number }): Promise<void> {
    let tried: Tried
    try {
      await deliver(delivery, ending.signal)
      tried = { sent: true }
    } catch (error) {
      // stopped in the middle: whether it was told is not known, so it is told again
      if (ending.signal.aborted) return
      if (!(error instanceof DeliveryError)) report(error)
      const { message, isFinal, retryAfter } = error instanceof DeliveryError ? error : new DeliveryError('It failed; the log says why')
      const tries = delivery.tries + 1
      const again = isFinal || tries >= mostTries ? null : now() + pauseAfter(tries, random(), retryAfter)
      tried = { sent: false, error: message, again }
    }
    await delivered(delivery.id, tried)
  }

  async function look(): Promise<void> {
    while (wanted && !ending.signal.aborted) {
      wanted = false
      const due = await dueDeliveries([...lanes.values()].map(({ target }) => target))
      for (const delivery of due) {
        const lane = readTarget(delivery.target)?.channel ?? delivery.target
        if (lanes.has(lane)) continue
        const work = attempt(delivery)
          .then(() => void (wanted = true), report)
          .finally(() => {
            lanes.delete(lane)
            if (wanted) wake()
          })
        lanes.set(lane, { target: delivery.target, work })
      }
    }
  }
  /** There may be something to send. */
  function wake(): void {
    if (ending.signal.aborted) return
    wanted = true
    looking ??= look()
      .catch(report)
      .finally(() => {
        looking = undefined
      })
  }

  return {
    wake,
    /** Send everything that is due; resolves once each was tried. */
    async run(): Promise<void> {
      wake()
      while (looking || lanes.size > 0) {
        await looking
        await Promise.all([...lanes.values()].map(({ work }) => work))
      }
    },
    /** Give up what is under way: it stays in the outbox. */
    async close(): Promise<void> {
      ending.abort()
      await looking
      await Promise.allSettled([...lanes.values()].map(({ work }) => work))
    },
  }
}
