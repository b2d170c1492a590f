import { h, render } from 'preact'
import type { IpFacts, Settings, ValueFacts } from '../../messages.ts'
import type { ask as askBackground } from '../../relay.ts'
import { dress } from '../../settings.ts'
import { activeIn } from '../natives.ts'
import { type Box, keepOn, onTheWay, placeCard } from '../place.ts'
import { Card } from './card.tsx'
import { copyText } from './copy.ts'
import { createHost } from './host.ts'
import { createModel, type Subject } from './model.ts'
import { createGrab } from './moving.ts'

/** The room that a card should have: its usual height with two signals. */
const usual = { width: 384, height: 600 }

interface Needs {
  page: Document
  ask: typeof askBackground
  /** The elements of all our cards. */
  ours: Set<Element>
  cache: Map<string, IpFacts | ValueFacts>
  pinning: (to: boolean) => string | undefined
  /** It was pressed, or the focus came into it. */
  touched: () => void
  closed: () => void
}

/** One card of a page. It is taken off the page when it is closed. */
export function createOne({ page, ask, ours, cache, pinning, touched, closed }: Needs) {
  let anchor: Box | undefined
  let exit = { x: 0, y: 0 }
  let before: Element | null = null
  /** Where a person has put it; it stays as near to that as the screen allows. */
  let wanted: { left: number; top: number } | undefined

  const host = createHost(page, ours)
  const { surface } = host
  const model = createModel({ ask, cache, pinning, refusal: host.refusal, copy: text => copyText(page, surface, text) })
  const grab = createGrab(host.rect, move)
  const step = (right: number, down: number) => {
    const { left, top } = host.rect()
    move({ left: left + right, top: top + down })
  }
  render(h(Card, { model, close, moving: { grab, step } }), surface)
  for (const type of ['pointerdown', 'focusin']) surface.addEventListener(type, ({ isTrusted }) => isTrusted && touched(), true)
  // what is said of it comes late, and makes it longer
  const growth = new ResizeObserver(() => wanted && settle())

  const screen = () => ({ width: innerWidth, height: innerHeight })
  const isShown = host.shown
  /** All of it onto the screen, which may have become smaller. */
  function settle() {
    if (!isShown()) return
    const { left, top, width, height } = host.rect()
    wanted ??= { left, top }
    host.put(keepOn(wanted, { width, height }, screen()))
  }
  function move(to: { left: number; top: number }) {
    // it would go as soon as the pointer leaves it
    model.pin(true)
    const { width, height } = host.rect()
    wanted = keepOn(to, { width, height }, screen())
    settle()
  }
  function close() {
    if (!isShown()) return
    const focused = host.active() !== null
    growth.disconnect()
    host.hide()
    model.pinned.value = false
    for (const { id } of model.toasts.all.value) model.toasts.dismiss(id)
    if (focused && before instanceof HTMLElement) before.focus({ preventScroll: true })
    closed()
  }

  return {
    model,
    holds: host.holds,
    isShown,
    settle,
    raise: host.raise,
    close,
    focus: () => surface.querySelector<HTMLElement>('.card')?.focus({ preventScroll: true }),
    isAbout: (value: string) => isShown() && model.subject.value.value === value,
    hasFocus: () => isShown() && host.active() !== null,
    /** Open it beside a place on the screen. */
    open(subject: Subject, at: Box) {
      if (!isShown()) before = activeIn(page)
      wanted = undefined
      anchor = at
      exit = { x: (at.left + at.right) / 2, y: (at.top + at.bottom) / 2 }
      model.lines.value = subject.text.trim() !== '' || getSelection()?.isCollapsed === false
      model.show(subject)
      host.show(placeCard(at, { ...usual, width: Math.min(usual.width, innerWidth - 16) }, screen()))
      growth.observe(surface)
    },
    /** Whether a point lies on it, on its address, or between the two. */
    near(x: number, y: number, target: EventTarget | null): boolean {
      if (!isShown() || !anchor) return false
      if (host.holds(target)) return true
      if (x >= anchor.left && x <= anchor.right && y >= anchor.top && y <= anchor.bottom) {
        exit = { x, y }
        return true
      }
      return onTheWay(exit, host.rect(), { x, y })
    },
    settings(next: Settings) {
      model.settings.value = next
      dress(surface, next)
    },
    /** Take it off the page for good. */
    drop() {
      close()
      model.forget()
      render(null, surface)
      host.drop()
    },
  }
}
export type One = ReturnType<typeof createOne>
