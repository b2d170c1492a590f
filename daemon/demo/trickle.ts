import { type Attack, pathTraversal, scripting, sensitiveFile, sqlInjection, sshFailures, sshNames } from './attacks.ts'
import { ordinaryLine } from './background.ts'
import type { DemoLine } from './line.ts'
import { createRandom } from './random.ts'
import { senders } from './world.ts'

/** Calls `work` every `ms` until the answer is called. */
export type Every = (ms: number, work: () => void) => () => void

/** Between two ordinary lines, ms. */
export const pace = 3000
/** Ticks between two attacks: two minutes. The first comes after half a minute, while somebody is still looking around. */
const perAttack = 40
const firstAttack = 10

const attacks: readonly Attack[] = [
  sqlInjection(senders.web1),
  sshFailures('bastion-1', 8),
  pathTraversal(senders.web2, 404),
  sensitiveFile(senders.web1, 404),
  scripting(senders.web2),
  sshNames,
]

// Each attacker is new for the rules, so that a signal of its own is opened.
const newcomer = (n: number) => `${['198.51.100', '192.0.2', '203.0.113'][n % 3]}.${220 + (Math.floor(n / 3) % 30)}`

/**
 * Goes on with the demonstration: an ordinary line every three seconds, and a small attack of somebody new every two minutes. `ingest` takes
 * lines that are in time order; `now` is in ms UTC. The answer stops it, and resolves when nothing is under way any more.
 */
export function startTrickle({
  every,
  ingest,
  now,
  report,
  seed,
}: {
  every: Every
  ingest: (lines: DemoLine[]) => Promise<unknown>
  now: () => number
  report: (error: unknown) => void
  seed: number
}): () => Promise<void> {
  const random = createRandom(seed)
  let ticks = 0
  let attacked = 0
  let last: Promise<unknown> = Promise.resolve()

  // It has to be over when it comes in, for nothing may be of the future; how long it lasts is seen by making it twice.
  function attack(time: number): DemoLine[] {
    const n = attacked++
    const make = (at: number) => attacks[n % attacks.length]!(createRandom(seed + n), at, newcomer(n))
    return make(time - Math.max(...make(0).map(line => line.time)))
  }

  function tick(): void {
    const time = now()
    const lines = ticks++ % perAttack === firstAttack ? attack(time) : [ordinaryLine(random, time)]
    last = last.then(() => ingest(lines)).catch(report)
  }

  const stop = every(pace, tick)
  return async () => {
    stop()
    await last
  }
}
