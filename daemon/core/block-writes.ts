import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { BlockKind, DenylistEntry, Ending, NewBlock } from '../../shared/denylist.ts'
import type { JsonObject } from '../../shared/json.ts'
import { readSpan, sharedBits } from '../../shared/span.ts'
import { saidFor } from '../../shared/time.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Book } from '../respond/book.ts'
import type { Store } from '../store/store.ts'
import type { ChangeDetection } from './change-detection.ts'
import { passlisted } from './passlisted.ts'
import type { Audit, Write } from './writes.ts'

interface Options {
  store: Store
  book: Book
  write: Write
  audit: Audit
  now: () => number
  /** Hears what has changed, once it is on disk. */
  followed(done: readonly DenylistEntry[]): void
  /** Hears that the denylist has changed, once it is on disk. */
  changed(): void
}

export type BlockWrites = ReturnType<typeof createBlockWrites>

/** How entries of the denylist begin, change and end: each is stored and audited in the write that does it, and in the book once it is on disk. */
export function createBlockWrites({ store, book, write, audit, now, followed, changed }: Options) {
  /** What is to be in the book once it is on disk. */
  let pending: DenylistEntry[] = []
  function put(ctx: WriteContext, given: DenylistEntry, action: NewAuditEvent['action'], message: string): DenylistEntry {
    const entry = { ...given, changed_at: now() }
    const before = store.denylist.get(entry.id)
    store.denylist.put(entry)
    pending.push(entry)
    audit(ctx, {
      action,
      asset: { type: 'denylist', id: entry.id, name: entry.value },
      message,
      before: before ? shown(before) : null,
      after: shown(entry),
    })
    return entry
  }
  /** A write of the denylist: the book follows what is on disk, never what was tried. */
  function writing<T>(ctx: WriteContext, work: () => T): T {
    pending = []
    let done: DenylistEntry[] = []
    const result = write(ctx, () => {
      pending = []
      const result = work()
      done = pending
      return { result }
    })
    follow(ctx, done)
    return result
  }
  function follow({ dryRun }: WriteContext, done: readonly DenylistEntry[], tells = done.length > 0): void {
    if (dryRun) return
    followed(done)
    if (tells) changed()
  }
  /** The same where detection goes by what changes too: who never is blocked is told of in the same breath. */
  async function changing<T>(ctx: WriteContext, changeDetection: ChangeDetection, work: () => T): Promise<T> {
    let done: DenylistEntry[] | undefined
    const result = await changeDetection(ctx, () => {
      pending = []
      const result = work()
      done = pending
      return { result }
    })
    // nothing is done where a request is repeated
    if (done !== undefined) follow(ctx, done, true)
    return result
  }
  /** Who is passlisted or trusted wins, whoever comes first. */
  function checkPasslist(kind: BlockKind, value: string): void {
    const winner = passlisted(store.passlist.all(), kind, value, now())
    if (!winner) return
    const { entry, address } = winner
    const list = entry.on_match === 'monitor' ? 'trusted' : 'on the passlist'
    throw new Refusal(
      409,
      'passlisted',
      `${address} is ${list} (“${entry.description}”), which wins over blocks: take it off that list first`,
      {
        problems: [
          { field: 'data.attributes.value', message: `${liesIn(value, address) ? 'lies in' : 'holds'} ${address}, which is ${list}` },
        ],
      },
    )
  }
  function end(ctx: WriteContext, entry: DenylistEntry, how: Ending, reason: string): DenylistEntry {
    const by = personOf(ctx.actor)
    const ended = { seq: store.nextSeq(), at: now(), by, how, reason }
    return put(ctx, { ...entry, version: entry.version + 1, ended }, 'deleted', `${words[how]} ${entry.kind} ${entry.value}`)
  }

  /**
   * Block one value. What the same one has blocked, or asked for, for the same reason and for at least as long stays, and is answered; whoever
   * else blocks it has an entry that stands when the others are lifted. Inside of a write.
   */
  function begin(ctx: WriteContext, { kind, value, duration, reason, signal_id, rule, waits = false }: NewBlock): DenylistEntry {
    checkPasslist(kind, value)
    const time = now()
    const until = duration === null ? null : time + duration
    const by = personOf(ctx.actor)
    const there = new Map([...book.unended(kind, value), ...pending].map(entry => [entry.id, entry]))
    const same = [...there.values()].find(
      entry =>
        !entry.ended &&
        entry.kind === kind &&
        entry.value === value &&
        entry.by.uuid === by.uuid &&
        entry.reason === reason &&
        (entry.seq > 0 ? lastsAsLong(entry.until, until) : waits && lastsAsLong(entry.duration, duration)),
    )
    if (same) return same
    const seq = store.nextSeq()
    const entry: DenylistEntry = {
      id: randomUUID(),
      seq: waits ? 0 : seq,
      since: waits ? 0 : seq,
      kind,
      value,
      duration,
      until: waits ? null : until,
      reason,
      signal_id,
      rule: rule ?? null,
      by,
      created_at: time,
      // an entry that gets a property later is several times as slow to read, and bouncers have all of them read
      changed_at: time,
      approved_by: null,
      ended: null,
      version: 1,
    }
    return put(ctx, entry, 'created', `${waits ? 'asked to block' : 'blocked'} ${kind} ${value} ${saidFor(duration)}`)
  }

  return {
    put,
    begin,
    end,
    checkPasslist,
    writing,
    changing,
    /** For a write that somebody else has begun: `tell` is for when it is on disk. */
    inside(ctx: WriteContext) {
      const done: DenylistEntry[] = []
      pending = done
      return { done, begin: (one: NewBlock): DenylistEntry => begin(ctx, one), tell: (): void => follow(ctx, done) }
    },
  }
}

/** Whether a range holds all of a block, and more. */
function liesIn(value: string, range: string): boolean {
  const [inner, outer] = [readSpan(value), readSpan(range)]
  return inner !== undefined && outer !== undefined && range.includes('/') && sharedBits(outer) < sharedBits(inner)
}

/** ms by which two ends may differ that were asked for in the same breath. */
const breath = 1000
const lastsAsLong = (a: number | null, b: number | null) => (a ?? Infinity) >= (b ?? Infinity) - breath

const words: Record<Ending, string> = {
  lifted: 'lifted the block of',
  expired: 'the time has come for the block of',
  passlisted: 'the passlist lifted the block of',
  trusted: 'trust lifted the block of',
}

/** What the audit trail tells of one. */
const shown = ({ kind, value, duration, until, reason, signal_id, rule, approved_by, ended, version }: DenylistEntry): JsonObject => ({
  kind,
  value,
  duration,
  until,
  reason,
  signal_id,
  ...(rule && { rule: { ...rule } }),
  ...(approved_by && { approved_by: { ...approved_by } }),
  ...(ended && { ended: { at: ended.at, how: ended.how, reason: ended.reason } }),
  version,
})
