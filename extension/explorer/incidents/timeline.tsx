import { ArrowRight, type IconNode, Link2, ListChecks, MessageSquare, Pencil, Siren } from 'lucide'
import { longestNote } from '../../../shared/note.ts'
import type { IncidentDetails, IncidentEvent } from '../../incident-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Markdown, readMarkdown } from '../../ui/markdown.tsx'
import { isFixed } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { typedOf } from '../drafts.ts'
import { EvidenceLinks } from '../evidence/links.tsx'
import { evidenceIn } from '../evidence/reading.ts'
import { note, offFor } from './desk.ts'

const icons: Record<string, IconNode> = { declared: Siren, changed: Pencil, part: ListChecks, link: Link2, note: MessageSquare }

/** Everything that happened to an incident and was noted, newest first, and a place to note more. */
export function IncidentTimeline({ about: { row, events }, reload }: { about: IncidentDetails; reload(): void }) {
  const typed = typedOf(`incident:${row.id}:note`)
  const { text } = typed
  const why = offFor(row)
  const off = why ?? (text.trim() === '' ? 'Write something first' : undefined)
  const save = async () => {
    if (off !== undefined || !(await note(row, text.trim()))) return
    typed.sent()
    reload()
  }
  return (
    <section>
      <h3>Timeline</h3>
      <form
        class="note row"
        onSubmit={event => {
          event.preventDefault()
          void save()
        }}
      >
        <textarea
          id="incident-note"
          class="field"
          rows={text.includes('\n') ? 4 : 1}
          maxLength={longestNote}
          aria-label="Note"
          placeholder={why ?? 'What happened, what was done; Markdown'}
          readOnly={isFixed(why, text)}
          value={text}
          onInput={event => typed.type(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault()
              void save()
            }
            if (event.key !== 'Escape') return
            event.stopPropagation()
            event.currentTarget.blur()
          }}
        />
        <Button type="submit" off={off}>
          Note
        </Button>
      </form>
      <ol class="events">
        {events.toReversed().map(event => (
          <Event key={event.id} event={event} />
        ))}
      </ol>
    </section>
  )
}

function Event({ event: { kind, by, text, at } }: { event: IncidentEvent }) {
  const who = by.name || by.handle
  return (
    <li>
      <Icon of={icons[kind] ?? ArrowRight} small />
      <div>
        {kind === 'note' ? (
          <>
            <Visible text={`${who} noted`} />
            <div class="said">
              <Markdown blocks={readMarkdown(text)} />
            </div>
            <EvidenceLinks ids={evidenceIn(text)} />
          </>
        ) : (
          <Visible text={`${who} ${text}`} />
        )}
      </div>
      <span class="weak nowrap">
        <Ago time={at} sentence />
      </span>
    </li>
  )
}
