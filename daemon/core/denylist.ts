import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import {
  type BlockChange,
  type BlockKind,
  blockStateOf,
  type DenylistEntry,
  type Ended,
  type Ending,
  type NewBlock,
  type RefusedBlock,
  spanOfBlocked,
} from '../../shared/denylist.ts'
import { readAddress } from '../../shared/ip.ts'
import type { JsonObject } from '../../shared/json.ts'
import { isInForce, type PasslistEntry, type Standing } from '../../shared/passlist.ts'
import { inSpan, meets, readSpan, sharedBits } from '../../shared/span.ts'
import { personOf, system, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createBook, type Delta, isOver, longestOf } from '../respond/book.ts'
import { type BlocksAsked, type BlocksPage, createOrdered } from '../respond/ordered.ts'
import type { Store } from '../store/store.ts'
import type { ChangeDetection } from './change-detection.ts'
import { createDenylistPages } from './denylist-pages.ts'
import { maySeeSignal } from './may-see.ts'
import type { Audit, Write } from './writes.ts'

/** How long enforcers that were away are told of what ended, ms: CrowdSec's own time. */
export const told = 7 * 24 * 3_600_000
/** Entries that end in one transaction. */
const atOnce = 500
const hour = 3_600_000
/** How often to look whether some have to, ms: a clock that jumps is noticed as soon. */
const every = 1000

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
  /** Whether anything may be written now that nobody asks for. */
  mayWrite(): boolean
  /** Hears that the denylist has changed, once it is on disk. */
  changed(): void
  report(error: unknown): void
}

export type Denylist = ReturnType<typeof createDenylist>

/** What is blocked, and every way to change it. What is in force is what `book` says; a time that has come ends an entry for good. */
export function createDenylist({ store, write, audit, now, mayWrite, changed, report }: Options) {
  const book = createBook(now)
  for (const entry of store.denylist.live(now() - told)) book.put(entry)
  const ordered = createOrdered(book)
  let forgotten = now()
  const timer = setInterval(endDue, every)
  timer.unref()

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
    for (const entry of done) {
      book.put(entry)
      ordered.note(entry)
    }
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
  function byItselfSince(time: number): number {
    let count = 0
    for (const { by, created_at } of book.all()) if (created_at > time && by.uuid === '') count++
    return count
  }
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
  /** In force, or waiting for a second person. */
  const isThere = (entry: DenylistEntry) => !entry.ended && (blockStateOf(entry) === 'waiting' || !isOver(entry, now()))
  /** Put in force what a block asks for. Who is passlisted or trusted wins, whoever comes first. */
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

  /** Write down what has ended; the rest, where it is very much, a moment later. Never throws. */
  function endDue(): void {
    if (!mayWrite()) return
    try {
      const time = now()
      const due = store.denylist.due(time, atOnce)
      if (due.length > 0) writing({ actor: system }, () => due.forEach(entry => void end({ actor: system }, entry, 'expired', '')))
      if (Math.abs(time - forgotten) < hour) return
      forgotten = time
      const old = [...book.all()].filter(({ ended }) => ended && ended.at < time - told).map(({ ended }) => ended!.seq)
      if (old.length > 0) book.forget(Math.max(...old))
    } catch (error) {
      report(error)
    }
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
      approved_by: null,
      ended: null,
      version: 1,
    }
    return put(ctx, entry, 'created', `${waits ? 'asked to block' : 'blocked'} ${kind} ${value} ${said(duration)}`)
  }

  /** An entry as somebody may see it: the signal that it came from may be hidden. */
  function seen(only: Restrictions, entry: DenylistEntry): DenylistEntry {
    const signal = entry.signal_id && only.signals !== null ? store.signals.get(entry.signal_id) : undefined
    const isHidden = entry.signal_id !== null && only.signals !== null && !(signal && maySeeSignal(only, signal))
    return isHidden ? { ...entry, signal_id: null, reason: '', rule: null } : entry
  }

  const pageOf = createDenylistPages({ store, ordered, isDue: () => store.denylist.due(now(), 1).length > 0, isThere, seen })

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
    api: {
      /** What is in force or waits, or what is not any more. */
      denylistPage: async (only: Restrictions, asked: BlocksAsked): Promise<BlocksPage> => {
        endDue()
        return pageOf(only, asked)
      },
      /** Which of some users are blocked. */
      blockedUsers: async (users: string[]): Promise<string[]> => {
        endDue()
        return users.filter(user => book.about('user', user).length > 0)
      },
      denylistEntry: async (only: Restrictions, id: string): Promise<DenylistEntry> => {
        endDue()
        const entry = store.denylist.get(id)
        if (!entry) throw new Refusal(404, 'not_found', `There is no denylist entry ${id}`)
        return seen(only, isThere(entry) || entry.ended ? entry : { ...entry, ended: overBy(entry) })
      },
      /** Entries in force that keep an address out, the narrowest first. */
      blocking: async (only: Restrictions, address: string): Promise<DenylistEntry[]> => {
        endDue()
        return book.covering(address).map(entry => seen(only, entry))
      },
      /** What else keeps all of an entry's value out, the narrowest first. */
      alsoBlocking: async (only: Restrictions, { id, kind, value }: DenylistEntry): Promise<DenylistEntry[]> => {
        endDue()
        return book
          .holding(kind, value)
          .filter(entry => entry.id !== id)
          .map(entry => seen(only, entry))
      },
      /** All that ever was about an address alone, and the ranges that keep it out now; the latest first. */
      blocksOf: async (only: Restrictions, address: string): Promise<DenylistEntry[]> => {
        endDue()
        const all = new Map([...store.denylist.of(address), ...book.covering(address)].map(entry => [entry.id, entry]))
        return [...all.values()]
          .filter(({ kind }) => kind === 'ip')
          .sort((a, b) => b.created_at - a.created_at)
          .map(entry => seen(only, entry))
      },
      /** What is decided about addresses: what keeps each out the longest, or who speaks for it. Those of whom nothing is are left out. */
      standings: async (only: Restrictions, addresses: string[]): Promise<Record<string, Standing>> => {
        endDue()
        const passes = store.passlist
          .all()
          .filter(entry => isInForce(entry, now()))
          .map(entry => ({ entry, spans: entry.ip_list.flatMap(text => readSpan(text) ?? []) }))
        const standing = (address: string): Standing | undefined => {
          const entry = longestOf(book.covering(address))
          if (entry) return { denylist: seen(only, entry) }
          const read = passes.length > 0 ? readAddress(address) : undefined
          const passlist = read && passes.find(({ spans }) => spans.some(span => inSpan(span, read)))?.entry
          return passlist && { passlist }
        }
        return Object.fromEntries(addresses.flatMap(address => [standing(address)].flatMap(one => (one ? [[address, one]] : []))))
      },
      /** What is decided about one value: its own entry, which may wait, or what else keeps an address out; and who speaks for it. */
      standing: async (only: Restrictions, kind: BlockKind, value: string): Promise<Standing> => {
        endDue()
        const waiting = book.unended(kind, value).filter(entry => blockStateOf(entry) === 'waiting')
        const entry = longestOf(book.about(kind, value)) ?? waiting[0] ?? (kind === 'ip' ? longestOf(book.covering(value)) : undefined)
        const passlist = passlisted(store.passlist.all(), kind, value, now())?.entry
        return { ...(entry && { denylist: seen(only, entry) }), ...(passlist && { passlist }) }
      },
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
            put(ctx, next, 'modified', `${what} ${before.kind} ${before.value}${duration === undefined ? '' : ` ${said(duration)}`}`),
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
          return seen(only, put(ctx, next, 'modified', `agreed to block ${before.kind} ${before.value} ${said(before.duration)}`))
        }),
      liftBlock: async (only: Restrictions, ctx: WriteContext, id: string, reason: string): Promise<DenylistEntry> =>
        writing(ctx, () => seen(only, end(ctx, live(id), 'lifted', reason))),
    },
    /** In a write of the passlist: end what it is stronger than, and answer that. Call `took` once it is on disk. */
    yieldTo(ctx: WriteContext, entry: PasslistEntry): DenylistEntry[] {
      const how = entry.on_match === 'monitor' ? 'trusted' : 'passlisted'
      const spans = entry.ip_list.flatMap(text => readSpan(text) ?? [])
      const meeting = new Set(spans.flatMap(span => book.meeting(span)))
      return [...meeting].map(block => end(ctx, block, how, entry.description))
    },
    writing,
    changing,
    begin,
    /** For a write that somebody else has begun: `tell` is for when it is on disk. */
    inside(ctx: WriteContext) {
      const done: DenylistEntry[] = []
      pending = done
      return {
        begin: (one: NewBlock): DenylistEntry => begin(ctx, one),
        lately: (): number => byItselfSince(now() - hour) + done.filter(({ by }) => by.uuid === '').length,
        tell: (): void => follow(ctx, done),
      }
    },
    endDue,
    /** For whoever enforces: what changed since a place, or all, and the place that this is. */
    delta(place: number | undefined): Delta & { place: number } {
      endDue()
      const { gone, come } = place === undefined ? { gone: book.ended(), come: book.inForce() } : book.since(place)
      return { gone, come, place: store.seq }
    },
    /** Place of the last change. */
    changed: book.changed,
    covering: book.covering,
    about: book.about,
    /** One entry in force of each value, in no order. */
    values(): Iterable<DenylistEntry> {
      endDue()
      return book.values()
    },
    /** Everything in force, in the order in which it came into force. */
    active(): DenylistEntry[] {
      endDue()
      return [...book.all()].filter(entry => blockStateOf(entry) === 'active' && isThere(entry)).sort((a, b) => a.seq - b.seq)
    },
    /** What is in force, and what ended of late, in the order in which it became so. */
    changes(): DenylistEntry[] {
      endDue()
      const place = ({ seq, ended }: DenylistEntry) => Math.max(seq, ended?.seq ?? 0)
      return [...book.all()].sort((a, b) => place(a) - place(b))
    },
    /** How much was blocked without a person within the hour, by rules and by workflows. */
    byItself: (): number => byItselfSince(now() - hour),
    close: (): void => clearInterval(timer),
  }
}

/** The first entry of the passlist in force that has an address in common with what is to be blocked. */
export function passlisted(entries: readonly PasslistEntry[], kind: BlockKind, value: string, now: number) {
  const span = spanOfBlocked(kind, value)
  if (!span) return undefined
  for (const entry of entries) {
    if (!isInForce(entry, now)) continue
    const address = entry.ip_list.find(text => {
      const other = readSpan(text)
      return other !== undefined && meets(other, span)
    })
    if (address !== undefined) return { entry, address }
  }
  return undefined
}

/** Whether a range holds all of a block, and more. */
function liesIn(value: string, range: string): boolean {
  const [inner, outer] = [readSpan(value), readSpan(range)]
  return inner !== undefined && outer !== undefined && range.includes('/') && sharedBits(outer) < sharedBits(inner)
}

/** ms by which two ends may differ that were asked for in the same breath. */
const breath = 1000
const lastsAsLong = (a: number | null, b: number | null) => (a ?? Infinity) >= (b ?? Infinity) - breath

/** The end of an entry whose time has come while nothing could be written. */
const overBy = ({ until, seq }: DenylistEntry): Ended => ({ seq, at: until ?? 0, by: personOf(system), how: 'expired', reason: '' })

const words: Record<Ending, string> = {
  lifted: 'lifted the block of',
  expired: 'the time has come for the block of',
  passlisted: 'the passlist lifted the block of',
  trusted: 'trust lifted the block of',
}
const said = (duration: number | null) => (duration === null ? 'for good' : `for ${Math.round(duration / 1000)} s`)

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
