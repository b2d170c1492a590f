import { Ban, Copy, Ellipsis, Filter } from 'lucide'
import { useState } from 'preact/hooks'
import type { FoundRow } from '../../search-messages.ts'
import { Icon } from '../../ui/icon.tsx'
import { type Choice, Menu } from '../../ui/menu.tsx'
import { Visible } from '../../ui/visible.tsx'
import { pivotChoices } from '../pivots.tsx'
import { respondChoices } from '../respond/choices.tsx'
import { toasts } from '../surface.ts'
import { valuesOf } from './column.tsx'
import type { Column, Surface } from './types.ts'

/** Values of one cell that its menu offers each. */
const most = 6

export async function copy(text: string, said = 'Copied'): Promise<void> {
  await navigator.clipboard.writeText(text)
  toasts.show({ icon: Copy, text: said })
}

/** What can be done with a value that stands at a path: asked for, kept out, copied. */
export function valueChoices(surface: Surface, path: string, value: string): Choice[] {
  const choice = (label: string, icon: typeof Copy, onPick: () => void, apart = false): Choice => ({
    label: `${label} ${value}`,
    show: (
      <>
        <Icon of={icon} small />
        {label}
        <Visible class="cut mono" text={value.slice(0, 200)} />
      </>
    ),
    checked: false,
    apart,
    onPick,
  })
  return [
    choice('Filter by', Filter, () => surface.narrow(path, value, 'filter')),
    choice('Exclude', Ban, () => surface.narrow(path, value, 'exclude')),
    choice('Copy', Copy, () => void copy(value)),
    ...respondChoices(path, value),
    ...pivotChoices(value),
  ]
}

interface Place {
  row: FoundRow
  column: Column
}
/** The row and column of a cell, by its place in the grid. */
type At = (cell: HTMLElement) => { row: FoundRow; column: Column } | undefined

/** The menu of a cell's value: by its button while the pointer is on the cell, by a right click, or by Enter on the cell. */
export function useCellMenu(surface: Surface, more: ((row: FoundRow) => Choice[]) | undefined, at: At) {
  const [open, setOpen] = useState<Place & { back: HTMLElement }>()
  const [hint, setHint] = useState<{ x: number; y: number; cell: HTMLElement }>()
  const placeOf = (cell: HTMLElement) => {
    const grid = cell.closest<HTMLElement>('.grid')!.getBoundingClientRect()
    const box = cell.getBoundingClientRect()
    return { x: box.left - grid.left, y: box.top - grid.top, box }
  }
  const begin = (cell: HTMLElement): boolean => {
    const found = at(cell)
    if (!found) return false
    setHint(undefined)
    setOpen({ ...found, back: cell })
    return true
  }
  const cellOf = (event: Event) => (event.target as Element).closest<HTMLElement>('[role="gridcell"]')
  const handlers = {
    onContextMenu(event: MouseEvent) {
      const cell = cellOf(event)
      // text that is marked is for the browser's own menu
      if (cell && getSelection()?.isCollapsed !== false && begin(cell)) event.preventDefault()
    },
    onPointerOver(event: PointerEvent) {
      const cell = cellOf(event)
      if ((event.target as Element).closest('.hint') || open) return
      const column = cell && at(cell)?.column
      if (!cell || !column?.path) return setHint(undefined)
      const { x, y, box } = placeOf(cell)
      setHint({ x: x + box.width - 28, y: y + (box.height - 24) / 2, cell })
    },
    onPointerLeave: () => setHint(undefined),
    onKeyDown(event: KeyboardEvent) {
      const cell = event.target as HTMLElement
      if (event.key !== 'Enter' || cell.getAttribute('role') !== 'gridcell' || !begin(cell)) return
      event.preventDefault()
      event.stopPropagation()
    },
  }
  const element = (
    // beside the grid, whose children are rows
    <div class="over">
      {hint && (
        <button
          type="button"
          class="btn small square hint"
          tabIndex={-1}
          aria-label="Filter, exclude or copy"
          style={{ left: `${hint.x}px`, top: `${hint.y}px` }}
          onClick={() => begin(hint.cell)}
        >
          <Icon of={Ellipsis} small />
        </button>
      )}
      {open && (
        <div class="cell-menu">
          <Menu
            key={`${open.row.id} ${open.column.id}`}
            label={open.column.head}
            over={open.back}
            choices={[...choicesOf(surface, open), ...(more?.(open.row) ?? [])]}
            onClose={back => {
              setOpen(undefined)
              if (back && open.back.isConnected) open.back.focus()
            }}
          />
        </div>
      )}
    </div>
  )
  return { handlers, element, isOpen: open !== undefined }
}

function choicesOf(surface: Surface, { row, column }: Place): Choice[] {
  const { path } = column
  const values = [...(path ? [path] : []), ...(column.also ?? [])].flatMap(path =>
    valuesOf(row, path)
      .slice(0, most)
      .map(value => ({ path, value: String(value) })),
  )
  const rowAsJson: Choice = {
    label: 'Copy the row as JSON',
    checked: false,
    apart: values.length > 0,
    onPick: () => void copy(JSON.stringify(row.doc, null, 2)),
  }
  return [
    ...values.flatMap(({ path, value }, i) =>
      valueChoices(surface, path, value).map((choice, n) => ({ ...choice, apart: i > 0 && n === 0 })),
    ),
    ...(column.id === 'message' || !path
      ? [{ label: 'Copy the message', checked: false, onPick: () => void copy(row.doc.message ?? '') }]
      : []),
    rowAsJson,
  ]
}
