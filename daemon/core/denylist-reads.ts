import { type BlockKind, blockStateOf, type DenylistEntry, type Ended, spanOfBlocked } from '../../shared/denylist.ts'
import { isInForce, type Standing } from '../../shared/passlist.ts'
import { holdsAll, meets, readSpan, type Span } from '../../shared/span.ts'
import { createPacer } from '../engine/slices.ts'
import { personOf, system } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { type Book, isOver, longestOf } from '../respond/book.ts'
import type { BlocksAsked, BlocksPage, Ordered } from '../respond/ordered.ts'
import type { Store } from '../store/store.ts'
import { createDenylistPages } from './denylist-pages.ts'
import { passlisted } from './passlisted.ts'

interface Options {
  store: Store
  book: Book
  ordered: Ordered
  now: () => number
  /** Writes down what has ended. */
  endDue(): void
  /** An entry as somebody may see it. */
  seen(only: Restrictions, entry: DenylistEntry): DenylistEntry
}

/** What people ask of the denylist; each sees what they may. */
export function createDenylistReads({ store, book, ordered, now, endDue, seen }: Options) {
  /** In force, or waiting for a second person. */
  const isThere = (entry: DenylistEntry) => !entry.ended && (blockStateOf(entry) === 'waiting' || !isOver(entry, now()))

  const pageOf = createDenylistPages({ store, ordered, isDue: () => store.denylist.due(now(), 1).length > 0, isThere, seen })

  return {
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
    /** What is decided about addresses and ranges: what keeps all of each out the longest, or who speaks for it. Those of whom nothing is are left out. */
    standings: async (only: Restrictions, values: string[]): Promise<Record<string, Standing>> => {
      endDue()
      const passes = store.passlist
        .all()
        .filter(entry => isInForce(entry, now()))
        .map(entry => ({ entry, spans: entry.ip_list.flatMap(text => readSpan(text) ?? []) }))
      const standing = (value: string): Standing | undefined => {
        const asked = readSpan(value)
        if (!asked) return undefined
        const entry = longestOf(book.over(asked))
        if (entry) return { denylist: seen(only, entry) }
        const passlist = passes.find(({ spans }) => spans.some(span => holdsAll(span, asked)))?.entry
        return passlist && { passlist }
      }
      return Object.fromEntries(values.flatMap(value => [standing(value)].flatMap(one => (one ? [[value, one]] : []))))
    },
    /** For each of some ranges the values in force that hold some of it, not all; `most` of each at most. */
    blockedWithin: async (ranges: Span[], most: number): Promise<string[][]> => {
      endDue()
      const found = ranges.map((): string[] => [])
      const pace = createPacer()
      for (const { kind, value } of ranges.length > 0 ? book.values() : []) {
        await pace()
        const own = spanOfBlocked(kind, value)
        if (!own) continue
        for (const [i, range] of ranges.entries())
          if (meets(own, range) && !holdsAll(own, range) && found[i]!.length < most) found[i]!.push(value)
      }
      return found
    },
    /** What is decided about one value: its own entry, which may wait, or what else keeps an address out; and who speaks for it. */
    standing: async (only: Restrictions, kind: BlockKind, value: string): Promise<Standing> => {
      endDue()
      const waiting = book.unended(kind, value).filter(entry => blockStateOf(entry) === 'waiting')
      const entry = longestOf(book.about(kind, value)) ?? waiting[0] ?? (kind === 'ip' ? longestOf(book.covering(value)) : undefined)
      const passlist = passlisted(store.passlist.all(), kind, value, now())?.entry
      return { ...(entry && { denylist: seen(only, entry) }), ...(passlist && { passlist }) }
    },
  }
}

/** The end of an entry whose time has come while nothing could be written. */
const overBy = ({ until, seq }: DenylistEntry): Ended => ({ seq, at: until ?? 0, by: personOf(system), how: 'expired', reason: '' })
