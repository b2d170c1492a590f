import { type MarkKind, markKinds } from '../messages.ts'
import { randomName } from './name.ts'
import { adopt, contains, disown, isConnected, parentOf } from './natives.ts'
import { deepElementAt } from './point.ts'
import type { Spot } from './scan.ts'
import { nearScreen, rangeOf, rectsOf } from './spots.ts'

/** The look of each kind: its form first, its colour second. No rule touches the colour of the text. */
const looks: Record<MarkKind | 'current', string> = {
  match: 'text-decoration: underline 3px #dc2a55; background-color: #dc2a5522',
  signal: 'text-decoration: underline double 2px #cf5a10; background-color: #cf5a101f',
  blocked: 'text-decoration: line-through 2px #7c8590',
  trusted: 'text-decoration: underline dashed 2px #2b8f4e',
  unknown: 'text-decoration: underline dotted 2px #7c8590',
  current: 'background-color: #3267d640',
}
const layers = [...markKinds, 'current'] as const

/** With more addresses than this in one text, only those near the screen are drawn. */
const many = 200

/** Lines under addresses by the browser's own highlights: nothing of the page's tree changes, and only what is near the screen is drawn. */
export function createMarks(page: Document, kindOf: (address: string) => MarkKind | undefined) {
  const drawings = {} as Record<(typeof layers)[number], Highlight>
  const sheet = new CSSStyleSheet()
  const names = {} as Record<(typeof layers)[number], string>
  for (const layer of layers) {
    // a page can see that there are highlights; by their names it cannot tell whose
    const name = randomName()
    sheet.insertRule(`::highlight(${name}) { ${looks[layer]} }`)
    drawings[layer] = new Highlight()
    drawings[layer].priority = layer === 'current' ? 1 : 0
    names[layer] = name
  }
  /** Only what is drawn is registered: an empty highlight costs every repaint, and shows the page that somebody is there. */
  function change(layer: (typeof layers)[number], by: (drawing: Highlight) => void) {
    const drawing = drawings[layer]
    const had = drawing.size > 0
    by(drawing)
    if (!had && drawing.size > 0) CSS.highlights.set(names[layer], drawing)
    if (had && drawing.size === 0) CSS.highlights.delete(names[layer])
  }
  const roots = new Set<Document | ShadowRoot>()
  /** The element whose place on the screen tells where a text is, and what stands in it. */
  const places = new Map<Element, Map<Text, Spot[]>>()
  const placeOf = new WeakMap<Text, Element>()
  const visible = new Set<Element>()
  /** What is near the screen, drawn or not. */
  const near = new Set<Spot>()
  const drawn = new Map<Spot, [MarkKind, AbstractRange]>()
  let shown: Record<MarkKind, boolean> | undefined

  const observer = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        if (isIntersecting) visible.add(target)
        else visible.delete(target)
        if (isIntersecting || boundingClientRect.width > 0 || !passOn(target)) drawIn(target)
      }
    },
    { rootMargin: '25% 0%', ...{ scrollMargin: '25% 0%' } },
  )
  /** An element without a box of its own (`display: contents`) is where its parent is. */
  function passOn(place: Element): boolean {
    const parent = parentOf(place)
    if (!(parent instanceof Element) || !isConnected(place) || getComputedStyle(place).display !== 'contents') return false
    const texts = places.get(place)
    drop(place)
    for (const spots of texts?.values() ?? []) for (const spot of spots) put(spot, parent)
    return true
  }
  function drop(place: Element) {
    observer.unobserve(place)
    places.delete(place)
    visible.delete(place)
  }
  function put(spot: Spot, place: Element) {
    const [text] = spot.texts
    let texts = places.get(place)
    if (!texts) {
      texts = new Map()
      places.set(place, texts)
      observer.observe(place)
    }
    const spots = texts.get(text)
    if (spots) spots.push(spot)
    else texts.set(text, [spot])
    placeOf.set(text, place)
    if (visible.has(place) && (spots?.length ?? 0) < many) draw(spot, true)
  }

  function draw(spot: Spot, seen: boolean) {
    if (seen) near.add(spot)
    else near.delete(spot)
    const kind = seen ? kindOf(spot.address) : undefined
    const wanted = kind && shown?.[kind] ? kind : undefined
    const old = drawn.get(spot)
    if (old?.[0] === wanted) return
    if (old) {
      change(old[0], drawing => drawing.delete(old[1]))
      drawn.delete(spot)
    }
    const range = wanted && rangeOf(spot)
    if (!range) return
    change(wanted, drawing => drawing.add(range))
    drawn.set(spot, [wanted, range])
  }
  function drawIn(place: Element) {
    const seen = visible.has(place)
    for (const spots of places.get(place)?.values() ?? []) {
      const [first, last] = seen && spots.length > many ? nearScreen(spots, innerHeight, spot => rectsOf(spot)[0]) : [0, spots.length]
      for (const [i, spot] of spots.entries()) draw(spot, seen && i >= first && i < last)
    }
  }

  function root(tree: Document | ShadowRoot) {
    if (adopt(tree, sheet)) roots.add(tree)
  }
  root(page)

  return {
    root,
    add(spot: Spot) {
      const parent = spot.texts[0].parentNode
      const place = parent instanceof ShadowRoot ? parent.host : parent
      if (place instanceof Element) put(spot, place)
    },
    remove(spot: Spot) {
      draw(spot, false)
      const [text] = spot.texts
      const place = placeOf.get(text)
      const texts = place && places.get(place)
      const rest = texts?.get(text)?.filter(other => other !== spot) ?? []
      // the empty place is kept until the page rests: a recycled row is filled again at once, and is still known to be visible
      if (rest.length > 0) texts?.set(text, rest)
      else texts?.delete(text)
    },
    /** Which kinds are drawn. */
    show(kinds: Record<MarkKind, boolean>) {
      shown = kinds
      for (const place of visible) drawIn(place)
    },
    /** Draw again what is on screen: kinds have changed, or a long text was scrolled. */
    renew() {
      for (const place of visible) drawIn(place)
    },
    /** Let go of what is gone, and put back the rules where a page has replaced its style sheets. */
    tidy() {
      for (const [place, texts] of places) if (texts.size === 0 || !isConnected(place)) drop(place)
      for (const tree of roots) {
        if (tree instanceof ShadowRoot && !isConnected(tree)) roots.delete(tree)
        else adopt(tree, sheet)
      }
    },
    /** The address at a point of the viewport, if it is not covered there. */
    at(x: number, y: number): { spot: Spot; rect: DOMRect } | undefined {
      const target = deepElementAt(page, x, y)
      if (!target) return undefined
      for (const spot of near) {
        if (!contains(target, spot.texts[0])) continue
        const rect = rectsOf(spot).find(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom)
        if (rect) return { spot, rect }
      }
      return undefined
    },
    /** Tint the address whose card is open. */
    current(spot: Spot | undefined) {
      const range = spot && rangeOf(spot)
      change('current', drawing => {
        drawing.clear()
        if (range) drawing.add(range)
      })
    },
    /** Take everything away; no trace stays. */
    stop() {
      observer.disconnect()
      for (const name of Object.values(names)) CSS.highlights.delete(name)
      for (const tree of roots) disown(tree, sheet)
      roots.clear()
      places.clear()
      drawn.clear()
      near.clear()
    },
  }
}
export type Marks = ReturnType<typeof createMarks>
