import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import type { z } from 'zod'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { WriteContext } from './actor.ts'
import { Refusal } from './errors.ts'
import { Unusable } from './unusable.ts'

/** How a document is written: not at all where it is a dry run or was done before, and only together with its audit event. */
export interface Writing<R> {
  dryRun?: boolean
  kept?(): Promise<{ done: R } | null>
  record?(result: R): Promise<unknown>
}

/** The audit trail, and the answers kept for requests with an Idempotency-Key. */
export interface Trail {
  kept<T>(ctx: WriteContext): Promise<T | null>
  record<T>(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, result: T): Promise<T>
}

/** As every write of the API: with audit event, Idempotency-Key and dry run. */
export const writing = <R>(
  ctx: WriteContext,
  { kept, record }: Trail,
  eventOf: (result: R) => Omit<NewAuditEvent, 'time' | 'actor'>,
): Writing<R> => ({
  dryRun: ctx.dryRun ?? false,
  kept: () => kept<{ done: R }>(ctx),
  record: result => record(ctx, eventOf(result), { done: result }),
})

/**
 * A small JSON document in `file`, which a person may edit and which need not be there; `schema` reads it, empty ones too. Throws an Unusable
 * that names file and field.
 */
export async function openDocument<T>(file: string, schema: z.ZodType<T>) {
  // not JSONFilePreset: it keeps everything in memory where NODE_ENV is test
  const stored = new Low<unknown>(new JSONFile(file), {})
  const read = async (): Promise<T> => {
    try {
      await stored.read()
    } catch (error) {
      throw new Unusable('damaged', `${file} cannot be read: ${(error as Error).message}. Mend it; it is yours to edit.`)
    }
    const checked = schema.safeParse(stored.data ?? {})
    if (checked.success) return checked.data
    const { path, message } = checked.error.issues[0]!
    throw new Unusable('damaged', `${file}: ${path.join('.') || 'the file'} is wrong: ${message}. Mend it; it is yours to edit.`)
  }
  let data: T = await read()
  let last: Promise<unknown> = Promise.resolve()

  async function put(next: T): Promise<void> {
    stored.data = next
    await stored.write()
    data = next
  }
  async function change<R>(work: (now: T) => { next: T; result: R }, { dryRun = false, kept, record }: Writing<R>): Promise<R> {
    const made = await kept?.()
    if (made) return made.done
    // what a person has written there since is not to be lost
    const now = await read().catch(error => {
      throw new Refusal(409, 'edited_file', (error as Error).message)
    })
    const { next, result } = work(now)
    if (!dryRun) await put(next)
    try {
      await record?.(result)
    } catch (error) {
      // what the audit trail does not tell of has not happened
      if (!dryRun) await put(now)
      throw error
    }
    return result
  }
  return {
    current: (): T => data,
    /** Write what `work` makes of it, one change after the other. */
    change<R>(work: (now: T) => { next: T; result: R }, how: Writing<R> = {}): Promise<R> {
      const done = last.then(() => change(work, how))
      last = done.catch(() => {})
      return done
    },
  }
}
