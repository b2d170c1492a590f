import { useRef, useState } from 'preact/hooks'
import { Menu } from '../../ui/menu.tsx'
import { Visible } from '../../ui/visible.tsx'
import { valueChoices } from './cell-menu.tsx'
import type { Surface } from './types.ts'

/** A value that can be asked for, kept out or copied: a press opens the menu. */
export function ValueButton(props: { surface: Surface; path: string; value: string; shown?: string; mono?: boolean }) {
  const { surface, path, value, shown = value, mono } = props
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLSpanElement>(null)
  const close = (back: boolean) => {
    setOpen(false)
    if (back) opener.current?.querySelector('button')?.focus()
  }
  return (
    <span class="opener value" ref={opener}>
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
      {open && <Menu label={path} choices={valueChoices(surface, path, value)} onClose={close} />}
    </span>
  )
}
