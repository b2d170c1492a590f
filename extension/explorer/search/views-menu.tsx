import { Bookmark, CircleAlert, House, Pencil, Save, Trash2, Users } from 'lucide'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { SavedView } from '../../search-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { granted, whyNever } from '../../ui/may.ts'
import { off } from '../../ui/off.ts'
import { Visible } from '../../ui/visible.tsx'
import { place, show } from '../place.ts'
import { isolated } from './column.tsx'
import { Popover } from './popover.tsx'
import {
  begin,
  beginWith,
  change,
  current as currentOf,
  isMissing,
  loadViews,
  openView,
  pictureOf,
  remove,
  save,
  trouble,
  views,
} from './saved-views.ts'
import type { Surface } from './types.ts'

/** One's own, and with the right to manage what others share theirs too: as the daemon has it. */
const mayChange = ({ mine }: SavedView): boolean => mine || granted.value.has('org_management')

/** Saved views: one's own, those that others share, and the one that one begins with. */
export function ViewsMenu({ surface }: { surface: Surface }) {
  useEffect(() => void begin(surface.track), [])
  const current = currentOf(surface.track)
  return (
    <Popover label="Saved views" icon={Bookmark} text={<Visible class="cut" text={current?.name ?? 'Views'} />} class="views">
      {close => <Views surface={surface} current={current} onDone={close} />}
    </Popover>
  )
}

/** Said of a link that names a view which is not there. All else that the link says is kept. */
export function MissingView({ surface }: { surface: Surface }) {
  const { saved, ...others } = place.value.with
  const missing = isMissing(surface.track) ? saved : undefined
  const [looked, setLooked] = useState<string>()
  useEffect(() => {
    // it may have been saved or shared since the list was asked for
    if (missing !== undefined) void loadViews().then(() => setLooked(missing))
  }, [missing])
  if (missing === undefined || looked !== missing || trouble.value) return null
  return (
    <p class="notice medium lost" role="alert">
      <Icon of={CircleAlert} />
      <span>
        The saved view that this link names is not here: it was deleted, or it is not shared with you.{' '}
        {Object.keys(others).length > 0 ? 'What else the link says is shown.' : 'The usual search is shown.'}
      </span>
      <Button small onClick={() => show({ saved: undefined })}>
        Go on without it
      </Button>
    </p>
  )
}

function Views({ surface, current, onDone }: { surface: Surface; current: SavedView | undefined; onDone(): void }) {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  useEffect(() => void loadViews(), [])
  const all = (views.value?.views ?? []).filter(({ track }) => track === surface.track)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (name.trim() !== '' && (await save(surface, name.trim(), shared))) onDone()
  }
  return (
    <>
      {trouble.value && (
        <p class="bad" role="alert">
          {trouble.value.error}
        </p>
      )}
      {all.length === 0 && !trouble.value && <p class="dim">No saved views yet. Save what is shown now, and it is one press away.</p>}
      <ul>
        {all.map(view => (
          <Line
            key={view.id}
            view={view}
            isCurrent={view.id === current?.id}
            onOpen={() => {
              openView(view)
              onDone()
            }}
          />
        ))}
      </ul>
      {current && mayChange(current) && (
        <Button small icon={Save} off={off.value} onClick={() => void change(current, pictureOf(surface, current.name, current.shared))}>
          <span class="cut">{`Save what is shown as “${isolated(current.name)}”`}</span>
        </Button>
      )}
      <form class="row" onSubmit={submit}>
        <input
          class="field"
          aria-label="Name of a new view"
          placeholder="Save as…"
          maxLength={100}
          value={name}
          onInput={event => setName(event.currentTarget.value)}
        />
        <Button small kind="primary" off={off.value ?? (name.trim() === '' ? 'It needs a name' : undefined)} onClick={submit}>
          Save
        </Button>
      </form>
      <Sharing shared={shared} was={false} onChange={setShared} />
    </>
  )
}

/** Whether everybody sees a view. To share needs more than to share no longer. */
function Sharing({ shared, was, onChange }: { shared: boolean; was: boolean; onChange(to: boolean): void }) {
  const why = was ? undefined : whyNever('security_monitoring_signals_write')
  return (
    <label class={`row ${why === undefined ? '' : 'off'}`} title={why}>
      <input
        type="checkbox"
        checked={shared}
        aria-disabled={why !== undefined}
        onClick={event => why !== undefined && event.preventDefault()}
        onChange={event => onChange(event.currentTarget.checked)}
      />
      Share it with everybody here
      {why !== undefined && <span class="sr">{why}</span>}
    </label>
  )
}

function Line({ view, isCurrent, onOpen }: { view: SavedView; isCurrent: boolean; onOpen(): void }) {
  const [sure, setSure] = useState(false)
  const [editing, setEditing] = useState(false)
  const isFirst = views.value?.chosen === view.id
  const line = useRef<HTMLLIElement>(null)
  const was = useRef(editing)
  useLayoutEffect(() => {
    if (sure) line.current!.querySelector<HTMLElement>('.danger')!.focus()
  }, [sure])
  useLayoutEffect(() => {
    // the form takes the focus with it
    if (was.current && !editing) line.current!.querySelector<HTMLElement>('[data-edits]')?.focus()
    was.current = editing
  }, [editing])
  if (editing)
    return (
      <li>
        <Edit view={view} onDone={() => setEditing(false)} />
      </li>
    )
  return (
    <li class="row" ref={line}>
      <button type="button" class="btn quiet small name" aria-current={isCurrent ? 'true' : undefined} onClick={onOpen}>
        <Visible class="cut" text={view.name} />
      </button>
      {view.shared && (
        <span class="tag" title={`Shared by ${view.owner}`}>
          <Icon of={Users} />
          shared
        </span>
      )}
      <span class="end" />
      <IconButton
        label={isFirst ? `Do not begin with ${view.name}` : `Begin with ${view.name}`}
        icon={House}
        small
        aria-pressed={isFirst}
        off={off.value}
        onClick={() => void beginWith(isFirst ? null : view.id)}
      />
      {mayChange(view) && (
        <IconButton
          label={`Rename or share ${view.name}…`}
          icon={Pencil}
          small
          data-edits
          off={off.value}
          onClick={() => setEditing(true)}
        />
      )}
      {mayChange(view) &&
        (sure ? (
          <Button small kind="danger" onClick={() => void remove(view)}>
            Delete
          </Button>
        ) : (
          <IconButton label={`Delete ${view.name}…`} icon={Trash2} small off={off.value} onClick={() => setSure(true)} />
        ))}
    </li>
  )
}

/** A view's name and who sees it; what it shows stays as it is. */
function Edit({ view, onDone }: { view: SavedView; onDone(): void }) {
  const [name, setName] = useState(view.name)
  const [shared, setShared] = useState(view.shared)
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => form.current!.querySelector('input')!.select(), [])
  const chosen = name.trim()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (chosen !== '' && (await change(view, { name: chosen, shared }))) onDone()
  }
  return (
    <form
      class="edit"
      ref={form}
      onSubmit={submit}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        // this alone, not the menu that it stands in
        event.stopPropagation()
        onDone()
      }}
    >
      <input
        class="field"
        aria-label={`New name of ${view.name}`}
        maxLength={100}
        value={name}
        onInput={event => setName(event.currentTarget.value)}
      />
      <Sharing shared={shared} was={view.shared} onChange={setShared} />
      <div class="row">
        <Button small kind="primary" off={off.value ?? (chosen === '' ? 'It needs a name' : undefined)} onClick={submit}>
          Save
        </Button>
        <Button small kind="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
