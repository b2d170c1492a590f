import { Ban, Copy, FolderPlus, Move, Pin, PinOff, X } from 'lucide'
import { Button, IconButton } from '../../ui/button.tsx'
import { Facts, Summary, ValueSummary } from '../../ui/ip-facts.tsx'
import { press } from '../../ui/keys.ts'
import { Pivots } from '../../ui/pivots.tsx'
import { ToastHost } from '../../ui/toast.tsx'
import { defanged, isAddress, type Model, type View } from './model.ts'
import { More } from './more.tsx'
import { arrowKeys, type Moving } from './moving.ts'
import { Signals } from './signals.tsx'
import { Skeleton } from './skeleton.tsx'
import { Trouble } from './trouble.tsx'

/** The card of one value. `close` puts it away and gives the focus back to the page. */
export function Card({ model, close, moving }: { model: Model; close(): void; moving: Moving }) {
  const { subject, view, pinned, settings } = model
  const { value, text } = subject.value
  const keys = settings.value?.keys !== false
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') press(event, { Escape: close })
    else if (keys) press(event, cardKeys(model, event.key))
  }
  return (
    <section class="card" role="dialog" tabIndex={-1} aria-label={value ?? 'Nothing found'} onKeyDown={onKeyDown}>
      <header onPointerDown={moving.grab}>
        <div class="row">
          <h2 class="addr" {...(value !== null && { title: value })}>
            {value ?? 'Nothing found'}
          </h2>
          <span class="end" />
          {value !== null && (
            <>
              {isAddress(value) && <IconButton label={blockWord(view.value)} icon={Ban} aria-keyshortcuts="B" onClick={model.block} />}
              <IconButton label={`Copy defanged: ${defanged(value)}`} icon={Copy} aria-keyshortcuts="D" onClick={model.copyDefanged} />
              <IconButton
                label={pinned.value ? 'Let it close by itself' : 'Keep open'}
                icon={pinned.value ? PinOff : Pin}
                aria-pressed={pinned.value}
                aria-keyshortcuts="P"
                onClick={() => model.pin()}
              />
            </>
          )}
          <span class="grip" onPointerDown={moving.grab}>
            <IconButton label="Move: drag, or arrow keys" icon={Move} onKeyDown={event => press(event, arrowKeys(moving, event))} />
          </span>
          <IconButton label="Close (Esc)" icon={X} onClick={close} />
        </div>
        <About view={view.value} />
        <Others model={model} />
      </header>
      {view.value.is === 'facts' && (
        <section class="body" aria-label="What is known">
          <Facts facts={view.value.facts} />
          {view.value.facts.signals && <Signals model={model} signals={view.value.facts.signals} />}
          <Pivots links={model.pivots.value} open={(link, event) => void model.openPivot(link, event)} />
        </section>
      )}
      {view.value.is === 'loading' && view.value.slow && <Skeleton />}
      {view.value.is === 'trouble' && <Trouble {...view.value} retry={model.renew} />}
      {view.value.is === 'none' && <Nothing text={text} />}
      <More />
      {model.lines.value && <Lines model={model} />}
      {model.note.value && <p class="weak note">{model.note.value}</p>}
      <ToastHost toasts={model.toasts} />
    </section>
  )
}

/** What is selected on the page goes into a case. */
const Lines = ({ model }: { model: Model }) => (
  <div class="row note">
    <Button
      kind="quiet"
      small
      icon={FolderPlus}
      keys="C"
      // the page keeps its selection
      onMouseDown={event => event.preventDefault()}
      onClick={event => void model.addLines(event)}
    >
      Add these lines to a case…
    </Button>
  </div>
)

/** What is known in a word; its lines are kept free while they load. */
function About({ view }: { view: View }) {
  if (view.is === 'facts') return 'address' in view.facts ? <Summary facts={view.facts} /> : <ValueSummary facts={view.facts} />
  if (view.is !== 'loading') return null
  return (
    <>
      <p class="dim">&nbsp;</p>
      <div class="row tags" />
    </>
  )
}

const blockWord = (view: View): string =>
  view.is === 'facts' && 'address' in view.facts && view.facts.blocked ? 'On the denylist: extend or lift…' : 'Block…'

/** The keys of a card that has the focus; others stay with the page. */
function cardKeys(model: Model, key: string): Record<string, (event: KeyboardEvent) => unknown> {
  const row = model.rows.value.find(({ id }) => id === model.current.value) ?? model.rows.value.find(({ state }) => state !== 'archived')
  const able = row && !row.locked
  const actions: Record<string, (event: KeyboardEvent) => unknown> = {
    a: event => (able ? void model.assign(row, 'me', event) : false),
    e: () => {
      if (!able || row.state === 'archived') return false
      model.askWhy(row)
      return true
    },
    b: event => void model.block(event),
    c: event => (model.lines.value ? void model.addLines(event) : false),
    d: () => void model.copyDefanged(),
    p: () => model.pin(),
    u: model.toasts.undo,
  }
  const action = actions[key.toLowerCase()]
  return action ? { [key]: action } : {}
}

/** The other values of a selection. */
function Others({ model }: { model: Model }) {
  const { value, others, text } = model.subject.value
  if (others.length === 0) return null
  const pick = (next: string) =>
    model.show({ value: next, others: [...others.filter(other => other !== next), ...(value === null ? [] : [value])], text })
  return (
    <fieldset class="choices others">
      <legend class="weak">Also selected</legend>
      {others.slice(0, 12).map(other => (
        <button type="button" class="btn small addr cut" title={other} key={other} onClick={() => pick(other)}>
          {other}
        </button>
      ))}
      {others.length > 12 && <span class="weak">{others.length - 12} more</span>}
    </fieldset>
  )
}

const Nothing = ({ text }: { text: string }) => (
  <p class="say">
    {text.trim() === '' ? (
      'Select an address, a domain, a hash … on the page first, then look it up.'
    ) : (
      <>
        <q class="quoted">{text.trim().slice(0, 200)}</q> holds nothing that can be looked up.
      </>
    )}
  </p>
)
