import type { LiveEvent } from '../shared/live.ts'
import type { BlockLimits } from './core/automatic-blocks.ts'
import type { Core } from './core/core.ts'
import type { Bus } from './lib/bus.ts'
import type { Guard } from './respond/guard.ts'

interface Needs {
  core: Pick<Core, 'blockWishes' | 'settleBlockWish'>
  bus: Bus<LiveEvent>
  guard: Guard
  limits(): BlockLimits
  report: (error: unknown) => void
}

/** Settles what rules want blocked, with each signal that opens. Killed in the middle, it goes on with the next start. */
export function createAutomaticBlocking({ core, bus, guard, limits, report }: Needs) {
  let wanted = false
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (wanted) {
      wanted = false
      for (const { id, kind, value } of await core.blockWishes()) {
        const objection = guard(kind, value)[0]?.message
        // none where nothing may be written any more
        if ((await core.settleBlockWish(id, { objection, ...limits() })) !== null) wanted = true
      }
    }
  }
  function wake(): void {
    wanted = true
    running ??= run()
      .catch(report)
      .finally(() => {
        running = undefined
      })
  }
  bus.subscribe(event => {
    if (event.type === 'signals') wake()
  })
  wake()
  return {
    /** There may be something to settle. */
    wake,
    /** Resolves when nothing is left to settle. */
    idle: async (): Promise<void> => {
      while (running) await running
    },
  }
}
