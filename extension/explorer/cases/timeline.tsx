import {
  Archive,
  ArrowRight,
  CircleCheck,
  FolderPlus,
  Gauge,
  type IconNode,
  Merge,
  MessageSquare,
  Pencil,
  Radio,
  Split,
  Trash2,
  Unlink,
  UserRound,
} from 'lucide'
import { useState } from 'preact/hooks'
import { longestCaseText } from '../../../shared/case.ts'
import type { CaseDetails, CaseEvent, CaseRow } from '../../case-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Markdown, readMarkdown } from '../../ui/markdown.tsx'
import { isFixed, whyNot } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Typed, typedOf } from '../drafts.ts'
import { me } from '../signals/desk.ts'
import { toasts } from '../surface.ts'

const icons: Record<string, IconNode> = {
  created: FolderPlus,
  comment: MessageSquare,
  status: CircleCheck,
  priority: Gauge,
  assignee: UserRound,
  archived: Archive,
  insights_added: Radio,
  insights_removed: Unlink,
  merged: Merge,
  merged_into: Merge,
  split: Split,
  split_from: Split,
}

/** Why nothing can be said in a case now. */
const whySilent = (row: CaseRow): string | undefined =>
  row.mergedInto ? `It is part of ${row.mergedInto.key} now` : row.archived ? 'It is archived' : whyNot('cases_write')

/** Everything that happened to a case and was said there, newest first, and a place to say more. */
export const CaseTimeline = ({ about: { row, events }, reload }: { about: CaseDetails; reload(): Promise<void> }) => (
  <section>
    <h3>Timeline</h3>
    <CommentForm
      label="Comment"
      word="Comment"
      typed={typedOf(`case:${row.id}:comment`)}
      why={whySilent(row)}
      onSave={async text => {
        const answer = await ask('commentCase', { id: row.id, text })
        if (isFailure(answer)) toasts.fail(`Not commented: ${answer.error}`)
        else await reload()
        return !isFailure(answer)
      }}
    />
    <ol class="events">
      {events.toReversed().map(event => (
        <Event key={event.id} row={row} event={event} reload={reload} />
      ))}
    </ol>
  </section>
)

function Event({ row, event, reload }: { row: CaseRow; event: CaseEvent; reload(): Promise<void> }) {
  const typed = typedOf(`case:${row.id}:comment:${event.id}`, event.text)
  const [editing, setEditing] = useState(typed.dirty)
  const isComment = event.kind === 'comment'
  const why = whySilent(row)
  const own = isComment && !event.deleted && event.by.uuid === me()
  const edit = async (text: string) => {
    const answer = await ask('editComment', { id: row.id, comment: event.id, text })
    if (isFailure(answer)) toasts.fail(`Comment not changed: ${answer.error}`)
    else {
      setEditing(false)
      await reload()
    }
    return !isFailure(answer)
  }
  const remove = async () => {
    const answer = await ask('deleteComment', { id: row.id, comment: event.id })
    if (isFailure(answer)) return toasts.fail(`Comment not deleted: ${answer.error}`)
    // what it said can be said again
    const again = { label: 'Undo', keys: 'U', run: () => void ask('commentCase', { id: row.id, text: event.text }).then(reload) }
    toasts.show({ icon: Trash2, text: 'Comment deleted', action: again })
    await reload()
  }
  return (
    <li>
      <Icon of={icons[event.kind] ?? ArrowRight} small />
      <div>
        <Visible
          text={
            isComment ? `${event.by.name || event.by.handle} ${event.deleted ? 'wrote a comment and deleted it' : 'commented'}` : event.text
          }
        />
        {event.edited && !event.deleted && <span class="weak"> (edited)</span>}
        {isComment && !event.deleted && !editing && (
          <div class="said">
            <Markdown blocks={readMarkdown(event.text)} />
          </div>
        )}
        {editing && (
          <CommentForm
            label="Edit the comment"
            word="Save"
            typed={typed}
            why={why}
            onSave={edit}
            onBack={() => {
              typed.drop()
              setEditing(false)
            }}
          />
        )}
      </div>
      {own && !editing && (
        <span class="row own">
          <IconButton label="Edit the comment" icon={Pencil} small off={why} onClick={() => setEditing(true)} />
          <IconButton label="Delete the comment" icon={Trash2} small off={why} onClick={() => void remove()} />
        </span>
      )}
      <span class="weak nowrap">
        <Ago time={event.at} sentence />
      </span>
    </li>
  )
}

function CommentForm(props: {
  label: string
  word: string
  typed: Typed
  why: string | undefined
  onSave(text: string): Promise<boolean>
  onBack?(): void
}) {
  const { label, word, typed, why, onSave, onBack } = props
  const { text } = typed
  const [busy, setBusy] = useState(false)
  const off = why ?? (busy ? 'Pending: sent, not answered yet' : text.trim() === '' ? 'Write something first' : undefined)
  const save = async () => {
    if (off !== undefined) return
    setBusy(true)
    if (await onSave(text.trim())) typed.sent()
    setBusy(false)
  }
  return (
    <form
      class="note row"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <textarea
        id={onBack ? undefined : 'comment'}
        class="field"
        rows={onBack || text.includes('\n') ? 4 : 1}
        maxLength={longestCaseText}
        aria-label={label}
        placeholder={why ?? 'Say something; Markdown'}
        readOnly={isFixed(why, text)}
        value={text}
        onInput={event => typed.type(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            void save()
          }
          if (event.key === 'Escape') {
            event.stopPropagation()
            if (onBack) onBack()
            else event.currentTarget.blur()
          }
        }}
      />
      <Button type="submit" off={off}>
        {word}
      </Button>
      {onBack && (
        <Button kind="quiet" onClick={onBack}>
          Back
        </Button>
      )}
    </form>
  )
}
