import { ListFilter, X } from 'lucide'
import { useRef } from 'preact/hooks'
import { severities } from '../../shared/severity.ts'
import { type State, stateLabels, states } from '../../shared/triage.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { capital, Glyph, Severity } from '../ui/glyphs.tsx'
import { type Choice, Menu } from '../ui/menu.tsx'
import type { Desk, Filter } from './desk.ts'

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }

/** The states as tabs with their counts, and the filter. `live`: the filter needs the daemon. */
export function Tabs({ desk, live, filtering }: { desk: Desk; live: boolean; filtering: { value: boolean } }) {
  const { tab, counts, filter } = desk
  const bar = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = steps[event.key]
    if (by === undefined) return
    const at = (states.indexOf(tab.value) + by + states.length) % states.length
    desk.open(states[at]!)
    bar.current?.querySelectorAll('button')[at]?.focus()
    event.preventDefault()
  }
  const close = (back: boolean) => {
    filtering.value = false
    if (back) bar.current?.parentElement?.querySelector<HTMLElement>('.opener button')?.focus()
  }
  const set = Object.keys(filter.value).length > 0
  return (
    <div class="tabs">
      <div class="row" role="tablist" aria-label="Triage state" ref={bar} onKeyDown={onKeyDown}>
        {states.map(state => (
          <Tab
            key={state}
            state={state}
            count={state === 'archived' ? undefined : counts.value?.[state]}
            chosen={state === tab.value}
            onOpen={() => desk.open(state)}
          />
        ))}
      </div>
      <span class="end" />
      {desk.list.value.waiting > 0 && (
        <Button small class="fresh" title="Show them (N)" aria-keyshortcuts="N" onClick={desk.showNew}>
          {desk.list.value.waiting} new
        </Button>
      )}
      <span class="opener">
        <IconButton
          label="Filter by assignee, severity, service (F)"
          icon={ListFilter}
          small
          off={live ? undefined : 'The daemon is away: this is its last list'}
          aria-haspopup="menu"
          aria-expanded={filtering.value}
          aria-pressed={set}
          onMouseDown={event => filtering.value && event.preventDefault()}
          onClick={() => {
            filtering.value = !filtering.value
          }}
        />
        {filtering.value && <Menu label="Filter" left choices={choicesOf(desk)} onClose={close} />}
      </span>
    </div>
  )
}

function Tab({ state, count, chosen, onOpen }: { state: State; count: number | undefined; chosen: boolean; onOpen(): void }) {
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${state}`}
      aria-controls="signals"
      class={`state ${state}`}
      aria-selected={chosen}
      tabIndex={chosen ? 0 : -1}
      onClick={onOpen}
    >
      <Glyph of={state} />
      {stateLabels[state]} <span class="weak">{count}</span>
    </button>
  )
}

function choicesOf(desk: Desk): Choice[] {
  const now = desk.filter.value
  const to = (change: Filter) => () => desk.open(desk.tab.value, clean({ ...now, ...change }))
  const services = [...new Set([...desk.list.value.rows.flatMap(row => row.services), ...(now.service ? [now.service] : [])])].sort()
  return [
    { label: 'Everybody’s', checked: !now.mine, onPick: to({ mine: false }) },
    { label: 'Assigned to me', checked: now.mine === true, onPick: to({ mine: true }) },
    { label: 'Any severity', checked: !now.severity, apart: true, onPick: to({ severity: undefined }) },
    ...severities.map(severity => ({
      label: capital(severity),
      show: <Severity level={severity} />,
      checked: now.severity === severity,
      onPick: to({ severity }),
    })),
    { label: 'Any service', checked: !now.service, apart: true, onPick: to({ service: undefined }) },
    ...services
      .slice(0, 20)
      .map(service => ({ label: `Service ${service}`, show: service, checked: now.service === service, onPick: to({ service }) })),
  ]
}

/** Without what filters nothing, so that an empty filter has no keys. */
const clean = ({ mine, severity, service }: Filter): Filter => ({
  ...(mine && { mine }),
  ...(severity && { severity }),
  ...(service && { service }),
})

/** What is filtered, in words, and the way back. */
export function FilterLine({ desk }: { desk: Desk }) {
  const { mine, severity, service } = desk.filter.value
  const says = [mine && 'assigned to me', severity && `severity ${severity}`, service && `service ${service}`].filter(Boolean)
  if (says.length === 0) return null
  return (
    <div class="filterline row">
      <span class="cut">Only {says.join(', ')}</span>
      <span class="end" />
      <Button kind="quiet" small icon={X} onClick={() => desk.open(desk.tab.value, {})}>
        Clear
      </Button>
    </div>
  )
}
