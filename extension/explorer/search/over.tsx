import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { type Choice, Menu } from '../../ui/menu.tsx'

/** What a button of a row has opened over it; `back` gives the focus back to the button. */
export interface Over {
  opener: HTMLElement
  draw(close: (back: boolean) => void, opener: HTMLElement): ComponentChildren
}
type Host = Signal<Over | undefined>

/** Attributes of a button in a row that opens something. A screen holds hundreds of them: they keep nothing, and the table draws what is open. */
export const opens = (over: Host, what: 'menu' | 'dialog', draw: Over['draw']) =>
  ({
    tabIndex: -1,
    'aria-haspopup': what,
    'aria-expanded': false,
    // what lies over the row closes when it loses the focus: without this a press on the opener would close it and the click open it again
    onMouseDown: (event: MouseEvent) => over.peek()?.opener === event.currentTarget && event.preventDefault(),
    onClick(event: MouseEvent) {
      const opener = event.currentTarget as HTMLElement
      over.value = over.peek()?.opener === opener ? undefined : { opener, draw }
    },
  }) as const

/** The same of a menu; its choices are made when it opens. */
export const opensMenu = (over: Host, label: string, choices: () => readonly Choice[]) =>
  opens(over, 'menu', (close, opener) => <Menu key={opener} label={label} choices={choices()} over={opener} onClose={close} />)

/** What lies over the rows now. */
export function OverRows({ over }: { over: Host }) {
  const open = over.value
  useLayoutEffect(() => {
    if (!open) return
    open.opener.setAttribute('aria-expanded', 'true')
    return () => open.opener.setAttribute('aria-expanded', 'false')
  }, [open])
  const close = (back: boolean) => {
    over.value = undefined
    if (back) open?.opener.focus()
  }
  return open ? open.draw(close, open.opener) : null
}
