import { ArrowRight, Ban } from 'lucide'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { stateLabels } from '../../shared/triage.ts'
import { withCodes } from '../../shared/unseen.ts'
import type { SignalRow } from '../messages.ts'
import { IconButton } from '../ui/button.tsx'
import { Address, Who } from '../ui/facts.tsx'
import { Severity } from '../ui/glyphs.tsx'
import { archivedAs } from '../ui/story.ts'
import { Ago, LastSeen } from '../ui/time.tsx'
import { ArchiveForm } from '../ui/triage.tsx'
import { about } from '../ui/triage-words.ts'
import { Visible } from '../ui/visible.tsx'
import { type Desk, formIn } from './desk.ts'
import { go, pick, pickTo } from './list.ts'
import { Moves } from './moves.tsx'

/** The roles of a grid, on elements that a table would not lay out. */
const cell = { role: 'gridcell' } as const

/** The list as a grid: one row at a time has the focus and the actions. `old`: the last list of a daemon that is away, read only; `off`: why nothing can be changed now. */
export function Rows({ desk, old, off, me }: { desk: Desk; old: boolean; off: string | undefined; me: string }) {
  const { rows, current, gone, picked, total } = desk.list.value
  const grid = useRef<HTMLDivElement>(null)
  const before = useRef(current)
  useLayoutEffect(() => {
    const row = grid.current?.querySelector<HTMLElement>('[tabindex="0"][role="row"]')
    const has = document.activeElement
    const free = has === document.body || (has?.getAttribute('role') === 'row' && grid.current?.contains(has))
    // follow the current row with the focus, but never take it from a field or a button elsewhere, nor before somebody moved
    if (row && free && before.current !== null) row.focus()
    before.current = current
    row?.scrollIntoView({ block: 'nearest' })
  }, [current, rows.length > 0, desk.archiving.value === null, desk.opened.row.value === null])
  const shown = {
    role: 'grid',
    'aria-label': `${stateLabels[desk.tab.value]} signals, ${desk.tab.value === 'archived' ? 'last archived' : 'most severe and newest'} first`,
    'aria-multiselectable': !old,
    'aria-rowcount': total,
    'aria-busy': desk.loading.value,
  } as const
  return (
    <div class={`list ${old ? 'old' : ''} ${desk.loading.value ? 'loading' : ''}`} ref={grid} id="signals" {...shown}>
      {rows.map(row => (
        <Row
          key={row.id}
          desk={desk}
          row={row}
          me={me}
          old={old}
          off={off}
          current={row.id === current}
          picked={picked.has(row.id)}
          gone={gone.has(row.id)}
        />
      ))}
      {total > rows.length && rows.length > 0 && (
        <p class="rest weak">
          The first {rows.length} of {total}. Filter to see the others.
        </p>
      )}
    </div>
  )
}

interface Shown {
  desk: Desk
  row: SignalRow
  me: string
  old: boolean
  off: string | undefined
  current: boolean
  picked: boolean
  gone: boolean
}

function Row({ desk, row, me, old, off, current, picked, gone }: Shown) {
  const { list, archiving } = desk
  const onClick = (event: MouseEvent) => {
    const { target } = event as { target: Element | null }
    // a press on an action is about that action
    if (old || target?.closest('button:not(.title), input, form')) return
    if (event.shiftKey) list.value = pickTo(list.value, row.id)
    else if (event.ctrlKey || event.metaKey) list.value = pick(list.value, row.id)
    else if (target?.closest('.title')) desk.read(row.id)
    else list.value = go(list.value, row.id)
  }
  const form = current && !gone && formIn(desk) === row.id
  // a form that is being written in stays
  const acts = form || (current && !old && !gone)
  const shown = {
    role: 'row',
    tabIndex: current ? 0 : -1,
    'aria-selected': picked,
    'aria-busy': desk.busy.value.has(row.id),
    onClick,
    // a range of rows is picked, not a range of text
    onMouseDown: (event: MouseEvent) => event.shiftKey && event.preventDefault(),
  } as const
  return (
    <div class={`item ${current && !old ? 'current' : ''} ${picked ? 'picked' : ''} ${gone ? 'gone' : ''}`} {...shown}>
      <div {...cell} class="sevcell">
        <Severity level={row.severity} bare />
      </div>
      <div {...cell} class="main">
        <button type="button" class="title cut" title={withCodes(row.title)} tabIndex={-1}>
          <Visible text={row.title} />
        </button>
        <div class="row sub">
          {row.ip && (
            <span class="row">
              <Address ip={row.ip} verdict={row.verdict} />
            </span>
          )}
          <span class="cut weak">{gone ? `No longer ${stateLabels[desk.tab.value].toLowerCase()}` : <Visible text={about(row)} />}</span>
        </div>
        {row.archive && <Archived archive={row.archive} />}
      </div>
      <div {...cell} class="side">
        <span class="weak">
          <LastSeen row={row} />
        </span>
        <Who person={row.assignee} quiet />
      </div>
      {acts && <Actions desk={desk} row={row} me={me} picked={picked} form={form} off={off} />}
      {form && (
        <div {...cell} class="wide">
          <ArchiveForm off={off} onArchive={choice => desk.move([row], 'archived', choice)} onBack={() => (archiving.value = null)} />
        </div>
      )}
    </div>
  )
}

/** Why, by whom and when it was archived. */
const Archived = ({ archive }: { archive: NonNullable<SignalRow['archive']> }) => (
  <div class="row sub dim" title={withCodes(archivedAs(archive))}>
    <Visible class="cut" text={archivedAs(archive)} />
    {archive.at > 0 && (
      <span class="weak nowrap end">
        <Ago time={archive.at} sentence />
      </span>
    )}
  </div>
)

function Actions(props: { desk: Desk; row: SignalRow; me: string; picked: boolean; form: boolean; off: string | undefined }) {
  const { desk, row, me, picked, form, off } = props
  return (
    <div {...cell} class="acts row">
      <input
        type="checkbox"
        class="pick"
        aria-label="Select"
        aria-keyshortcuts="X"
        title="Select (X)"
        checked={picked}
        tabIndex={-1}
        onChange={() => (desk.list.value = pick(desk.list.value, row.id))}
      />
      <Moves desk={desk} row={row} me={me} form={form} off={off} />
      <span class="end" />
      {row.ip !== null && (
        <IconButton label="Block… (B)" icon={Ban} small aria-keyshortcuts="B" off={desk.noBlock()} onClick={() => void desk.block(row)} />
      )}
      <IconButton label="Details (Enter)" icon={ArrowRight} small aria-keyshortcuts="Enter" onClick={() => desk.read(row.id)} />
    </div>
  )
}
