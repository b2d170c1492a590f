import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export interface Choice {
  /** Unique in its menu. */
  label: string
  show?: ComponentChildren
  /** One of several that exclude each other; without it, it does something. */
  checked?: boolean
  /** Why it does nothing now. */
  off?: string | undefined
  /** A line above it. */
  apart?: boolean
  onPick(event: MouseEvent): void
}

const step: Record<string, (at: number, of: number) => number> = {
  ArrowDown: (at, of) => (at + 1) % of,
  ArrowUp: (at, of) => (at - 1 + of) % of,
  Home: () => 0,
  End: (_, of) => of - 1,
}

/** Put what opens in the top layer below its opener, or above it where there is more room, and inside of the window. */
export function placeOver(menu: HTMLElement, by: Element = menu.parentElement!): void {
  const opener = by.getBoundingClientRect()
  menu.showPopover()
  const { width, height } = menu.getBoundingClientRect()
  const fits = opener.bottom + 2 + height <= innerHeight || opener.top < innerHeight - opener.bottom
  menu.style.top = `${Math.max(0, fits ? opener.bottom + 2 : opener.top - 2 - height)}px`
  menu.style.left = `${Math.max(0, Math.min(opener.left, innerWidth - width - 4))}px`
}

/**
 * A menu below its opener. Takes the focus when it opens; `onClose(true)` asks the opener to take it back. `over`: its opener stands in what
 * cuts off all that is larger than itself, such as a table's cell; the opener itself where it is not drawn within.
 */
export function Menu(props: {
  label: string
  choices: readonly Choice[]
  left?: boolean | undefined
  over?: boolean | Element | undefined
  onClose(back: boolean): void
}) {
  const { label, choices, left, over, onClose } = props
  const menu = useRef<HTMLDivElement>(null)
  const items = () => [...(menu.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])]
  useLayoutEffect(() => {
    if (over) placeOver(menu.current!, over === true ? undefined : over)
    const chosen = choices.findIndex(choice => choice.checked)
    items()[Math.max(0, chosen)]?.focus()
    if (!over) return
    // what it belongs to moves away below it
    const close = (event: Event) => menu.current?.contains(event.target as Node) || onClose(false)
    document.addEventListener('scroll', close, true)
    return () => document.removeEventListener('scroll', close, true)
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    const move = step[event.key]
    const all = items()
    if (move) all[move(all.indexOf(event.target as HTMLButtonElement), all.length)]?.focus()
    else if (event.key === 'Escape') onClose(true)
    else if (event.key === 'Tab') onClose(false)
    // no key of the list below may act while a menu is open
    event.stopPropagation()
    if (move || event.key === 'Escape') event.preventDefault()
  }
  const onFocusOut = (event: FocusEvent) => {
    if (!menu.current?.contains(event.relatedTarget as Node | null)) onClose(false)
  }
  return (
    <div
      ref={menu}
      class={`menu ${left ? 'left' : ''} ${over ? 'topmost' : ''}`}
      popover={over ? 'manual' : undefined}
      role="menu"
      aria-label={label}
      onKeyDown={onKeyDown}
      onFocusOut={onFocusOut}
    >
      {choices.map(choice => (
        <MenuItem
          key={choice.label}
          {...choice}
          onPick={event => {
            onClose(true)
            choice.onPick(event)
          }}
        />
      ))}
    </div>
  )
}

const roleOf = (checked: boolean | undefined) =>
  checked === undefined ? ({ role: 'menuitem' } as const) : ({ role: 'menuitemradio', 'aria-checked': checked } as const)

function MenuItem({ label, show, checked, off, apart, onPick }: Choice) {
  return (
    <>
      {apart && <hr />}
      <button
        type="button"
        tabIndex={-1}
        {...roleOf(checked)}
        {...(off !== undefined && { 'aria-disabled': true, title: off })}
        onClick={event => {
          event.stopPropagation()
          if (off === undefined) onPick(event)
        }}
      >
        {show ?? label}
      </button>
    </>
  )
}
