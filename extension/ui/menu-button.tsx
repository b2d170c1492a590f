import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { type Choice, Menu } from './menu.tsx'

/** A button that shows what is chosen and opens the menu of the others. `off` says why it does nothing; `name` is for screen readers. Lists hold hundreds. */
export function MenuButton(props: {
  label: string
  name?: string
  /** It is a picture alone: its name is its tooltip too. */
  hint?: boolean
  off?: string | undefined
  choices: readonly Choice[] | (() => readonly Choice[])
  over?: boolean
  /** It stands at the right edge of its window: the menu reaches to the left. */
  left?: boolean
  class?: string
  tabIndex?: number
  children: ComponentChildren
}) {
  const { label, name, hint, off, choices, over, left, children, class: more, tabIndex } = props
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLSpanElement>(null)
  const close = (back: boolean) => {
    setOpen(false)
    if (back) opener.current?.querySelector('button')?.focus()
  }
  return (
    <span class="opener" ref={opener}>
      {Button({
        kind: 'quiet',
        small: true,
        off,
        ...(more !== undefined && { class: more }),
        ...(tabIndex !== undefined && { tabIndex }),
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        ...(name !== undefined && { 'aria-label': name, ...(hint && { title: name }) }),
        // the menu closes when it loses the focus: without this a press on the opener would close it and the click open it again
        onMouseDown: event => open && event.preventDefault(),
        onClick: () => setOpen(!open),
        children,
      })}
      {open && <Menu label={label} onClose={close} choices={typeof choices === 'function' ? choices() : choices} over={over} left={left} />}
    </span>
  )
}
