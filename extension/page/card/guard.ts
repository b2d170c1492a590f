import { contains, elementAt, elementAtIn, isConnected, parentOf, queryAll, rectOf, rootElement } from '../natives.ts'
import { overlap } from '../place.ts'

/** What has to be known of a card to tell whether a person saw what they clicked: a page can cover, move or fade it, or click by itself. */
export interface Shown {
  page: Document
  host: HTMLElement
  /** The elements of our cards, this one's among them: each is in the top layer too, and none can be put anywhere by the page. */
  ours: ReadonlySet<Element>
  shadow: ShadowRoot
  parent: Node
  /** When it opened, as `performance.now()`. */
  since: number
  /** What the browser says of its visibility; undefined where it cannot tell. */
  visible: boolean | undefined
}

/** The least time in which a person can have seen the card and meant to click, ms. */
const sight = 300

const elsewhere = 'Open Signalbox from the toolbar to do this'
/** Why a change is refused, in words for people. */
export const refusals = {
  frame: `Not done: this is a frame of another site. ${elsewhere}`,
  covered: `Not done: something on this page hides the card. ${elsewhere}`,
  early: 'Not done: the card had only just opened. Click again',
  scripted: 'Not done: that was no click of yours',
} as const

/** Whether this document is shown inside one that it does not trust. */
export function isForeignFrame(): boolean {
  if (window.top === window.self) return false
  if (self.origin === 'null') return true
  try {
    return window.top!.location.origin !== location.origin
  } catch {
    return true
  }
}

/** Why a triage change must not be made on this event; undefined when it may. */
export function refusal(event: Event, shown: Shown): string | undefined {
  if (!event.isTrusted) return refusals.scripted
  if (isForeignFrame()) return refusals.frame
  if (performance.now() - shown.since < sight) return refusals.early
  const control = event.composedPath()[0]
  if (!(control instanceof Element) || isHidden(shown) || isCovered(control, shown)) return refusals.covered
  return undefined
}

function isHidden({ page, host, parent, visible }: Shown): boolean {
  if (visible === false || !isConnected(host) || parentOf(host) !== parent || !host.matches(':popover-open')) return true
  const style = getComputedStyle(host)
  const plain = style.opacity === '1' && style.visibility === 'visible' && style.transform === 'none' && style.clipPath === 'none'
  const root = getComputedStyle(rootElement(page))
  return !plain || style.filter !== 'none' || style.mixBlendMode !== 'normal' || Number(root.opacity) < 1 || root.clipPath !== 'none'
}

function isCovered(control: Element, { page, host, ours, shadow }: Shown): boolean {
  const { left, right, top, bottom } = rectOf(control)
  const middle = [(left + right) / 2, (top + bottom) / 2] as const
  const points = [middle, [left + 2, (top + bottom) / 2], [right - 2, (top + bottom) / 2]] as const
  const free = ([x, y]: readonly [number, number]) => {
    const inner = elementAt(page, x, y) === host ? elementAtIn(shadow, x, y) : null
    return inner !== null && (contains(control, inner) || contains(inner, control))
  }
  if (!points.every(free)) return true
  // only what was put into the top layer later can lie above, and it may let clicks through
  const card = rectOf(host)
  return [...queryAll(page, ':popover-open, dialog:modal')].some(other => {
    if (ours.has(other) || contains(other, host)) return false
    return overlap(rectOf(other), card)
  })
}
