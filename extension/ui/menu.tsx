import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export interface Choice {
  /** Unique in its menu. */
  label: string
  show?: ComponentChildren
  checked: boolean
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

/** A menu below its opener. Takes the focus when it opens; `onClose(true)` asks the opener to take it back. */
export function Menu(props: { label: string; choices: Choice[]; left?: boolean; onClose(back: boolean): void }) {
  const { label, choices, left, onClose } = props
  const menu = useRef<HTMLDivElement>(null)
  const items = () => [...(menu.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])]
  useLayoutEffect(
    () =>
      items()[
        Math.max(
          0,
          choices.findIndex(choice => choice.checked),
        )
      ]?.focus(),
    [],
  )

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
    <div ref={menu} class={`menu ${left ? 'left' : ''}`} role="menu" aria-label={label} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
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

function MenuItem({ label, show, checked, apart, onPick }: Choice) {
  return (
    <>
      {apart && <hr />}
      <button
        type="button"
        tabIndex={-1}
        role="menuitemradio"
        aria-checked={checked}
        onClick={event => {
          event.stopPropagation()
          onPick(event)
        }}
      >
        {show ?? label}
      </button>
    </>
  )
}
