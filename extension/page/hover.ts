import type { OpenCard } from './card/index.ts'
import { matches } from './natives.ts'
import { rest } from './rest.ts'
import type { Spot } from './runs.ts'

/** How long a pointer may be elsewhere before the card closes; ms. */
const grace = 250
/** From here on it looks as if it would rest; ms. */
const hint = 80
/** What does something itself when it is tapped: there a card is opened from the browser's menu. */
const controls = `a[href], area, button, input, select, textarea, label, summary, video, [contenteditable]:not([contenteditable="false"]),
  ${['button', 'link', 'tab', 'option', 'checkbox', 'radio', 'switch'].map(role => `[role="${role}"]`).join()}, [role^="menuitem"]`

/** Opens a card for the value under a resting pointer, and tells `soon` before; for one that is tapped at once. While the pointer moves, nothing is measured. `listen` may be called again, since a page can replace itself and lose all that listens. */
export function watchHover(
  at: (x: number, y: number) => { spot: Spot; rect: DOMRect } | undefined,
  card: Pick<OpenCard, 'isShown' | 'isAbout' | 'stays' | 'near' | 'close'>,
  open: (spot: Spot, rect: DOMRect) => void,
  soon: () => void,
): { listen(): void; stop(): void } {
  const stopped = new AbortController()
  let opening: ReturnType<typeof setTimeout> | undefined
  let closing: ReturnType<typeof setTimeout> | undefined
  let last = { x: -1, y: -1 }

  function halt() {
    clearTimeout(opening)
    clearTimeout(closing)
    opening = closing = undefined
  }
  function leave() {
    if (!card.isShown() || card.stays()) return
    closing ??= setTimeout(() => {
      closing = undefined
      if (!card.stays()) card.close()
    }, grace)
  }
  function onMove({ clientX: x, clientY: y, buttons, target, pointerType, isTrusted }: PointerEvent) {
    if (pointerType === 'touch' || !isTrusted) return
    const moved = Math.abs(x - last.x) + Math.abs(y - last.y) > 2
    if (card.near(x, y, target)) {
      last = { x, y }
      halt()
      return
    }
    leave()
    if (!moved) return
    last = { x, y }
    clearTimeout(opening)
    // a pressed button is selecting text
    opening = buttons === 0 ? setTimeout(guess, hint) : undefined
    // only now: a page that scrolls should not have to ask at each frame
    if (opening !== undefined) window.addEventListener('scroll', cancel, { ...listen, once: true })
  }
  function guess() {
    if (at(last.x, last.y)) soon()
    opening = setTimeout(look, rest - hint)
  }
  function look() {
    const found = card.stays() ? undefined : at(last.x, last.y)
    if (!found || card.isAbout(found.spot.value)) return
    halt()
    open(found.spot, found.rect)
  }
  /** A tap that the page has taken, or that a control of it takes, is none of ours. */
  function onClick(event: PointerEvent) {
    const { clientX: x, clientY: y, pointerType, isTrusted, defaultPrevented } = event
    if (pointerType !== 'touch' || !isTrusted || defaultPrevented) return
    if (event.composedPath().some(node => node instanceof Element && matches(node, controls))) return
    last = { x, y }
    look()
  }
  const cancel = () => clearTimeout(opening)
  const seen = { passive: true, signal: stopped.signal }
  const listen = { ...seen, capture: true }
  function onOut({ relatedTarget, pointerType }: PointerEvent) {
    // out of the window, or into a frame; a finger is nowhere once it is lifted
    if (relatedTarget !== null || pointerType === 'touch') return
    cancel()
    leave()
  }
  function listenTo() {
    window.addEventListener('pointermove', onMove, listen)
    for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, cancel, listen)
    window.addEventListener('pointerout', onOut, listen)
    window.addEventListener('click', onClick, seen)
  }
  listenTo()
  return {
    listen: listenTo,
    stop() {
      halt()
      stopped.abort()
    },
  }
}
