import { h, render } from 'preact'
import type { Settings } from '../../messages.ts'
import type { ask as askBackground } from '../../relay.ts'
import { dress } from '../../settings.ts'
import { type Box, onTheWay, placeCard } from '../place.ts'
import { Card } from './card.tsx'
import { copyText } from './copy.ts'
import { createHost } from './host.ts'
import { createModel, type Subject } from './model.ts'

/** The room that a card should have: its usual height with two signals. */
const usual = { width: 384, height: 600 }

/** The one card of a page. It is made when it is first opened and taken off the page when it is closed. */
export function createCard(page: Document, ask: typeof askBackground, closed: () => void) {
  let parts: ReturnType<typeof make> | undefined
  let settings: Settings | undefined
  let note: string | undefined
  let anchor: Box | undefined
  let exit = { x: 0, y: 0 }
  let before: Element | null = null

  function make() {
    const host = createHost(page)
    const model = createModel({ ask, refusal: host.refusal, copy: text => copyText(page, host.surface, text) })
    render(h(Card, { model, close }), host.surface)
    return { host, model }
  }
  function dressUp() {
    if (!parts || !settings) return
    parts.model.settings.value = settings
    dress(parts.host.surface, settings)
  }
  function close() {
    if (!parts?.host.shown()) return
    const focused = parts.host.active() !== null
    parts.host.hide()
    parts.model.pinned.value = false
    for (const { id } of parts.model.toasts.all.value) parts.model.toasts.dismiss(id)
    if (focused && before instanceof HTMLElement) before.focus({ preventScroll: true })
    closed()
  }
  const isShown = () => parts?.host.shown() === true
  /** Pinned, focused, or in the middle of something: only a person closes it. */
  const stays = () =>
    isShown() && (parts!.model.pinned.value || parts!.host.active() !== null || parts!.model.archiving.value !== undefined)

  return {
    /** Open it beside a place on the screen. `focus` where it was asked for rather than hovered. */
    open(subject: Subject, at: Box, focus: boolean) {
      if (!isShown()) before = page.activeElement
      parts ??= make()
      dressUp()
      parts.model.note.value = note
      parts.model.lines.value = subject.text.trim() !== '' || getSelection()?.isCollapsed === false
      anchor = at
      exit = { x: (at.left + at.right) / 2, y: (at.top + at.bottom) / 2 }
      parts.model.show(subject)
      const screen = { width: innerWidth, height: innerHeight }
      parts.host.show(placeCard(at, { ...usual, width: Math.min(usual.width, screen.width - 16) }, screen))
      if (focus) parts.host.surface.querySelector<HTMLElement>('.card')?.focus({ preventScroll: true })
    },
    close,
    stays,
    isShown,
    /** Whether the card is about this address already. */
    isAbout: (address: string) => isShown() && parts!.model.subject.value.address === address,
    holds: (target: EventTarget | null) => parts?.host.holds(target) === true,
    /** Whether a point lies on the card, on its address, or between the two. */
    near(x: number, y: number, target: EventTarget | null): boolean {
      if (!isShown() || !anchor) return false
      if (parts!.host.holds(target)) return true
      if (x >= anchor.left && x <= anchor.right && y >= anchor.top && y <= anchor.bottom) {
        exit = { x, y }
        return true
      }
      return onTheWay(exit, parts!.host.rect(), { x, y })
    },
    settings(next: Settings) {
      settings = next
      dressUp()
    },
    /** Something was pressed on the page: a card that nobody keeps open gives way. */
    pressed(target: EventTarget | null) {
      if (!isShown() || parts!.host.holds(target)) return
      if (!parts!.model.pinned.value && parts!.model.archiving.value === undefined) close()
    },
    /** What has to be said of the marks on this page. */
    note(text: string | undefined) {
      note = text
      if (parts) parts.model.note.value = note
    },
    /** Signals or the connection have changed. */
    renew() {
      if (isShown()) void parts!.model.renew()
    },
    stop() {
      close()
      if (parts) render(null, parts.host.surface)
      parts = undefined
    },
  }
}
export type OpenCard = ReturnType<typeof createCard>
