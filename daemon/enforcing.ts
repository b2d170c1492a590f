import type { LiveEvent } from '../shared/live.ts'
import type { Core } from './core/core.ts'
import type { PushWork } from './core/pushes.ts'
import type { Bus } from './lib/bus.ts'
import type { Outbound } from './lib/outbound.ts'
import type { EnforcerSecrets } from './respond/enforcer-secrets.ts'
import { enforcers } from './respond/enforcers/index.ts'

/** How often an enforcer is looked at though nothing has changed: others may change it too, ms. */
const every = 60_000
const shortest = 2000
const longest = 10 * 60_000

interface Needs {
  core: Pick<Core, 'pushWork' | 'pushWanted' | 'pushAdding' | 'pushDone' | 'pushFailed'>
  bus: Bus<LiveEvent>
  outbound: Outbound
  secrets: EnforcerSecrets
  isReadOnly(): boolean
  now: () => number
  report: (error: unknown) => void
}

/** Tells enforcers that do not ask, each by itself: one that is down holds up no other, and is tried less and less often. */
export function createEnforcing({ core, bus, outbound, secrets, isReadOnly, now, report }: Needs) {
  const ending = new AbortController()
  const running = new Map<string, Promise<void>>()
  /** Of those that failed: how often, and when they are tried again. */
  const failing = new Map<string, { failures: number; again: number }>()
  let looking: Promise<void> | undefined
  let wanted = false

  async function tell({ id, push: { kind, options } }: PushWork): Promise<void> {
    const enforcer = enforcers.find(one => one.kind === kind)!
    const known = secrets.of(id, enforcer.secrets)
    try {
      const { wanted, ours, place } = await core.pushWanted(id)
      const pushed = await enforcer.push({
        ...{ options, secrets: known, wanted, ours: new Set(ours), outbound, signal: ending.signal },
        adding: values => core.pushAdding(id, [...values]),
        wait: ms => sleep(ms, ending.signal),
      })
      await core.pushDone(id, place, pushed)
      failing.delete(id)
    } catch (error) {
      if (ending.signal.aborted) return
      const failures = (failing.get(id)?.failures ?? 0) + 1
      failing.set(id, { failures, again: now() + Math.min(longest, shortest * 2 ** Math.min(failures, 20)) * (0.75 + Math.random() / 4) })
      await core.pushFailed(id, said(error as Error, Object.values(known)))
    }
  }
  function isDue({ id, place, changed, at }: PushWork): boolean {
    const failed = failing.get(id)
    return failed ? now() >= failed.again : changed > place || place === 0 || Math.abs(now() - at) >= every
  }
  async function look(): Promise<void> {
    while (wanted && !ending.signal.aborted) {
      wanted = false
      if (isReadOnly()) return
      for (const work of await core.pushWork()) {
        if (running.has(work.id) || !isDue(work)) continue
        const done = tell(work)
          .catch(report)
          .finally(() => {
            running.delete(work.id)
            // what changed meanwhile
            wake()
          })
        running.set(work.id, done)
      }
    }
  }
  function wake(): void {
    if (ending.signal.aborted) return
    wanted = true
    looking ??= look()
      .catch(report)
      .finally(() => {
        looking = undefined
        if (wanted) wake()
      })
  }
  bus.subscribe(event => {
    if (event.type === 'denylist') wake()
  })
  return {
    wake,
    /** Resolves when nobody is being told. */
    async idle(): Promise<void> {
      while (looking || running.size > 0) {
        await looking
        await Promise.all(running.values())
      }
    },
    async close(): Promise<void> {
      ending.abort()
      await looking
      await Promise.allSettled(running.values())
    },
  }
}

/** What others say must not repeat what they were sent. */
const said = ({ name, message }: Error, secrets: string[]): string =>
  secrets.reduce((text, secret) => text.replaceAll(secret, '***'), name === 'Error' ? message : `${name}: ${message}`).slice(0, 300)

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', end, { once: true })
  })
