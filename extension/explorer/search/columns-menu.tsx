import { ChevronDown, ChevronUp, Columns3, Plus, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import { rowHeights } from '../../settings.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { capital } from '../../ui/glyphs.tsx'
import { choose, settings } from '../../ui/live.ts'
import { Visible } from '../../ui/visible.tsx'
import { show } from '../place.ts'
import { bounded, pathColumn, printColumns } from './column.tsx'
import { PathField } from './path-field.tsx'
import { Popover } from './popover.tsx'
import type { Column, Shown, Surface } from './types.ts'

/** Show these columns; the URL holds them. */
export const showColumns = (shown: readonly Shown[]) => show({ columns: printColumns(shown) })

/** The columns with one of them moved by so many places. */
export function moved(shown: readonly Shown[], from: number, to: number): Shown[] {
  const all = [...shown]
  const [one] = all.splice(from, 1)
  if (one) all.splice(Math.max(0, Math.min(all.length, to)), 0, one)
  return all
}

/** Options of the table: which columns, in which order and how wide, any attribute among them, and how high a row is. */
export const ColumnsMenu = ({ surface, all }: { surface: Surface; all: readonly Column[] }) => (
  <Popover label="Options of the table" icon={Columns3} text="Columns" small left class="columns">
    {() => <Options surface={surface} all={all} />}
  </Popover>
)

function Options({ surface, all }: { surface: Surface; all: readonly Column[] }) {
  const [path, setPath] = useState('')
  const shown = surface.columns.value
  const hidden = all.filter(column => !shown.some(one => one.column.id === column.id))
  const add = (column: Column) => {
    if (!shown.some(one => one.column.id === column.id)) showColumns([...shown, { column, width: column.width }])
    setPath('')
  }
  return (
    <>
      <h3>Columns</h3>
      <ul>
        {shown.map(({ column, width }, i) => (
          <li key={column.id} class="row">
            <Visible class="cut" text={column.head} />
            <span class="end" />
            <input
              class="field"
              type="number"
              aria-label={`Width of ${column.head}, px`}
              value={width}
              step={8}
              onChange={event => {
                const wide = bounded(Number(event.currentTarget.value) || column.width)
                showColumns(shown.map(one => (one.column.id === column.id ? { column, width: wide } : one)))
              }}
            />
            <IconButton
              label={`Move ${column.head} left`}
              icon={ChevronUp}
              small
              off={i === 0 ? 'It is the first' : undefined}
              onClick={() => showColumns(moved(shown, i, i - 1))}
            />
            <IconButton
              label={`Move ${column.head} right`}
              icon={ChevronDown}
              small
              off={i === shown.length - 1 ? 'It is the last' : undefined}
              onClick={() => showColumns(moved(shown, i, i + 1))}
            />
            <IconButton
              label={`Take ${column.head} away`}
              icon={Trash2}
              small
              off={shown.length === 1 ? 'One column has to stay' : undefined}
              onClick={() => showColumns(shown.filter(one => one.column.id !== column.id))}
            />
          </li>
        ))}
      </ul>
      {hidden.length > 0 && (
        <div class="tags">
          {hidden.map(column => (
            <Button small icon={Plus} key={column.id} onClick={() => add(column)}>
              {column.head}
            </Button>
          ))}
        </div>
      )}
      <form
        class="row"
        onSubmit={event => {
          event.preventDefault()
          if (path.trim()) add(pathColumn(path.trim()))
        }}
      >
        <PathField surface={surface} label="Attribute as a column" value={path} onChange={setPath} placeholder="@http.url" />
        <Button small onClick={() => path.trim() && add(pathColumn(path.trim()))}>
          Add
        </Button>
      </form>
      <fieldset class="choices">
        <legend>Row height</legend>
        {rowHeights.map(rowHeight => (
          <label key={rowHeight}>
            <input
              type="radio"
              name="row-height"
              checked={settings.value.rowHeight === rowHeight}
              onChange={() => void choose({ rowHeight })}
            />
            {capital(rowHeight)}
          </label>
        ))}
      </fieldset>
      <Button small onClick={() => show({ columns: undefined })}>
        Columns as they were
      </Button>
    </>
  )
}
