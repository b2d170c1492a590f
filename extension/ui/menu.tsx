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

/** px between a menu and its opener, and the window's edge. */
const gap = 2
const edge = 4

/**
 * Put what opens in the top layer below its opener, or above it where there is more room, and inside of the window, also as it grows: what
 * finds no room scrolls. Gives what ends that.
 */
export function keepOver(menu: HTMLElement, by: Element = menu.parentElement!): () => void {
  const { style } = menu
  const place = () => {
    const opener = by.getBoundingClientRect()
    style.maxHeight = ''
    const { width, height } = menu.getBoundingClientRect()
    const below = innerHeight - opener.bottom - gap - edge
    const above = opener.top - gap - edge
    const isBelow = height <= below || above <= below
    const room = isBelow ? below : above
    if (height > room) style.maxHeight = `${room}px`
    style.top = `${isBelow ? opener.bottom + gap : opener.top - gap - Math.min(height, room)}px`
    style.left = `${Math.max(0, Math.min(opener.left, innerWidth - width - edge))}px`
  }
  menu.showPopover()
  place()
  const observer = new ResizeObserver(place)
  observer.observe(menu)
  return () => observer.disconnect()
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
    const end = over && keepOver(menu.current!, over === true ? undefined : over)
    const chosen = choices.findIndex(choice => choice.checked)
    items()[Math.max(0, chosen)]?.focus()
    if (!end) return
    // what it belongs to moves away below it
    const close = (event: Event) => menu.current?.contains(event.target as Node) || onClose(false)
    document.addEventListener('scroll', close, true)
    return () => {
      end()
      document.removeEventListener('scroll', close, true)
    }
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
