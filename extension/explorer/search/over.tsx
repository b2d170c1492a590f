import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
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

/** What lies over the rows now; it goes with the row of its opener. `idAt`: of the row that an element stands in. */
export function OverRows({ over, idAt }: { over: Host; idAt(element: Element): string | undefined }) {
  const open = over.value
  const row = useRef<string | undefined>(undefined)
  useLayoutEffect(() => {
    if (!open) return
    row.current = idAt(open.opener)
    open.opener.setAttribute('aria-expanded', 'true')
    return () => open.opener.setAttribute('aria-expanded', 'false')
  }, [open])
  useLayoutEffect(() => {
    if (open && !(open.opener.isConnected && idAt(open.opener) === row.current)) over.value = undefined
  })
  const close = (back: boolean) => {
    over.value = undefined
    if (back) open?.opener.focus()
  }
  return open ? open.draw(close, open.opener) : null
}
