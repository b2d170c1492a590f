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
 * one is open they go from one to the next.
 */
export function Grid<R extends { id: string }>(props: {
  label: string
  columns: readonly Column<R>[]
  rows: readonly R[]
  sort: string
  onSort(sort: string): void
  /** The row whose panel is open. */
  open: string | undefined
  onOpen(row: R): void
  /** A row that is switched off is drawn fainter. */
  faint?(row: R): boolean
  act?: Record<string, (row: R) => unknown>
}) {
  const { label, columns, rows, sort, onSort, open, onOpen, faint, act = {} } = props
  const scroll = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const [seen, setSeen] = useState({ top: 0, height: 800 })
  const moved = useRef(false)
  const height = useRowHeight()
  const found = rows.findIndex(({ id }) => id === (open ?? current))
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
  const step = (by: number) => () => {
    if (rows.length === 0) return false
    const next = rows[found < 0 && by !== -Infinity ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]!
    moved.current = true
    setCurrent(next.id)
    if (open !== undefined) onOpen(next)
    return true
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
      Enter: () => found >= 0 && onOpen(rows[at]!),
    }),
    ...Object.fromEntries(Object.entries(act).map(([key, run]) => [key, () => found >= 0 && run(rows[at]!)])),
  })
  // what was moved to comes into sight and has the focus
  useLayoutEffect(() => {
    if (!moved.current || found < 0) return
    const top = found * height
    const view = scroll.current!
    const room = view.clientHeight - headHeight
    if (top < view.scrollTop) view.scrollTop = top
    else if (top + height > view.scrollTop + room) view.scrollTop = top + height - room
    look()
  }, [found])
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
        {rows.slice(from, to).map((row, i) => (
          <div
            key={row.id}
            {...line(from + i + 2)}
            class={`${row.id === (open ?? current) ? 'current' : ''} ${faint?.(row) ? 'faint' : ''}`}
            style={{ top: `${(from + i) * height + headHeight}px` }}
            {...rowOf(row, from + i === at)}
          >
            {columns.map(column => (
              <div key={column.id} {...cell}>
                {column.cell(row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
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
