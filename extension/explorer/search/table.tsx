import { useComputed } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { FoundRow } from '../../search-messages.ts'
import type { Choice } from '../../ui/menu.tsx'
import { place, show } from '../place.ts'
import { type Actions, useKeys } from '../use-keys.ts'
import { useCellMenu } from './cell-menu.tsx'
import { widthsOf } from './column.tsx'
import { BriefHead, Head } from './head.tsx'
import { Line, toggle } from './line.tsx'
import { OverRows } from './over.tsx'
import { cellOf, gridOf, lineOf } from './roles.ts'
import type { Brief, Surface } from './types.ts'
import { secondLine, useNarrow, useRowHeight, useViewport } from './viewport.ts'

const headHeight = 32

/** The rows of a search, of which only those in sight are drawn. J and K move, Enter opens, X selects; while one is open they go from one to the next. */
export function Table(props: {
  surface: Surface
  label: string
  brief: Brief
  selects: boolean
  act: Record<string, (row: FoundRow) => unknown>
  rowMenu: ((row: FoundRow) => Choice[]) | undefined
}) {
  const { surface, label, brief, selects, act, rowMenu } = props
  const { rows } = surface
  const scroll = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow()
  const height = useRowHeight() + (isNarrow ? secondLine : 0)
  const answer = surface.found.value
  const view = useViewport(scroll, height, headHeight, answer)
  const moved = useRef(false)
  const takeSlots = useSlots()
  const drawn = useRef<VNode>(undefined)
  /** Where somebody went before the row was there. */
  const goal = useRef(-1)
  const columns = isNarrow ? [{ column: { id: 'brief', width: 200, grows: true, ...brief }, width: 200 }] : surface.columns.value
  // redrawn when rows come
  void rows.changed.value
  const open = useComputed(() => place.value.with['row']).value
  const current = surface.current.value
  const found = goal.current >= 0 ? goal.current : current === undefined ? -1 : rows.indexOf(current)
  const total = rows.total
  const last = Math.min(view.last, total)

  useEffect(() => rows.want(view.first, view.last), [view.first, view.last, rows.changed.value])

  const go = (row: FoundRow) => {
    surface.current.value = row.id
    if (open !== undefined) show({ row: row.id })
  }
  const step =
    (by: number, extend = false) =>
    () => {
      if (total === 0) return false
      const at = found < 0 ? (by === Infinity ? total - 1 : 0) : Math.max(0, Math.min(total - 1, found + by))
      const row = rows.at(at)
      moved.current = true
      view.bring(at)
      goal.current = row ? -1 : at
      if (!row) return true
      if (extend)
        surface.selected.value = new Map([
          ...surface.selected.value,
          ...[rows.at(found), row].flatMap(one => (one ? [[one.id, one] as const] : [])),
        ])
      go(row)
      return true
    }
  const rowAt = (element: Element) => rows.at(Number(element.closest('[role="row"]')?.getAttribute('aria-rowindex')) - 2)
  const idAt = (element: Element) => rowAt(element)?.id
  const here = () => (found < 0 ? undefined : rows.at(found))
  const menu = useCellMenu(surface, rowMenu, cell => {
    const column = columns[Number(cell.dataset['column'] ?? NaN)]?.column
    const row = rowAt(cell)
    return row && column && { row, column }
  })
  /** From a row into its cells and on; to the left of the first it is the row again. */
  const sideways = (by: number) => (event: KeyboardEvent) => {
    const at = (event.target as Element).closest<HTMLElement>('[role="gridcell"], [role="row"]')
    const line = at?.closest<HTMLElement>('[role="row"]')
    if (!at || !line || line.classList.contains('head')) return false
    const cells = [...line.querySelectorAll<HTMLElement>('[data-column]')]
    const next = cells.indexOf(at) + by
    const to = next < 0 ? line : cells[Math.min(next, cells.length - 1)]
    to?.focus()
    return true
  }
  const reading = open !== undefined
  const actions: Actions = {
    j: step(1),
    k: step(-1),
    ...(selects && {
      x: () => {
        const row = here()
        if (row) toggle(surface, row)
        return row !== undefined
      },
      J: step(1, true),
      K: step(-1, true),
    }),
    // while a panel is open the arrows scroll it
    ...(!reading && {
      ArrowDown: step(1),
      ArrowUp: step(-1),
      PageDown: step(view.page),
      PageUp: step(-view.page),
      Home: step(-Infinity),
      End: step(Infinity),
      ArrowRight: sideways(1),
      ArrowLeft: sideways(-1),
      Enter: () => {
        const row = here()
        if (row) show({ row: row.id }, true)
        return row !== undefined
      },
    }),
    ...Object.fromEntries(
      Object.entries(act).map(([key, run]) => [
        key,
        () => {
          const row = here()
          return row ? run(row) : false
        },
      ]),
    ),
  }
  useKeys(actions)
  useLayoutEffect(() => {
    const row = rows.at(goal.current)
    if (!row) return
    goal.current = -1
    go(row)
  })
  useLayoutEffect(() => {
    if (!moved.current || reading) return
    const row = scroll.current!.querySelector<HTMLElement>(`[aria-rowindex="${found + 2}"]`)
    if (!row) return
    row.focus({ preventScroll: true })
    moved.current = false
  })
  const focused = useRef<string | undefined>(undefined)
  useLayoutEffect(() => {
    scroll.current!.classList.toggle('emptied', total === 0)
    const { activeElement } = document
    // another row stands there now
    if (activeElement instanceof HTMLElement && scroll.current!.contains(activeElement) && idAt(activeElement) !== focused.current)
      activeElement.blur()
  })
  const stop = found >= view.first && found < last ? found : Math.min(last - 1, view.first + 12)
  const picked = surface.selected.value
  const isWhole = surface.whole.value !== null
  const { template, least } = widthsOf(columns, selects ? 44 : 0)
  const seen = Array.from({ length: Math.max(0, last - view.first) }, (_, i) => rows.at(view.first + i))
  // nothing is found: what stood there is kept out of sight for the rows that come next
  if (total === 0 && drawn.current) return drawn.current
  const slotOf = takeSlots(seen)
  drawn.current = (
    <div
      class="scroll"
      ref={scroll}
      onScroll={view.look}
      onFocusIn={({ target }) => {
        focused.current = idAt(target as Element)
      }}
      {...menu.handlers}
    >
      {menu.element}
      <OverRows over={surface.over} idAt={idAt} />
      <div
        class="grid"
        {...gridOf(label, total, selects)}
        style={{ '--columns': template, 'min-width': `${least}px`, height: `${total * height + headHeight}px`, '--h-row': `${height}px` }}
      >
        {isNarrow ? <BriefHead brief={brief} selects={selects} /> : <Head surface={surface} columns={columns} selects={selects} />}
        {seen.map((row, i) => {
          const index = view.first + i
          return row ? (
            <Line
              key={slotOf(row.id)}
              row={row}
              index={index}
              top={index * height + headHeight}
              columns={columns}
              isCurrent={row.id === (open ?? current)}
              isOpen={row.id === open}
              isStop={index === stop}
              isPicked={isWhole || picked.has(row.id)}
              selects={selects}
              surface={surface}
            />
          ) : (
            <div key={`waiting-${index}`} class="waiting" {...lineOf(index)} style={{ top: `${index * height + headHeight}px` }}>
              <div {...cellOf()}>
                <span class="sr">Not there yet</span>
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
  return drawn.current
}

/** Which element each row is drawn into. One that has gone leaves its own to one that comes: to make it anew takes several times as long. */
function useSlots() {
  const slots = useRef(new Map<string, number>())
  const made = useRef(0)
  return (drawn: readonly (FoundRow | undefined)[]) => {
    const ids = new Set(drawn.flatMap(row => row?.id ?? []))
    const kept = new Map([...slots.current].filter(([id]) => ids.has(id)))
    const free = [...slots.current].filter(([id]) => !ids.has(id)).map(([, slot]) => slot)
    for (const id of ids) if (!kept.has(id)) kept.set(id, free.shift() ?? made.current++)
    slots.current = kept
    return (id: string) => kept.get(id)!
  }
}
