import { AlarmClock, ArrowRight, Flame, type IconNode, NotebookPen, Radio, UserRound } from 'lucide'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Deed, SignalDetails, SignalRow } from '../../messages.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { isFixed, whyNot } from '../../ui/may.ts'
import { told } from '../../ui/story.ts'
import { Ago } from '../../ui/time.tsx'
import { locked } from '../../ui/triage.tsx'
import { Visible } from '../../ui/visible.tsx'
import { typedOf } from '../drafts.ts'
import { addNote, noting } from './desk.ts'

const icons: Record<string, IconNode> = {
  opened: Radio,
  retitled: Flame,
  state: ArrowRight,
  assignee: UserRound,
  snooze: AlarmClock,
  woken: AlarmClock,
  note: NotebookPen,
}

/** Everything that happened to a signal, newest first, and a place to write beside it. */
export const Timeline = ({ about: { row, timeline } }: { about: SignalDetails }) => (
  <section>
    <h3>Timeline</h3>
    <NoteForm row={row} />
    <ol class="events">
      {timeline.toReversed().map((deed, at) => (
        <Event key={timeline.length - at} deed={deed} />
      ))}
    </ol>
  </section>
)

const Event = ({ deed }: { deed: Deed }) => (
  <li>
    <Icon of={Object.hasOwn(icons, deed.kind) ? icons[deed.kind]! : ArrowRight} small />
    <div>
      <Visible text={told(deed)} />
      {deed.comment && (
        <p class="said">
          <Visible text={deed.comment} />
        </p>
      )}
    </div>
    <span class="weak nowrap">
      <Ago time={deed.time} sentence />
    </span>
  </li>
)

function NoteForm({ row }: { row: SignalRow }) {
  const typed = typedOf(`signal:${row.id}:note`)
  const { text } = typed
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    if (noting.value !== row.id) return
    noting.value = undefined
    field.current?.focus()
  }, [noting.value, row.id])
  const why = row.locked ? locked : whyNot('security_monitoring_signals_write')
  const add = async () => {
    if (text.trim() === '' || busy || why !== undefined) return
    setBusy(true)
    if (await addNote(row.id, text.trim())) typed.sent()
    setBusy(false)
  }
  const off = why ?? (busy ? 'Pending: sent, not answered yet' : text.trim() === '' ? 'Write something first' : undefined)
  return (
    <form
      class="note row"
      onSubmit={event => {
        event.preventDefault()
        void add()
      }}
    >
      <textarea
        ref={field}
        id="note"
        class="field"
        rows={text.includes('\n') ? 4 : 1}
        maxLength={5000}
        aria-label="Note"
        placeholder={why ?? 'Add a note'}
        readOnly={isFixed(why, text)}
        value={text}
        onInput={event => typed.type(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            void add()
          }
          if (event.key === 'Escape') {
            event.stopPropagation()
            event.currentTarget.blur()
          }
        }}
      />
      <Button type="submit" off={off}>
        Add
      </Button>
    </form>
  )
}
