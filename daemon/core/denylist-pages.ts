import type { DenylistEntry } from '../../shared/denylist.ts'
import { aboutOf, badCursor } from '../engine/cursor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { type BlockOrder, type BlocksAsked, type BlocksPage, type Ordered, type Place, placeOf } from '../respond/ordered.ts'
import type { Store } from '../store/store.ts'

interface Options {
  store: Store
  ordered: Ordered
  /** Whether the time of some has come that are still to be written down. */
  isDue(): boolean
  /** In force, or waiting for a second person. */
  isThere(entry: DenylistEntry): boolean
  /** An entry as somebody may see it. */
  seen(only: Restrictions, entry: DenylistEntry): DenylistEntry
}

/** The denylist page by page, however long it is: each entry comes once, whatever is blocked and lifted between two pages. */
export function createDenylistPages({ store, ordered, isDue, isThere, seen }: Options) {
  function current(only: Restrictions, { kind, sort, limit, offset }: BlocksAsked, text: string, after: Place | undefined) {
    // who may not see why something is blocked does not find it by that
    const isFound = (entry: DenylistEntry, words: string) => {
      const at = words.indexOf(text)
      return at >= 0 && (at + text.length <= words.indexOf('\n') || seen(only, entry).reason === entry.reason)
    }
    const keep = (entry: DenylistEntry, words: string) =>
      (kind === undefined || entry.kind === kind) && (text === '' || isFound(entry, words)) && isThere(entry)
    // nobody has to look at each where words alone decide, and who asks may see every reason
    const isAll = kind === undefined && !isDue() && (text === '' || (only.signals === null && !text.includes('\n')))
    const order = { by: sort.replace('-', '') as BlockOrder, falling: sort.startsWith('-') }
    return ordered.page({ ...order, words: text, keep: isAll ? undefined : keep, after, offset, limit })
  }

  return (only: Restrictions, asked: BlocksAsked): BlocksPage => {
    const { state, kind, limit, offset, cursor } = asked
    const text = asked.text.toLowerCase()
    const about = aboutOf(state, kind ?? null, text, state === 'ended' ? null : asked.sort)
    const last = cursor === undefined ? undefined : readCursor(cursor, about)
    const which = { text: asked.text, kind }
    const { entries, total } =
      state === 'current'
        ? current(only, asked, text, last)
        : {
            entries: store.denylist.ended({ ...which, before: last?.seq }, limit, last ? 0 : offset),
            total: store.denylist.countEnded(which),
          }
    const end = entries.at(-1)
    return {
      entries: entries.map(entry => seen(only, entry)),
      total,
      ...(end && entries.length === limit && { after: writeCursor(about, end) }),
    }
  }
}

function writeCursor(about: string, entry: DenylistEntry): string {
  const { id, created_at, seq, end, key } = placeOf(entry)
  return Buffer.from(JSON.stringify([about, id, created_at, entry.ended?.seq ?? seq, end, key])).toString('base64url')
}
function readCursor(cursor: string, about: string): Place {
  const [of, id, created_at, seq, end, key] = partsOf(cursor)
  if (typeof id !== 'string' || typeof key !== 'string' || ![created_at, seq, end].every(Number.isSafeInteger))
    throw badCursor('is not one that this daemon gave out')
  if (of !== about) throw badCursor('belongs to another query')
  return { id, created_at: Number(created_at), seq: Number(seq), end: Number(end), key }
}
function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
