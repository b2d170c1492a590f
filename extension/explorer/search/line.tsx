import type { FoundRow } from '../../search-messages.ts'
import { memo } from '../../ui/memo.ts'
import { place, show } from '../place.ts'
import { cellOf, lineOf } from './roles.ts'
import type { Shown, Surface } from './types.ts'

interface LineProps {
  row: FoundRow
  index: number
  top: number
  columns: readonly Shown[]
  isCurrent: boolean
  isOpen: boolean
  isStop: boolean
  isPicked: boolean
  selects: boolean
  surface: Surface
}
/** Select a row, or leave it out. Where all that the query finds was selected, the rows that are there stay so. */
export function toggle({ selected, whole, rows }: Surface, row: FoundRow): void {
  const next = new Map(whole.value ? rows.all().map(one => [one.id, one]) : selected.value)
  if (!next.delete(row.id)) next.set(row.id, row)
  whole.value = null
  selected.value = next
}

/** One row: drawn again only when something of it changes. */
export const Line = memo(({ row, index, top, columns, isCurrent, isOpen, isStop, isPicked, selects, surface }: LineProps) => {
  const press = {
    'aria-selected': selects ? isPicked : isOpen,
    tabIndex: isStop ? 0 : -1,
    onFocus: () => (surface.current.value = row.id),
    onClick(event: MouseEvent) {
      // a control or a link in the row is about itself
      if ((event.target as Element).closest('button, input, a, [role=menu]')) return
      surface.current.value = row.id
      show({ row: row.id }, place.value.with['row'] === undefined)
    },
  }
  return (
    <div {...lineOf(index)} class={isCurrent ? 'current' : ''} style={{ top: `${top}px` }} {...press}>
      {selects && (
        <div {...cellOf()}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select row ${index + 1}`}
            checked={isPicked}
            onChange={() => toggle(surface, row)}
          />
        </div>
      )}
      {columns.map(({ column }, i) => (
        <div key={column.id} {...cellOf(i)}>
          {column.cell(row, surface)}
        </div>
      ))}
    </div>
  )
})
