import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { keepOver } from '../../ui/menu.tsx'
import { opens } from '../search/over.tsx'
import type { Surface } from '../search/types.ts'

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
  const opener = useRef<HTMLSpanElement>(null)
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
        <OverBox label={label} close={close}>
          {children(() => close())}
        </OverBox>
      )}
    </span>
  )
}

/** What lies over everything below its `opener`, or below what it is drawn in. The focus goes in, and it closes when the focus leaves. */
export function OverBox(props: { label: string; opener?: Element; close(back: boolean): void; children: ComponentChildren }) {
  const { label, opener, close, children } = props
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const end = keepOver(box.current!, opener)
    box.current!.querySelector<HTMLElement>('input, button')?.focus()
    return end
  }, [])
  return (
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
        if (event.key === 'Escape') close(true)
      }}
    >
      {children}
    </div>
  )
}

/** Attributes of a button in a row that opens such a box. */
export const opensBox = (over: Surface['over'], label: string, children: (close: () => void) => ComponentChildren) =>
  opens(over, 'dialog', (close, opener) => (
    <OverBox key={opener} label={label} opener={opener} close={close}>
      {children(() => close(true))}
    </OverBox>
  ))
