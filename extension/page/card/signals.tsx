import { Archive, ChevronDown, ChevronUp, PanelRight, UserPlus, Workflow } from 'lucide'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Failure, IpFacts, SignalDetails, SignalRow } from '../../messages.ts'
import { isFailure } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Evidence } from '../../ui/evidence.tsx'
import { Who } from '../../ui/facts.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { firstPart, readMarkdown } from '../../ui/markdown.tsx'
import { MenuButton } from '../../ui/menu-button.tsx'
import { LastSeen } from '../../ui/time.tsx'
import { ArchiveForm, locked, StateButton } from '../../ui/triage.tsx'
import type { Model } from './model.ts'

/** The signals of the address that are not archived, and those that were archived here. */
export function Signals({ model, signals }: { model: Model; signals: IpFacts['signals'] }) {
  const rows = model.rows.value
  const known = rows.filter(row => row.state !== 'archived').length
  const hidden = Math.max(0, signals.open - signals.latest.filter(row => row.state !== 'archived').length)
  const past = signals.total - signals.open
  return (
    <section>
      <h3>
        Open signals <span class="weak">{known + hidden === 0 ? 'none' : known + hidden}</span>
      </h3>
      <ul>
        {rows.map(row => (
          <Signal key={row.id} row={row} model={model} />
        ))}
      </ul>
      {hidden > 0 && <p class="weak">{hidden} more in the popup</p>}
      {rows.length === 0 && past > 0 && <p class="weak">{past === 1 ? '1 was archived' : `${past} were archived`}</p>}
    </section>
  )
}

function Signal({ row, model }: { row: SignalRow; model: Model }) {
  const { archiving, current, pending, settings } = model
  const keys = settings.value?.keys !== false
  const first = model.rows.value.find(({ state }) => state !== 'archived')?.id
  const off = row.locked ? locked : pending.value.has(row.id) ? 'Sent, not answered yet' : model.off.value
  const isOpen = archiving.value === row.id
  const isUnfolded = model.unfolded.value === row.id
  const isCurrent = (current.value ?? first) === row.id
  const line = useRef<HTMLLIElement>(null)
  const wasOpen = useRef(isOpen)
  useLayoutEffect(() => {
    // a form that is gone has taken the focus with it: back to what opened it
    const root = line.current?.getRootNode() as ShadowRoot
    if (wasOpen.current && !isOpen && root.activeElement === null)
      (line.current!.querySelector<HTMLElement>('.acts > [aria-expanded]') ?? line.current!.querySelector('button'))?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  const toggle = () => {
    archiving.value = isOpen ? undefined : row.id
  }
  return (
    <li
      ref={line}
      class={`signal ${isCurrent ? 'current' : ''}`}
      aria-busy={pending.value.has(row.id)}
      onFocusIn={() => (current.value = row.id)}
    >
      <div class="row">
        <Severity level={row.severity} bare />
        <button type="button" class="title cut" title={row.title} aria-expanded={isUnfolded} onClick={() => model.unfold(row)}>
          {row.title}
        </button>
        <Icon of={isUnfolded ? ChevronUp : ChevronDown} small />
        <span class="weak nowrap end">
          <LastSeen row={row} />
        </span>
      </div>
      <div class="row acts">
        <StateButton
          state={row.state}
          off={off}
          onPick={(to, event) => (to === 'archived' ? toggle() : void model.move(row, { state: to }, event))}
        />
        <Assignee row={row} off={off} keys={keys} assign={(to, event) => void model.assign(row, to, event)} />
        <span class="end" />
        <IconButton label="Open signal" icon={PanelRight} small onClick={event => void model.openSignal(row, event)} />
        {row.state !== 'archived' && (
          <Button kind="quiet" small icon={Archive} off={off} aria-expanded={isOpen} {...(keys && { keys: 'E' })} onClick={toggle}>
            Archive
          </Button>
        )}
      </div>
      {row.locked && <p class="weak">{locked}</p>}
      {isOpen && (
        <ArchiveForm
          off={model.off.value}
          onArchive={({ reason, comment }, event) =>
            void model.move(row, { state: 'archived', reason, ...(comment !== '' && { comment }) }, event)
          }
          onBack={() => (archiving.value = undefined)}
        />
      )}
      {isUnfolded && <About about={model.about.value} row={row} onRun={event => void model.runOn(row, event)} />}
    </li>
  )
}

/** Enough to decide by; what to do about it is in the popup. */
function About({ about, row, onRun }: { about: SignalDetails | Failure | undefined; row: SignalRow; onRun(event: Event): void }) {
  if (!about) return <p class="about weak">&nbsp;</p>
  if (isFailure(about))
    return (
      <p class="about weak" role="alert">
        {about.error}
      </p>
    )
  return (
    <div class="about">
      <Button kind="quiet" small icon={Workflow} onClick={onRun}>
        Run workflow…
      </Button>
      <Evidence about={{ ...about, row }} message={firstPart(readMarkdown(about.message))} samples={3} />
    </div>
  )
}

function Assignee(props: { row: SignalRow; off: string | undefined; keys: boolean; assign(to: 'me' | 'nobody', event: Event): void }) {
  const { row, off, keys, assign } = props
  if (row.assignee === null)
    return (
      <Button kind="quiet" small icon={UserPlus} off={off} {...(keys && { keys: 'A' })} onClick={event => assign('me', event)}>
        Assign to me
      </Button>
    )
  return (
    <MenuButton
      label="Assignee"
      off={off}
      choices={[
        { label: 'Assign to me', checked: false, onPick: event => assign('me', event) },
        { label: 'Assign to nobody', checked: false, onPick: event => assign('nobody', event) },
      ]}
    >
      <Who person={row.assignee} />
      <span class="cut">{row.assignee.name || row.assignee.handle}</span>
    </MenuButton>
  )
}
