import { ChevronDown, ChevronUp } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { settings } from '../ui/live.ts'
import { useKeys } from './use-keys.ts'

export interface Column<R> {
  id: string
  head: string
  /** A CSS width; the one without takes what is left. */
  width?: string
  /** Whether a press on its head sorts. */
  sorts?: boolean
  cell(row: R): ComponentChildren
}

/** Rows drawn above and below what is seen. */
const spare = 10

/** `-week` → week, falling. */
export const readSort = (sort: string): { by: string; falling: boolean } => ({ by: sort.replace(/^-/, ''), falling: sort.startsWith('-') })

/**
 * A list of rows of one height, of which only those in sight are drawn, so that thousands scroll as tens do. J and K move, Enter opens; while
 * one is open they go from one to the next. Rows that are not there yet are gaps. With `picked`, X selects, and J and K do with Shift.
 */
export function Grid<R extends { id: string }>(props: {
  label: string
  columns: readonly Column<R>[]
  rows: readonly (R | undefined)[]
  sort: string
  onSort(sort: string): void
  /** The row whose panel is open. */
  open: string | undefined
  onOpen(row: R): void
  /** A row that is switched off is drawn fainter. */
  faint?(row: R): boolean
  act?: Record<string, (row: R) => unknown>
  picked?: { has(id: string): boolean; nameOf(row: R): string; set(row: R, on: boolean): void }
  /** Rows from one to before another are in sight. */
  onSight?(from: number, to: number): void
}) {
  const { label, rows, sort, onSort, open, onOpen, faint, act = {}, picked, onSight } = props
  const columns = picked ? [pickColumn(picked), ...props.columns] : props.columns
  const scroll = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const [seen, setSeen] = useState({ top: 0, height: 800 })
  const moved = useRef(false)
  /** Where somebody went before the row was there. */
  const goal = useRef(-1)
  const height = useRowHeight()
  const known = rows.findIndex(row => row?.id === (open ?? current))
  const found = goal.current >= 0 ? goal.current : known
  const at = Math.max(0, found)

  const look = () => {
    // a list that is gone may be told of its size once more
    if (scroll.current) setSeen({ top: scroll.current.scrollTop, height: scroll.current.clientHeight })
  }
  useEffect(() => {
    const observer = new ResizeObserver(look)
    observer.observe(scroll.current!)
    return () => observer.disconnect()
  }, [])
  const step =
    (by: number, picks = false) =>
    () => {
      if (rows.length === 0) return false
      const to = found < 0 && by !== -Infinity ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))
      if (picks) for (const row of [rows[found], rows[to]]) if (row) picked?.set(row, true)
      moved.current = true
      goal.current = to
      arrive()
      bring(to)
      return true
    }
  /** To the row that somebody went to, once it is there. */
  const arrive = () => {
    const row = rows[goal.current]
    if (!row) return
    goal.current = -1
    setCurrent(row.id)
    if (open !== undefined) onOpen(row)
  }
  const bring = (index: number) => {
    const top = index * height
    const view = scroll.current!
    const room = view.clientHeight - headHeight
    if (top < view.scrollTop) view.scrollTop = top
    else if (top + height > view.scrollTop + room) view.scrollTop = top + height - room
    look()
  }
  const onRow = (run: (row: R) => unknown) => () => {
    const row = found >= 0 ? rows[at] : undefined
    return row ? run(row) : false
  }
  const page = Math.max(1, Math.floor(seen.height / height) - 2)
  const reading = open !== undefined
  useKeys({
    j: step(1),
    k: step(-1),
    // while a panel is open the arrows scroll it
    ...(!reading && {
      ArrowDown: step(1),
      ArrowUp: step(-1),
      PageDown: step(page),
      PageUp: step(-page),
      Home: step(-Infinity),
      End: step(Infinity),
      Enter: onRow(onOpen),
    }),
    ...(picked && {
      x: onRow(row => picked.set(row, !picked.has(row.id))),
      J: step(1, true),
      K: step(-1, true),
    }),
    ...Object.fromEntries(Object.entries(act).map(([key, run]) => [key, onRow(run)])),
  })
  // what was moved to comes into sight and has the focus
  useLayoutEffect(() => {
    if (moved.current && found >= 0) bring(found)
  }, [found])
  useLayoutEffect(arrive)
  useLayoutEffect(() => {
    if (!moved.current || reading) return
    const row = scroll.current!.querySelector<HTMLElement>(`[aria-rowindex="${found + 2}"]`)
    if (!row) return
    row.focus({ preventScroll: true })
    moved.current = false
  })
  const rowOf = (row: R, isStop: boolean) => ({
    'aria-selected': row.id === open,
    tabIndex: isStop ? 0 : -1,
    onFocus: () => setCurrent(row.id),
    onClick(event: MouseEvent) {
      // a switch or a link in the row is about itself
      if ((event.target as Element).closest('button, input, a')) return
      setCurrent(row.id)
      onOpen(row)
    },
  })
  const from = Math.max(0, Math.floor(seen.top / height) - spare)
  const to = Math.min(rows.length, Math.ceil((seen.top + seen.height) / height) + spare)
  useEffect(() => onSight?.(from, to), [from, to, rows])
  const { by, falling } = readSort(sort)
  return (
    <div class="scroll" ref={scroll} onScroll={look}>
      <div
        class="grid"
        {...grid(label, rows.length)}
        style={{
          '--columns': columns.map(({ width }) => width ?? 'minmax(200px, 1fr)').join(' '),
          height: `${rows.length * height + headHeight}px`,
        }}
      >
        <div class="head" {...line(1)}>
          {columns.map(({ id, head, sorts }) => (
            <div key={id} {...headCell(id !== by ? undefined : falling ? 'descending' : 'ascending')}>
              {sorts ? (
                <button type="button" onClick={() => onSort(id === by && !falling ? `-${id}` : id)}>
                  {head}
                  {id === by && <Icon of={falling ? ChevronDown : ChevronUp} small />}
                </button>
              ) : (
                <span class={head === '' ? 'sr' : ''}>{head || id}</span>
              )}
            </div>
          ))}
        </div>
        {Array.from({ length: Math.max(0, to - from) }, (_, i) => {
          const row = rows[from + i]
          const style = { top: `${(from + i) * height + headHeight}px` }
          return row ? (
            <div
              key={row.id}
              {...line(from + i + 2)}
              class={`${row.id === (open ?? current) ? 'current' : ''} ${faint?.(row) ? 'faint' : ''}`}
              style={style}
              {...rowOf(row, from + i === at)}
            >
              {columns.map(column => (
                <div key={column.id} {...cell}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          ) : (
            <div key={from + i} class="waiting" {...line(from + i + 2)} style={style}>
              <div {...cell}>
                <span class="sr">Not there yet</span>
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function pickColumn<R extends { id: string }>({ has, nameOf, set }: NonNullable<Parameters<typeof Grid<R>>[0]['picked']>): Column<R> {
  return {
    id: 'Selected',
    head: '',
    width: '44px',
    cell: row => (
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Select ${nameOf(row)}`}
        checked={has(row.id)}
        onChange={event => set(row, event.currentTarget.checked)}
      />
    ),
  }
}

const grid = (label: string, rows: number) => ({ role: 'grid', 'aria-label': label, 'aria-rowcount': rows + 1 }) as const
const line = (index: number) => ({ role: 'row', 'aria-rowindex': index }) as const
const headCell = (sort: 'ascending' | 'descending' | undefined) => ({ role: 'columnheader', 'aria-sort': sort }) as const
const cell = { role: 'gridcell' } as const

const headHeight = 32

/** px, as the setting and the kind of pointer have it. */
function useRowHeight(): number {
  const { rowHeight } = settings.value
  const [height, setHeight] = useState(36)
  useLayoutEffect(() => {
    setHeight(Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--h-row'), 10) || 36)
  }, [rowHeight])
  return height
}
