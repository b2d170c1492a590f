import { browser } from 'wxt/browser'
import { type Answer, nothingRead, type Protocol, type Push, type RequestType, type Settings } from '../messages.ts'
import { ask as askBackground, isFailure, onPush } from '../relay.ts'
import { watchHover } from './hover.ts'
import { createLateCard } from './late-card.ts'
import type { LayerNames } from './looks.ts'
import { createMarking, type Marking } from './marking.ts'
import { rootElement } from './natives.ts'
import { own } from './own.ts'
import type { Box } from './place.ts'
import type { Spot } from './runs.ts'

/** Start on this page, once, however often it is injected. Marks begin only where the site is switched on; elsewhere it waits to show a card. */
export function startPage(): void {
  if (own.signalboxRuns) return
  own.signalboxRuns = true
  const page = document
  // a tree that is no HTML is shown in a form of the browser's own, in which no mark and no card can stand
  if (!(rootElement(page) instanceof HTMLElement)) {
    const tell = () => void askBackground('seen', { ...nothingRead, marking: true, drawn: true })
    onPush(({ type }) => type === 'tell' && tell())
    // who asks for a card hears that none can stand here
    browser.runtime.onMessage.addListener(({ type }: Partial<Push>) =>
      type === 'card' ? Promise.reject(new Error('No card here')) : undefined,
    )
    tell()
    return
  }
  const over = new AbortController()
  let settings: Settings | undefined
  let marking: Marking | undefined
  let hover: ReturnType<typeof watchHover> | undefined
  let clicked: { x: number; y: number } | undefined
  let crowded = false
  let early: LayerNames | undefined
  /** How often the background said whether marks are on: an older answer does not count. */
  let words = 0
  const card = createLateCard(page, ask, () => marking?.current(undefined))

  async function ask<T extends RequestType>(type: T, payload: Protocol[T][0]): Promise<Answer<T>> {
    const answer = await askBackground(type, payload)
    // the extension was updated or removed: this copy can never ask again, and leaves the page as it found it
    if (browser.runtime?.id === undefined) stop()
    return answer
  }
  function mark(on: boolean) {
    if (on === (marking !== undefined) || (on && crowded) || over.signal.aborted) return
    hover?.stop()
    marking?.stop()
    marking = hover = undefined
    if (!on) return undress()
    const anew = () => {
      listen()
      hover?.listen()
    }
    marking = createMarking(page, ask, card.note, anew, early)
    if (settings) marking.settings(settings)
    const open = (spot: Spot, rect: DOMRect) => {
      card.open({ value: spot.value, others: [], text: '' }, rect, false)
      marking?.current(spot)
    }
    const soon = () => {
      card.prepare()
      marking?.prepare()
    }
    hover = watchHover(marking.at, card, open, soon)
  }
  function undress() {
    if (early) void ask('undress', { names: Object.values(early) })
    early = own.signalboxEarly = undefined
  }
  function adapt(next: Settings) {
    settings = next
    card.settings(next)
    marking?.settings(next)
  }
  function lookUp(ip: string | null, text: string, link: boolean) {
    // "here": the value under the pointer, when nothing is selected
    const here = link || (ip === null && getSelection()?.isCollapsed !== false)
    const under = here && clicked ? marking?.at(clicked.x, clicked.y) : undefined
    const value = under?.spot.value ?? ip
    card.open({ value, others: [], text }, under?.rect ?? selected() ?? around(clicked), true)
    marking?.current(under?.spot)
  }
  function hear(push: Push) {
    if (push.type === 'card') lookUp(push.ip, push.text, push.link === true)
    else if (push.type === 'marking') {
      words++
      mark(push.on)
    } else if (push.type === 'tell') tell()
    else if (push.type === 'settings') adapt(push.settings)
    if (push.type === 'status') card.status(push.status)
    if (push.type === 'changed' || (push.type === 'status' && push.status.connection.state === 'live')) {
      marking?.renew()
      card.renew()
    }
  }
  async function inquire() {
    // marks that began before these rules were there have some of their own; both go with them
    early = await own.signalboxEarly
    const before = words
    const answer = await ask('site', {})
    if (isFailure(answer) || words !== before) return
    crowded = answer.crowded
    // switched on for this page alone, it is told so without having asked
    if (answer.on || crowded) mark(answer.on)
    else if (marking === undefined) undress()
  }
  function tell() {
    marking?.tell()
    // that there are more than are marked is forgotten with what they show, and there may be room now
    if (crowded) void inquire()
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
  const onMenu = ({ clientX: x, clientY: y, isTrusted }: MouseEvent) => isTrusted && (clicked = { x, y })
  const onPress = ({ target, isTrusted }: PointerEvent) => isTrusted && card.pressed(target)
  // only seen, never kept from the page
  const onLeave = ({ isTrusted }: Event) => isTrusted && void ask('left', {})
  const onKey = ({ key, isTrusted }: KeyboardEvent) => isTrusted && key === 'Escape' && card.escape()
  function listen() {
    const how = { capture: true, passive: true, signal: over.signal }
    window.addEventListener('contextmenu', onMenu, how)
    window.addEventListener('pointerdown', onPress, how)
    window.addEventListener('keydown', onKey, how)
    // a page that is left is forgotten whole; of a frame nobody else would tell
    if (window.top !== window.self) window.addEventListener('pagehide', onLeave, how)
  }
  listen()
  void ask('settings', {}).then(answer => isFailure(answer) || adapt(answer))
  void inquire()
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
