import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { placeOver } from '../../ui/menu.tsx'

/** A button, named by what it shows, and what opens below it, over all that would cut it off. The focus goes in, and back to the button; it closes when the focus leaves. */
export function OverButton(props: {
  label: string
  off?: string | undefined
  tabIndex?: number
  keys?: string
  shows: ComponentChildren
  children(close: () => void): ComponentChildren
}) {
  const { label, off, tabIndex, keys, shows, children } = props
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    if (!open) return
    placeOver(box.current!)
    box.current!.querySelector<HTMLElement>('input, button')?.focus()
  }, [open])
  const close = (back = true) => {
    setOpen(false)
    if (back) opener.current?.querySelector('button')?.focus()
  }
  return (
    <span class="opener" ref={opener}>
      {Button({
        kind: 'quiet',
        small: true,
        off,
        title: off ?? label,
        'aria-haspopup': 'dialog',
        'aria-expanded': open,
        ...(tabIndex !== undefined && { tabIndex }),
        ...(keys !== undefined && { keys }),
        onMouseDown: event => open && event.preventDefault(),
        onClick: () => setOpen(!open),
        children: shows,
      })}
      {open && (
        <div
          class="menu topmost"
          popover="manual"
          ref={box}
          role="dialog"
          aria-label={label}
          onFocusOut={event => {
            const to = event.relatedTarget as Node | null
            if (to && !box.current?.contains(to)) close(false)
          }}
          onKeyDown={event => {
            // no key of the list below may act while something lies over it
            event.stopPropagation()
            if (event.key === 'Escape') close()
          }}
        >
          {children(() => close())}
        </div>
      )}
    </span>
  )
}
