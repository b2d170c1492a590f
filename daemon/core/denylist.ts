import { blockStateOf, type DenylistEntry } from '../../shared/denylist.ts'
import type { PasslistEntry } from '../../shared/passlist.ts'
import { readSpan } from '../../shared/span.ts'
import { system, type WriteContext } from '../lib/actor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createBook, type Delta, isOver } from '../respond/book.ts'
import { createOrdered } from '../respond/ordered.ts'
import type { Store } from '../store/store.ts'
import { createBlockWrites } from './block-writes.ts'
import { createDenylistChanges } from './denylist-changes.ts'
import { createDenylistReads } from './denylist-reads.ts'
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
  /** Nothing ends before, ms UTC: the disk is asked only once that has come. */
  let firstEnd = -Infinity
  const timer = setInterval(endDue, every)
  timer.unref()

  const followed = (done: readonly DenylistEntry[]) => {
    for (const entry of done) {
      book.put(entry)
      ordered.note(entry)
      if (!entry.ended && entry.until !== null) firstEnd = Math.min(firstEnd, entry.until)
    }
  }
  const writes = createBlockWrites({ store, book, write, audit, now, followed, changed })
  const { begin, end, writing, changing } = writes

  function byItselfSince(time: number): number {
    let count = 0
    for (const { by, created_at } of book.all()) if (created_at > time && by.uuid === '') count++
    return count
  }
  /** Write down what has ended; the rest, where it is very much, a moment later. Never throws. */
  function endDue(): void {
    if (!mayWrite()) return
    try {
      const time = now()
      if (time >= firstEnd) {
        const due = store.denylist.due(time, atOnce)
        if (due.length > 0) writing({ actor: system }, () => due.forEach(entry => void end({ actor: system }, entry, 'expired', '')))
        firstEnd = store.denylist.firstEnd() ?? Infinity
      }
      if (Math.abs(time - forgotten) < hour) return
      forgotten = time
      const old = [...book.all()].filter(({ ended }) => ended && ended.at < time - told).map(({ ended }) => ended!.seq)
      if (old.length > 0) book.forget(Math.max(...old))
    } catch (error) {
      report(error)
    }
  }

  /** An entry as somebody may see it: the signal that it came from may be hidden. */
  function seen(only: Restrictions, entry: DenylistEntry): DenylistEntry {
    const signal = entry.signal_id && only.signals !== null ? store.signals.get(entry.signal_id) : undefined
    const isHidden = entry.signal_id !== null && only.signals !== null && !(signal && maySeeSignal(only, signal))
    return isHidden ? { ...entry, signal_id: null, reason: '', rule: null } : entry
  }

  return {
    api: {
      ...createDenylistReads({ store, book, ordered, now, endDue, seen }),
      ...createDenylistChanges({ store, ...writes, now, endDue, seen }),
    },
    /** In a write of the passlist: end what it is stronger than, and answer that. */
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
      const { done, begin, tell } = writes.inside(ctx)
      const lately = (): number => byItselfSince(now() - hour) + done.filter(({ by }) => by.uuid === '').length
      return { begin, lately, tell }
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
      return [...book.all()].filter(entry => blockStateOf(entry) === 'active' && !isOver(entry, now())).sort((a, b) => a.seq - b.seq)
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
