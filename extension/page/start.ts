import { browser } from 'wxt/browser'
import type { Answer, Protocol, Push, RequestType, Settings } from '../messages.ts'
import { ask as askBackground, isFailure, onPush } from '../relay.ts'
import { createCard } from './card/index.ts'
import { watchHover } from './hover.ts'
import { createMarking, type Marking } from './marking.ts'
import { rootElement } from './natives.ts'
import type { Box } from './place.ts'
import { addressesIn } from './text.ts'

// in this script's own world, which no page can see
const own = globalThis as { signalboxRuns?: boolean }

/** Start on this page, once, however often it is injected. Marks begin only where the site is switched on; elsewhere it waits to show a card. */
export function startPage(): void {
  if (own.signalboxRuns) return
  own.signalboxRuns = true
  const page = document
  // a tree that is no HTML is shown in a form of the browser's own, in which no mark and no card can stand
  if (!(rootElement(page) instanceof HTMLElement))
    return void askBackground('seen', { bad: 0, signals: 0, marking: true, found: 0, cut: false, drawn: true, spoken: [] })
  const over = new AbortController()
  let settings: Settings | undefined
  let marking: Marking | undefined
  let unhover: (() => void) | undefined
  let clicked: { x: number; y: number } | undefined
  const card = createCard(page, ask, () => marking?.current(undefined))

  async function ask<T extends RequestType>(type: T, payload: Protocol[T][0]): Promise<Answer<T>> {
    const answer = await askBackground(type, payload)
    // the extension was updated or removed: this copy can never ask again, and leaves the page as it found it
    if (browser.runtime?.id === undefined) stop()
    return answer
  }
  function mark(on: boolean) {
    if (on === (marking !== undefined) || over.signal.aborted) return
    unhover?.()
    marking?.stop()
    marking = unhover = undefined
    if (!on) return
    marking = createMarking(page, ask, card.note)
    if (settings) marking.settings(settings)
    unhover = watchHover(marking.at, card, (spot, rect) => {
      card.open({ address: spot.address, others: [], text: '' }, rect, false)
      marking?.current(spot)
    })
  }
  function dress(next: Settings) {
    settings = next
    card.settings(next)
    marking?.settings(next)
  }
  function lookUp(ip: string | null, text: string) {
    const found = addressesIn(text)
    // "here": the address under the pointer, when nothing is selected
    const under = ip === null && getSelection()?.isCollapsed !== false && clicked ? marking?.at(clicked.x, clicked.y) : undefined
    const address = ip ?? under?.spot.address ?? found[0] ?? null
    card.open({ address, others: found.filter(other => other !== address), text }, under?.rect ?? selected() ?? around(clicked), true)
    marking?.current(under?.spot)
  }
  function hear(push: Push) {
    if (push.type === 'card') lookUp(push.ip, push.text)
    else if (push.type === 'marking') mark(push.on)
    else if (push.type === 'tell') marking?.tell()
    else if (push.type === 'settings') dress(push.settings)
    else if (push.type === 'changed' || (push.type === 'status' && push.status.connection.state === 'live')) {
      marking?.renew()
      card.renew()
    }
  }
  function stop() {
    if (over.signal.aborted) return
    mark(false)
    over.abort()
    unhear()
    card.stop()
    delete own.signalboxRuns
  }

  const unhear = onPush(hear)
  const listen = { capture: true, passive: true, signal: over.signal }
  window.addEventListener('contextmenu', ({ clientX: x, clientY: y }) => (clicked = { x, y }), listen)
  window.addEventListener('pointerdown', event => card.pressed(event.target), listen)
  // only seen, never kept from the page
  window.addEventListener('keydown', event => event.key === 'Escape' && !card.stays() && card.close(), listen)
  void ask('settings', {}).then(answer => isFailure(answer) || dress(answer))
  void ask('site', {}).then(answer => isFailure(answer) || !answer.on || mark(true))
}

/** Where the selection stands on the screen. */
function selected(): Box | undefined {
  const selection = getSelection()
  const rect = selection && selection.rangeCount > 0 ? selection.getRangeAt(0).getBoundingClientRect() : undefined
  return rect && rect.width > 0 && rect.bottom > 0 && rect.top < innerHeight ? rect : undefined
}
const around = (point = { x: innerWidth / 2 - 192, y: innerHeight / 8 }): Box => ({
  left: point.x,
  right: point.x,
  top: point.y,
  bottom: point.y,
})
