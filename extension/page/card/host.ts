import tokens from '../../ui/tokens.css?inline'
import parts from '../../ui/ui.css?inline'
import { adopt, append, contains, createDiv, isConnected, parentOf, queryAll, rectOf, remove, rootElement } from '../natives.ts'
import { overlap, type Place } from '../place.ts'
import look from './card.css?inline'
import { refusal, type Shown } from './guard.ts'

// The tokens are set on an element inside, where no rule of the page reaches, instead of on the host.
const css = `${tokens.replaceAll(/:host\((.*?)\)/g, '.sb$1').replaceAll(':host', '.sb')}\n${parts.replaceAll(/:host\((.*?)\)/g, '.sb$1')}\n${look}`
// `!important` inside a shadow tree wins over every rule of the page and over the host's own style attribute.
const frame = `all: initial !important; position: fixed !important; inset: auto !important; display: block !important; margin: 0 !important;
  width: min(384px, 100vw - 16px) !important; overflow: visible !important; direction: ltr !important; z-index: 2147483647 !important;`

type VisibilityEntry = IntersectionObserverEntry & { isVisible?: boolean }

/** The element that carries the card: a bare div without id, class or style, a closed shadow root, in the top layer. */
export function createHost(page: Document, ours: Set<Element>) {
  const host = createDiv(page)
  ours.add(host)
  const shadow = host.attachShadow({ mode: 'closed' })
  const surface = createDiv(page)
  surface.className = 'sb'
  shadow.appendChild(surface)
  const sheet = new CSSStyleSheet()
  const placed = new CSSStyleSheet()
  sheet.replaceSync(css)
  // in a browser where a content script may not adopt sheets they are an element, still inside the closed tree
  const style = adopt(shadow, sheet) && adopt(shadow, placed) ? undefined : styleElement(shadow)
  const putAt = (rule: string) => void (style ? (style.textContent = css + rule) : placed.replaceSync(rule))

  let parent: Node = page
  let since = 0
  let visible: boolean | undefined
  // tells whether anything lies over the card or makes it see-through; Chromium only
  const observer = new IntersectionObserver(entries => (visible = (entries.at(-1) as VisibilityEntry).isVisible), {
    ...{ trackVisibility: true, delay: 100 },
    threshold: [0, 0.5, 1],
  })
  // what is typed or clicked here is none of the page's business
  const own = ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'change', 'click', 'dblclick', 'auxclick', 'contextmenu']
  for (const type of [...own, 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'focusin', 'focusout', 'copy', 'paste', 'wheel'])
    shadow.addEventListener(type, event => event.stopPropagation(), { passive: true })

  const put = (place: Place) => {
    const vertical = 'top' in place ? `top: ${place.top}px` : `bottom: ${place.bottom}px`
    putAt(`:host { ${frame} left: ${place.left}px !important; ${vertical} !important; --room: ${place.maxHeight}px !important; }`)
  }
  function layOnTop() {
    if (host.matches(':popover-open')) host.hidePopover()
    host.showPopover()
    observer.disconnect()
    if ('trackVisibility' in observer) observer.observe(surface)
  }

  return {
    surface,
    /** Whether an event that was seen from the page came from the card. */
    holds: (target: EventTarget | null) => target === host,
    active: () => shadow.activeElement,
    rect: () => rectOf(host),
    refusal: (event: Event) => refusal(event, { page, host, ours, shadow, parent, since, visible } satisfies Shown),
    /** Put it on the page, or somewhere else on it. */
    show(place: Place) {
      put(place)
      // outside of an open modal dialog nothing can be clicked
      const modal = [...queryAll(page, 'dialog:modal')].at(-1)
      parent = modal ?? rootElement(page)
      if (parentOf(host) !== parent || !contains(page, host)) append(parent, host)
      host.setAttribute('popover', 'manual')
      since = performance.now()
      visible = undefined
      layOnTop()
    },
    /** Somewhere else, without being opened anew. */
    put,
    /** Above our other cards. What one of them hid is seen now; whatever the page did about it still counts. */
    raise() {
      const box = rectOf(host)
      if (![...ours].some(other => other !== host && isConnected(other) && overlap(box, rectOf(other)))) return
      visible = undefined
      layOnTop()
    },
    hide() {
      observer.disconnect()
      remove(host)
    },
    /** It is not needed again. */
    drop: () => void ours.delete(host),
    shown: () => parentOf(host) !== null && contains(page, host),
  }
}
export type Host = ReturnType<typeof createHost>

function styleElement(shadow: ShadowRoot): Element {
  const style = shadow.ownerDocument.createElementNS('http://www.w3.org/1999/xhtml', 'style')
  shadow.appendChild(style)
  return style
}
