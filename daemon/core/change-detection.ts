import type { LiveEvent } from '../../shared/live.ts'
import type { WriteContext } from '../lib/actor.ts'
import { isFull } from '../store/sqlite.ts'
import type { Judge } from './judge.ts'
import { storageFull, type Write } from './writes.ts'

export type ChangeDetection = ReturnType<typeof createChangeDetection>

/** The one way to change what detection goes by: every log that came before is judged by what was in force then. */
export function createChangeDetection(judge: Judge, write: Write) {
  return async <T>(ctx: WriteContext, work: () => { result: T; tell?: () => LiveEvent[] }): Promise<T> => {
    try {
      await judge.caughtUp()
      judge.catchUp()
    } catch (error) {
      throw isFull(error) ? storageFull() : error
    }
    const result = write(ctx, work)
    if (!ctx.dryRun) judge.reload()
    return result
  }
}
