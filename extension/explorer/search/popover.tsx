import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button, IconButton } from '../../ui/button.tsx'
import { useKeys } from '../use-keys.ts'

/** A button and what opens below it. The focus goes in, and back with Esc; it closes when the focus leaves. */
export function Popover(props: {
  /** Of what opens. */
  label: string
  icon: IconNode
  /** Without it the button is only its picture. */
  text?: ComponentChildren
  /** A key that opens it, as it is written on the button. */
  keys?: string
  small?: boolean
  left?: boolean
  class?: string
  children(close: (back?: boolean) => void): ComponentChildren
}) {
  const { label, icon, text, keys, small, left, class: more = '', children } = props
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLSpanElement>(null)
  const close = (back = true) => {
    setOpen(false)
    if (back) box.current?.querySelector('button')?.focus()
  }
  useKeys(
    keys
      ? {
          [keys.toLowerCase()]: () => setOpen(true),
        }
      : {},
  )
  useLayoutEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>('.pop :is(input, button, select)')?.focus()
  }, [open])
  const leaving = {
    onKeyDown(event: KeyboardEvent) {
      if (!open) return
      // no key of the list below may act while something lies over it
      event.stopPropagation()
      if (event.key !== 'Escape') return
      event.preventDefault()
      close()
    },
    onFocusOut(event: FocusEvent) {
      const to = event.relatedTarget as Node | null
      // a press on plain text inside takes the focus nowhere
      if (open && to && !box.current?.contains(to)) close(false)
    },
  }
  useLayoutEffect(() => {
    if (!open) return
    const outside = (event: PointerEvent) => !box.current?.contains(event.target as Node) && setOpen(false)
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])
  const press = { 'aria-haspopup': 'dialog', 'aria-expanded': open, onClick: () => (open ? close() : setOpen(true)) } as const
  return (
    <span class={`opener ${more}`} ref={box} {...leaving}>
      {text === undefined ? (
        <IconButton label={label} icon={icon} small={small ?? false} {...press} />
      ) : (
        <Button icon={icon} {...(small && { small, kind: 'quiet' as const })} {...(keys && { keys })} {...press}>
          {text}
        </Button>
      )}
      {open && (
        <div class={`menu pop ${left ? 'left' : ''}`} role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </span>
  )
}
