import { useRef, useState } from 'preact/hooks'
import { Menu } from '../../ui/menu.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Folded } from '../folded.tsx'
import { valueChoices } from './cell-menu.tsx'
import type { Surface } from './types.ts'

/** Characters that may be more lines than are shown at first, in the narrowest panel. */
const maybeLong = 400

/** A value that can be asked for, kept out or copied: a press opens the menu. */
export function ValueButton(props: { surface: Surface; path: string; value: string; shown?: string; mono?: boolean }) {
  const { surface, path, value, shown = value, mono } = props
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLSpanElement>(null)
  const close = (back: boolean) => {
    setOpen(false)
    if (back) opener.current?.querySelector('button')?.focus()
  }
  const told = (
    <button
      type="button"
      class={`told ${mono ? 'mono' : ''}`}
      aria-haspopup="menu"
      aria-expanded={open}
      onMouseDown={event => open && event.preventDefault()}
      onClick={() => getSelection()?.isCollapsed !== false && setOpen(!open)}
    >
      <Visible text={shown === '' ? 'empty' : shown} />
    </button>
  )
  return (
    <span class="opener value" ref={opener}>
      {shown.length > maybeLong ? <Folded what={path}>{told}</Folded> : told}
      {open && <Menu label={path} choices={valueChoices(surface, path, value)} onClose={close} />}
    </span>
  )
}
