import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../shared/json.ts'
import type { Note } from '../../shared/note.ts'
import { isLocked } from '../../shared/triage.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { MovableRow } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import type { Moves } from './moves.ts'
import { noSignal } from './signal-triage.ts'
import type { Audit, Write } from './writes.ts'

type Action = 'created' | 'modified' | 'deleted'
const kinds = { created: 'note', modified: 'note_edited', deleted: 'note_deleted' } as const
const words = { created: 'wrote a note on', modified: 'edited a note on', deleted: 'deleted a note on' } as const

interface Options {
  store: Store
  write: Write
  audit: Audit
  moves: Moves
  now: () => number
}

export type NoteWork = ReturnType<typeof createNoteWork>

/** What is done about notes inside of a write. They touch no state and no version: a change made before a note can be undone after it. */
export function createNoteWork({ store, audit, moves, now }: Omit<Options, 'write'>) {
  function seen(only: Restrictions, id: string): MovableRow {
    const signal = moves.find(only, id)
    if (!signal) throw noSignal(id)
    return signal
  }
  function open(only: Restrictions, id: string): MovableRow {
    const signal = seen(only, id)
    if (isLocked(signal.timestamp, now())) throw new Refusal(400, 'locked', `Signal ${id} is older than 30 days and can no longer change`)
    return signal
  }
  function own({ actor }: WriteContext, signal: string, id: string): Note {
    const note = store.notes.get(signal, id)
    if (!note) throw new Refusal(404, 'not_found', 'Note not found')
    if (note.by.uuid !== actor.uuid) throw new Refusal(403, 'not_own', `Only ${note.by.handle}, who wrote this note, can change it`)
    return note
  }
  /** Put it down in timeline and audit trail, with what it said before. */
  function record(
    ctx: WriteContext,
    { id, title, triage }: MovableRow,
    action: Action,
    note: string,
    before?: string,
    after?: string,
  ): void {
    const [from, to] = [before, after].map(text => (text === undefined ? null : { text }))
    const body: JsonObject = { by: { ...personOf(ctx.actor) }, note, ...(from && { from }), ...(to && { to }) }
    store.signals.note({ seq: store.nextSeq(), signal_id: id, time: now(), kind: kinds[action], body })
    audit(ctx, {
      action,
      asset: { type: 'security_signal', id, name: title },
      message: `${words[action]} signal ${id}`,
      before: from && { note, ...from },
      after: to && { note, ...to },
    })
    const { notes: _, ...rest } = triage
    const count = store.notes.of(id).length
    store.signals.setTriage(id, { ...rest, ...(count > 0 && { notes: count }) })
  }

  function add(only: Restrictions, ctx: WriteContext, id: string, text: string): Note {
    const signal = open(only, id)
    const note: Note = { id: randomUUID(), signal_id: id, text, by: personOf(ctx.actor), at: now() }
    store.notes.put(note, store.nextSeq())
    record(ctx, signal, 'created', note.id, undefined, text)
    return note
  }
  return { seen, open, own, record, add }
}

/** Notes beside signals. */
export function createSignalNotes(options: Options) {
  const { store, write, now } = options
  const { seen, open, own, record, add } = createNoteWork(options)
  return {
    notes: async (only: Restrictions, signal: string): Promise<Note[]> => store.notes.of(seen(only, signal).id),
    addNote: async (only: Restrictions, ctx: WriteContext, id: string, text: string): Promise<Note> =>
      write(ctx, () => ({ result: add(only, ctx, id, text), changed: [id] })),
    editNote: async (only: Restrictions, ctx: WriteContext, id: string, noteId: string, text: string): Promise<Note> =>
      write(ctx, () => {
        const signal = open(only, id)
        const before = own(ctx, id, noteId)
        if (before.text === text) return { result: before }
        const note: Note = { ...before, text, edited_at: now() }
        store.notes.put(note, 0)
        record(ctx, signal, 'modified', noteId, before.text, text)
        return { result: note, changed: [id] }
      }),
    deleteNote: async (only: Restrictions, ctx: WriteContext, id: string, noteId: string): Promise<null> =>
      write(ctx, () => {
        const signal = open(only, id)
        const { text } = own(ctx, id, noteId)
        store.notes.remove(noteId)
        record(ctx, signal, 'deleted', noteId, text)
        return { result: null, changed: [id] }
      }),
  }
}
