import { system } from '../lib/actor.ts'
import { expired, isDone, type RetentionPolicy } from './retention.ts'
import type { Store } from './store.ts'

/** A file of logs that was given up; what was in it went with it. */
export interface GivenUp {
  name: string
  count: number
  /** When its last log came, ms UTC. */
  last: number | undefined
}

const day = (time: number) => new Date(time).toISOString().slice(0, 10)

/**
 * Retention: begins a new file of logs where the newest has done its time, and gives up those whose logs have all been kept as long as asked,
 * one after the other, with other work in between. A file that detection has not passed or that a query reads waits. One run at a time.
 * `reached` hears of each point at which a kill must do no harm.
 */
export function createRetain(store: Store, now: () => number, reached: (point: string) => void) {
  let running: Promise<GivenUp[]> | undefined
  let closed = false

  async function run(policy: RetentionPolicy): Promise<GivenUp[]> {
    await store.reserve.make()
    if (closed) return []
    const facts = () => store.logs.facts(store.detection.position)
    const newest = facts().at(-1)!
    if (isDone(newest, policy, now())) store.logs.begin()
    const given: GivenUp[] = []
    const files = facts()
    for (const { name, why } of expired(files, policy, now())) {
      const { count, last } = files.find(file => file.name === name)!
      const until = last === undefined ? '' : ` that came until ${day(last)}`
      const message = `removed ${count} logs${until}: ${why}`
      const event = { time: now(), actor: system, action: 'deleted', asset: { type: 'log_file', id: name }, message } as const
      await store.dropLogs(name, () => store.audit.add({ ...event, evt_name: 'Logs' }), reached)
      given.push({ name, count, last })
      await new Promise<void>(resolve => setImmediate(resolve))
      if (closed) break
    }
    return given
  }
  return {
    retain(policy: RetentionPolicy): Promise<GivenUp[]> {
      running ??= run(policy).finally(() => (running = undefined))
      return running
    },
    /** Give no further file up: the store is about to be closed. */
    close: (): void => void (closed = true),
  }
}
