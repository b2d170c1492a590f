import { ChevronDown, ChevronUp } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { secondLine, useNarrow, useRowHeight } from './search/viewport.ts'
import { useKeys } from './use-keys.ts'

export interface Column<R> {
  id: string
  head: string
  /** A CSS width; the one without takes what is left. */
  width?: string
  /** Whether a press on its head sorts. */
  sorts?: boolean
  /** Its cells do not say by themselves what they are: where no heads are, its head stands before them. */
  bare?: boolean
  cell(row: R): ComponentChildren
}

/** The columns that matter most, by their ids, in the two lines that a row has where there is room for one column only. */
export type Brief = readonly [first: readonly string[], second: readonly string[]]

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
  brief: Brief
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
  const isNarrow = useNarrow()
  const told = isNarrow ? [briefColumn(label, props.columns, props.brief)] : props.columns
  const columns = picked ? [pickColumn(picked), ...told] : told
  const scroll = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const [seen, setSeen] = useState({ top: 0, height: 800 })
  const moved = useRef(false)
  /** Where somebody went before the row was there. */
  const goal = useRef(-1)
  const height = useRowHeight() + (isNarrow ? secondLine : 0)
  // a row that is not there yet has no id either
  const placeOf = (id: string | undefined) => (id === undefined ? -1 : rows.findIndex(row => row?.id === id))
  const known = placeOf(open ?? current)
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
  const was = useRef(open)
  // what was read comes into sight again where the list has put it elsewhere meanwhile
  useLayoutEffect(() => {
    const closed = reading ? -1 : placeOf(was.current)
    was.current = open
    if (closed < 0 || scroll.current!.querySelector(`[aria-rowindex="${closed + 2}"]`)) return
    setCurrent(rows[closed]!.id)
    moved.current = true
    bring(closed)
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
  // Tab comes into the list wherever it is scrolled
  const stop = at >= from && at < to ? at : Math.min(to - 1, Math.ceil(seen.top / height))
  return (
    <div class="scroll" ref={scroll} onScroll={look}>
      <div
        class="grid"
        {...grid(label, rows.length)}
        style={{
          '--columns': columns.map(({ width }) => width ?? 'minmax(200px, 1fr)').join(' '),
          height: `${rows.length * height + headHeight}px`,
          ...(isNarrow && { 'min-width': '0', '--h-row': `${height}px` }),
        }}
      >
        <div class="head" {...line(1)}>
          {isNarrow ? (
            <BriefHead columns={props.columns} brief={props.brief} picks={picked !== undefined} sort={sort} onSort={onSort} />
          ) : (
            columns.map(column => (
              <div key={column.id} {...headCell(sort, column.id)}>
                <HeadOf column={column} sort={sort} onSort={onSort} />
              </div>
            ))
          )}
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
              {...rowOf(row, from + i === stop)}
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

/** What a column is called; a press sorts by it. */
function HeadOf<R>({ column: { id, head, sorts }, sort, onSort }: { column: Column<R>; sort: string; onSort(sort: string): void }) {
  const { by, falling } = readSort(sort)
  if (!sorts) return <span class={head === '' ? 'sr' : ''}>{head || id}</span>
  return (
    <button type="button" onClick={() => onSort(id === by && !falling ? `-${id}` : id)}>
      {head}
      {id === by && <Icon of={falling ? ChevronDown : ChevronUp} small />}
    </button>
  )
}

const named = <R,>(columns: readonly Column<R>[], ids: readonly string[]) =>
  ids.flatMap(id => columns.find(column => column.id === id) ?? [])

/** Over one column: what sorts of those that stand in it. */
function BriefHead<R>(props: { columns: readonly Column<R>[]; brief: Brief; picks: boolean; sort: string; onSort(sort: string): void }) {
  const { columns, brief, picks, sort, onSort } = props
  const sorting = named(columns, brief.flat()).filter(({ sorts }) => sorts)
  return (
    <>
      {picks && (
        <div {...headCell(sort)}>
          <span class="sr">Selected</span>
        </div>
      )}
      <div class="row" {...headCell(sort, ...sorting.map(({ id }) => id))}>
        {sorting.map(column => (
          <HeadOf key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
    </>
  )
}

/** One column with what matters most. */
const briefColumn = <R,>(head: string, columns: readonly Column<R>[], [first, second]: Brief): Column<R> => ({
  id: 'brief',
  head,
  width: 'minmax(0, 1fr)',
  cell: row => (
    <div class="brief">
      {[first, second].map((ids, at) => (
        <div key={at} class={at === 0 ? 'row' : 'row weak'}>
          {named(columns, ids).map(({ id, head, bare, cell }) => (
            <div key={id} class={bare ? 'bare' : ''}>
              {bare && <span class="weak">{head}</span>}
              {cell(row)}
            </div>
          ))}
        </div>
      ))}
    </div>
  ),
})

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
const headCell = (sort: string, ...ids: string[]) => {
  const { by, falling } = readSort(sort)
  return { role: 'columnheader', 'aria-sort': !ids.includes(by) ? undefined : falling ? 'descending' : 'ascending' } as const
}
const cell = { role: 'gridcell' } as const

const headHeight = 32
