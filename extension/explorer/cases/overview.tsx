import { FileText, Link2, Pencil, Radio, Unlink } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import { closeReasonLabels, longestCaseText } from '../../../shared/case.ts'
import type { CaseDetails, CaseRow, CaseThing } from '../../case-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Severity, StateLabel } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Markdown, readMarkdown } from '../../ui/markdown.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { draftOf } from '../drafts.ts'
import { linesOfPage, readEvidence } from '../evidence/reading.ts'
import { Folded } from '../folded.tsx'
import { IncidentsOfCase } from '../incidents/of-case.tsx'
import { go } from '../place.ts'
import { Trouble } from '../states.tsx'
import { change, offFor, send, unlink } from './desk.ts'
import { Overdue } from './looks.tsx'

/** What a case is about, and what it holds. */
export function Overview({ about: { row, description, things } }: { about: CaseDetails }) {
  return (
    <>
      <Description row={row} description={description} />
      <section>
        <h3>
          Signals and evidence <span class="weak">{row.insights.toLocaleString('en')}</span>
        </h3>
        {things.length === 0 && <p class="dim">Nothing yet. Press C on a signal to add it.</p>}
        <ul class="lines things">
          {things.map((thing, at) => (
            <Thing key={thing.id || at} row={row} thing={thing} />
          ))}
        </ul>
        {row.insights > things.length && things.length > 0 && (
          <p class="dim">{(row.insights - things.length).toLocaleString('en')} more are in the export.</p>
        )}
      </section>
      <IncidentsOfCase row={row} off={offFor(row)} />
      <section>
        <h3>About it</h3>
        <dl class="facts">
          <dt>Type</dt>
          <dd>{row.type}</dd>
          <dt>Project</dt>
          <dd>{row.project}</dd>
          <dt>
            <label for="due">Due</label>
          </dt>
          <dd class="row">
            <Due row={row} />
            <Overdue row={row} />
          </dd>
          <dt>Created</dt>
          <dd>
            <Ago time={row.created} sentence /> by <Visible text={row.creator.name || row.creator.handle} />
          </dd>
          {row.reason && (
            <>
              <dt>Closed as</dt>
              <dd>{closeReasonLabels[row.reason]}</dd>
            </>
          )}
        </dl>
      </section>
    </>
  )
}

/** A day is chosen at once; emptied, there is none. */
function Due({ row }: { row: CaseRow }) {
  const off = offFor(row)
  const seen = useRef(row.due)
  return (
    <input
      id="due"
      type="date"
      class="field"
      max="9999-12-31"
      value={row.due}
      readOnly={off !== undefined}
      title={off}
      onFocus={() => (seen.current = row.due)}
      onChange={({ currentTarget: { value } }) => {
        if (value === row.due) return
        void change(row, { due: value }, { due: row.due }, { due: seen.current })
        seen.current = value
      }}
      // keys of the panel mean digits of the date here
      onKeyDown={event => event.stopPropagation()}
    />
  )
}

function Description({ row, description }: { row: CaseRow; description: string }) {
  const draft = draftOf(`case:${row.id}:description`, { description })
  const [editing, setEditing] = useState(draft.dirty)
  const [trouble, setTrouble] = useState<string>()
  const [theirs, setTheirs] = useState<string>()
  const off = offFor(row)
  const end = () => {
    draft.drop()
    setEditing(false)
    setTrouble(undefined)
    setTheirs(undefined)
  }
  const save = async () => {
    if (off !== undefined) return
    const { base, value } = draft
    const failure = await send(row, value, base, base)
    if (!failure) return end()
    setTrouble(failure.error)
    const now = failure.status === 409 ? await ask('case', { id: row.id }) : failure
    if (isFailure(now) || now.description === base.description) return
    setTheirs(now.description)
    // it stands below, so that saving again is meant
    draft.rebase({ description: now.description })
  }
  return (
    <section>
      <h3 class="row">
        Description
        {!editing && <IconButton label="Edit the description" icon={Pencil} small off={off} onClick={() => setEditing(true)} />}
      </h3>
      {!editing ? (
        description === '' ? (
          <p class="dim">None yet.</p>
        ) : (
          <Folded what="the description">
            <Markdown blocks={readMarkdown(description)} />
          </Folded>
        )
      ) : (
        <form
          class="form edit"
          onSubmit={event => {
            event.preventDefault()
            void save()
          }}
          onKeyDown={event => {
            if (event.key === 'Escape') {
              event.stopPropagation()
              end()
            }
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
          }}
        >
          <textarea
            class="field"
            rows={8}
            maxLength={longestCaseText}
            aria-label="Description"
            autofocus
            value={draft.value.description}
            onInput={event => draft.change({ description: event.currentTarget.value })}
          />
          {trouble && <Trouble text={trouble} />}
          {theirs !== undefined && (
            <section aria-label="What stands there now" class="theirs">
              <h4>What stands there now</h4>
              {theirs === '' ? <p class="dim">Nothing.</p> : <Markdown blocks={readMarkdown(theirs)} />}
            </section>
          )}
          <div class="row">
            <Button type="submit" small kind="primary" off={off}>
              Save
            </Button>
            <Button small kind="quiet" onClick={end}>
              Keep what was there
            </Button>
          </div>
        </form>
      )}
    </section>
  )
}

/** Where a click on a thing leads, by its kind. */
const opens: Record<string, (id: string) => void> = {
  SECURITY_SIGNAL: id => go({ section: 'signals', with: { row: id, from: '0' } }),
  EVIDENCE: readEvidence,
}
const pictures: Record<string, typeof Radio> = { SECURITY_SIGNAL: Radio, EVIDENCE: FileText }

function Thing({ row, thing }: { row: CaseRow; thing: CaseThing }) {
  const { type, title, id, severity, state, by, added } = thing
  const open = opens[type]
  const off = row.status === 'CLOSED' ? `${row.key} is closed` : offFor(row)
  return (
    <li>
      <Icon of={pictures[type] ?? Link2} small />
      <div>
        {open ? (
          <button type="button" class="link" onClick={() => open(id)}>
            <Visible text={title || (type === 'EVIDENCE' ? linesOfPage : id)} />
          </button>
        ) : (
          <Visible text={title || `${type.toLowerCase()} ${id}`} />
        )}
        <div class="row wrap weak">
          {severity && <Severity level={severity} />}
          {state && <StateLabel state={state} />}
          <span>
            added by <Visible text={by || 'somebody'} /> <Ago time={added} sentence />
          </span>
        </div>
      </div>
      <IconButton label={`Unlink ${title || id}`} icon={Unlink} small off={off} onClick={() => void unlink(row, thing)} />
    </li>
  )
}
