import { Link, X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { IconButton } from '../ui/button.tsx'
import { firstField } from '../ui/first-field.ts'
import { isTyped } from '../ui/keys.ts'
import { Visible } from '../ui/visible.tsx'
import { toasts } from './surface.ts'
import { useKeys } from './use-keys.ts'

export interface Tab {
  id: string
  label: string
  count?: number | undefined
}

/** What lies over the table's right side; from 1600 px it stands beside it. The list keeps its place. The focus goes in, and back when it closes. */
export function Panel(props: {
  label: string
  /** The label as it is drawn, where it holds more than one text. */
  title?: ComponentChildren
  head?: ComponentChildren
  /** Below the title. */
  under?: ComponentChildren
  tools?: ComponentChildren
  tabs?: readonly Tab[]
  tab?: string
  onTab?(id: string): void
  /** What is shown: a change goes to the top again. */
  of: string
  /** It is there to be filled in: the focus goes into its first field. */
  form?: boolean
  onClose(): void
  children: ComponentChildren
}) {
  const { label, title = <Visible text={label} />, head, under, tools, tabs, tab, onTab, of, form = false, onClose, children } = props
  const panel = useRef<HTMLElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const opener = useRef<Element | null>(null)
  useLayoutEffect(() => {
    opener.current = document.activeElement
    return () => {
      const { current } = opener
      if (current instanceof HTMLElement && current !== document.body && current.isConnected) current.focus()
      else document.querySelector<HTMLElement>('.grid [tabindex="0"]')?.focus()
    }
  }, [])
  useLayoutEffect(() => {
    body.current?.scrollTo(0, 0)
    if (panel.current?.contains(document.activeElement)) return
    const field = form ? firstField(panel.current) : null
    if (field) field.focus()
    else focusQuietly(body.current)
  }, [of, tab])
  useKeys({
    Escape: onClose,
    Y: copyLink,
    y: copyLink,
  })
  return (
    <section class="panel" ref={panel} role="dialog" aria-label={label} onKeyDown={leaveField}>
      <header>
        <div class="row">
          {head}
          <span class="end" />
          {tools}
          <IconButton label="Copy link (Y)" icon={Link} onClick={copyLink} />
          <IconButton label="Close (Esc)" icon={X} onClick={onClose} />
        </div>
        <h2>{title}</h2>
        {under}
        {tabs && <Tabs tabs={tabs} chosen={tab ?? tabs[0]!.id} onTab={onTab!} />}
      </header>
      <div
        class="body"
        ref={body}
        {...(tabs ? panelOf(tab ?? tabs[0]!.id) : { role: 'region' as const, 'aria-label': 'About it', tabIndex: 0 })}
      >
        {children}
      </div>
    </section>
  )
}

/** Out of the field first: a second Escape closes the panel. Fields that have a use of their own for it go before. */
function leaveField(event: KeyboardEvent): void {
  const field = event.target as Element
  if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return
  if (field === document.activeElement && isTyped(field)) field.closest<HTMLElement>('.panel')!.querySelector<HTMLElement>('.body')!.focus()
}

/** Whether anything was pressed since the page is there. */
let isTouched = false
export function watchHands(): void {
  for (const press of ['keydown', 'pointerdown']) document.addEventListener(press, () => (isTouched = true), { once: true, capture: true })
}

/** Whoever came by a link has pressed no key yet: a ring around all of the panel would say nothing to them until they do. */
function focusQuietly(body: HTMLElement | null): void {
  if (body && !isTouched) {
    body.dataset['quiet'] = ''
    document.addEventListener('keydown', () => delete body.dataset['quiet'], { once: true, capture: true })
  }
  body?.focus()
}

export async function copyLink() {
  await navigator.clipboard.writeText(location.href)
  toasts.show({ icon: Link, text: 'Link copied' })
}

/** What the panel of a tab is to those who hear it; it scrolls, so keys must reach it. */
export const panelOf = (tab: string) => ({ role: 'tabpanel', 'aria-labelledby': `tab-${tab}`, tabIndex: 0 }) as const

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }

export function Tabs({
  tabs,
  chosen,
  onTab,
  label = 'Parts',
}: {
  tabs: readonly Tab[]
  chosen: string
  onTab(id: string): void
  label?: string
}) {
  const bar = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = steps[event.key]
    if (by === undefined) return
    const at = (tabs.findIndex(({ id }) => id === chosen) + by + tabs.length) % tabs.length
    onTab(tabs[at]!.id)
    bar.current?.querySelectorAll('button')[at]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={bar} onKeyDown={onKeyDown}>
      {tabs.map(({ id, label, count }) => (
        <button
          type="button"
          role="tab"
          key={id}
          id={`tab-${id}`}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onTab(id)}
        >
          {label}
          {count !== undefined && <span class="weak"> {count}</span>}
        </button>
      ))}
    </div>
  )
}
