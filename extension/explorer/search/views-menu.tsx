import { Bookmark, House, Save, Trash2, Users } from 'lucide'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { SavedView } from '../../search-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { off } from '../../ui/off.ts'
import { Visible } from '../../ui/visible.tsx'
import { place } from '../place.ts'
import { isolated } from './column.tsx'
import { Popover } from './popover.tsx'
import { begin, beginWith, change, loadViews, openView, remove, save, trouble, views } from './saved-views.ts'
import type { Surface } from './types.ts'

/** Saved views: one's own, those that others share, and the one that one begins with. */
export function ViewsMenu({ surface }: { surface: Surface }) {
  useEffect(() => void begin(surface.track), [])
  const current = views.value?.views.find(({ id }) => id === place.value.with['saved'])
  return (
    <Popover label="Saved views" icon={Bookmark} text={<Visible class="cut" text={current?.name ?? 'Views'} />} class="views">
      {close => <Views surface={surface} current={current} onDone={close} />}
    </Popover>
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
      {current?.mine && (
        <Button small icon={Save} off={off.value} onClick={() => void change(surface, current)}>
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
      <label class="row">
        <input type="checkbox" checked={shared} onChange={() => setShared(!shared)} />
        Share it with everybody here
      </label>
    </>
  )
}

function Line({ view, isCurrent, onOpen }: { view: SavedView; isCurrent: boolean; onOpen(): void }) {
  const [sure, setSure] = useState(false)
  const isFirst = views.value?.chosen === view.id
  const line = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => {
    if (sure) line.current!.querySelector<HTMLElement>('.danger')!.focus()
  }, [sure])
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
      {view.mine &&
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
