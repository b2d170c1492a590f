import { type BlockChange, blockStateOf, type DenylistEntry, type NewBlock, type RefusedBlock } from '../../shared/denylist.ts'
import { saidFor } from '../../shared/time.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { BlockWrites } from './block-writes.ts'
import { maySeeSignal } from './may-see.ts'

interface Options extends Pick<BlockWrites, 'put' | 'begin' | 'end' | 'checkPasslist' | 'writing'> {
  store: Store
  now: () => number
  /** Writes down what has ended. */
  endDue(): void
  /** An entry as somebody may see it. */
  seen(only: Restrictions, entry: DenylistEntry): DenylistEntry
}

/** What people change of the denylist: block, extend, agree, lift. */
export function createDenylistChanges({ store, put, begin, end, checkPasslist, writing, now, endDue, seen }: Options) {
  const live = (id: string): DenylistEntry => {
    const entry = store.denylist.get(id)
    if (!entry) throw new Refusal(404, 'not_found', `There is no denylist entry ${id}`)
    if (entry.ended)
      throw new Refusal(409, 'ended', `${entry.value} is not blocked any more: it was ${entry.ended.how} by ${entry.ended.by.name}`, {
        problems: [{ field: 'id', message: `was ${entry.ended.how}` }],
      })
    return entry
  }
  function checkVersion(entry: DenylistEntry, version: number | undefined): void {
    if (version === undefined || version === entry.version) return
    throw new Refusal(409, 'stale_version', `${entry.value} has changed since: its entry is at version ${entry.version}`, {
      problems: [{ field: 'data.attributes.version', message: `is ${version}, the entry is at ${entry.version}` }],
    })
  }
  /** The signal that a block is for must be there, for whoever blocks. */
  function checked(only: Restrictions, one: NewBlock): NewBlock {
    if (one.signal_id === null) return one
    const signal = store.signals.get(one.signal_id)
    if (signal && maySeeSignal(only, signal)) return one
    throw new Refusal(400, 'unknown_signal', `There is no signal ${one.signal_id}`, {
      problems: [{ field: 'data.attributes.signal_id', message: 'is no signal' }],
    })
  }

  return {
    /** All of them or none. */
    block: async (only: Restrictions, ctx: WriteContext, asked: NewBlock[]): Promise<DenylistEntry[]> => {
      endDue()
      return writing(ctx, () => asked.map(one => seen(only, begin(ctx, checked(only, one)))))
    },
    /** All but those that the passlist refuses. */
    blockMany: async (only: Restrictions, ctx: WriteContext, asked: NewBlock[]): Promise<(DenylistEntry | RefusedBlock)[]> => {
      endDue()
      return writing(ctx, () =>
        asked.map(one => {
          try {
            return seen(only, begin(ctx, checked(only, one)))
          } catch (error) {
            if (error instanceof Refusal && error.code === 'passlisted') return { refused: error.message, code: error.code }
            throw error
          }
        }),
      )
    },
    /** From now on for so long, or why. */
    changeBlock: async (
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      { duration, reason, version, waits: needsSecond = false }: BlockChange,
    ): Promise<DenylistEntry> =>
      writing(ctx, () => {
        const before = live(id)
        checkVersion(before, version)
        const waits = blockStateOf(before) === 'waiting'
        const isLonger = before.until !== null && (duration === null || (duration !== undefined && now() + duration > before.until))
        if (needsSecond && !waits && isLonger && duration !== undefined) {
          const { kind, value, signal_id } = before
          return seen(only, begin(ctx, { kind, value, duration, reason: reason ?? before.reason, signal_id, waits: true }))
        }
        const next = {
          ...before,
          // who asks for another time has asked for it, and is not who agrees to it
          ...(duration !== undefined && waits && { by: personOf(ctx.actor) }),
          ...(reason !== undefined && { reason }),
          ...(duration !== undefined && { duration, until: duration === null || waits ? null : now() + duration }),
          ...(duration !== undefined && !waits && { seq: store.nextSeq() }),
          version: before.version + 1,
        }
        const what = duration === undefined ? 'changed why it blocks' : 'blocked anew'
        return seen(
          only,
          put(ctx, next, 'modified', `${what} ${before.kind} ${before.value}${duration === undefined ? '' : ` ${saidFor(duration)}`}`),
        )
      }),
    /** A second person agrees, and it comes into force. */
    approveBlock: async (only: Restrictions, ctx: WriteContext, id: string, version: number | undefined): Promise<DenylistEntry> =>
      writing(ctx, () => {
        const before = live(id)
        checkVersion(before, version)
        if (blockStateOf(before) !== 'waiting') throw new Refusal(409, 'not_waiting', `${before.value} is in force already`)
        const by = personOf(ctx.actor)
        if (by.uuid === before.by.uuid)
          throw new Refusal(403, 'second_person', 'Somebody else has to agree to a block that you have asked for')
        checkPasslist(before.kind, before.value)
        const seq = store.nextSeq()
        const until = before.duration === null ? null : now() + before.duration
        const next = { ...before, seq, since: seq, until, approved_by: by, version: before.version + 1 }
        return seen(only, put(ctx, next, 'modified', `agreed to block ${before.kind} ${before.value} ${saidFor(before.duration)}`))
      }),
    liftBlock: async (only: Restrictions, ctx: WriteContext, id: string, reason: string): Promise<DenylistEntry> =>
      writing(ctx, () => seen(only, end(ctx, live(id), 'lifted', reason))),
  }
}
