import { ChevronDown, ChevronUp } from 'lucide'
import { useRef } from 'preact/hooks'
import type { Sort } from '../../search-messages.ts'
import { Icon } from '../../ui/icon.tsx'
import { show } from '../place.ts'
import { bounded } from './column.tsx'
import { moved, showColumns } from './columns-menu.tsx'
import { headOf, lineOf } from './roles.ts'
import type { Brief, Column, Shown, Surface } from './types.ts'

/** A press on a head: the other way round where the list is in its order already. */
const nextSort = (sort: Sort, by: NonNullable<Column['sorts']>): Sort =>
  by === 'severity' ? 'severity' : sort === '-timestamp' ? 'timestamp' : '-timestamp'
const isBy = (sort: Sort, by: Column['sorts']) => by !== undefined && sort.replace(/^-/, '') === by
const falls = (sort: Sort) => sort !== 'timestamp'

/** The heads: a press sorts, dragging one moves it, dragging its edge makes it wider. The menu of the columns does the same by keys. */
export function Head({ surface, columns, selects }: { surface: Surface; columns: readonly Shown[]; selects: boolean }) {
  const sort = surface.sort.value
  const dragged = useRef(-1)
  return (
    <div class="head" {...lineOf(-1)}>
      {selects && (
        <div {...headOf(undefined)}>
          <span class="sr">Selected</span>
        </div>
      )}
      {columns.map(({ column }, i) => {
        const { id, head, sorts } = column
        const by = isBy(sort, sorts)
        const dragging = {
          draggable: true,
          onDragStart: () => (dragged.current = i),
          onDragOver: (event: DragEvent) => dragged.current >= 0 && event.preventDefault(),
          onDrop(event: DragEvent) {
            event.preventDefault()
            if (dragged.current >= 0 && dragged.current !== i) showColumns(moved(columns, dragged.current, i))
            dragged.current = -1
          },
        }
        return (
          <div key={id} {...headOf(by ? (falls(sort) ? 'descending' : 'ascending') : undefined)} {...dragging}>
            {sorts ? (
              <button type="button" onClick={() => show({ sort: nextSort(sort, sorts) })}>
                {head}
                {by && <Icon of={falls(sort) ? ChevronDown : ChevronUp} small />}
              </button>
            ) : (
              <span class="cut" title={`${head}: the daemon sorts by time${surface.track === 'signals' ? ' and severity' : ''} only`}>
                {head}
              </span>
            )}
            <Edge onResize={width => showColumns(columns.map(one => (one.column === column ? { column, width } : one)))} />
          </div>
        )
      })}
    </div>
  )
}

/** The one head where there is one column: nothing to move, nothing to sort by that the menus do not have. */
export const BriefHead = ({ brief, selects }: { brief: Brief; selects: boolean }) => (
  <div class="head" {...lineOf(-1)}>
    {selects && (
      <div {...headOf(undefined)}>
        <span class="sr">Selected</span>
      </div>
    )}
    <div {...headOf(undefined)}>{brief.head}</div>
  </div>
)

function Edge({ onResize }: { onResize(width: number): void }) {
  const start = useRef<{ x: number; width: number } | undefined>(undefined)
  const handlers = {
    onPointerDown(event: PointerEvent) {
      event.preventDefault()
      ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
      // it is wider than it asks for where it grows, and narrower where there is little room
      const shown = (event.currentTarget as Element).parentElement!.getBoundingClientRect().width
      start.current = { x: event.clientX, width: shown }
    },
    onPointerMove(event: PointerEvent) {
      if (start.current) onResize(bounded(start.current.width + event.clientX - start.current.x))
    },
    onPointerUp: () => (start.current = undefined),
    onDragStart: (event: DragEvent) => event.preventDefault(),
  }
  return <span class="edge" aria-hidden="true" {...handlers} />
}
