import { inline, isSkipped } from './lines.ts'
import { caretAt, childrenOf, firstOf, hasAttribute, nameOf, nextOf, parentOf, rectOf, shadowOf } from './natives.ts'
import { reach } from './text.ts'

/** A text near the screen, and the part of it that is. */
export interface Seen {
  text: Text
  from: number
  to: number
  /** It was not asked what stands there, and has to be. */
  guessed?: true
}

/** More children than this are not measured one by one. */
const many = 64
/** Of so many neighbours one has a box, or it is taken that none has. */
const near = 16
/** Only a part of a longer text is looked at; and of a still longer one the first time that which is likely to be there. */
const long = 20_000
const veryLong = 500_000
/** No screen shows more; a page may put all it has into one place. */
const most = 20_000

/** What is folded has boxes all the same, and the browser would lay it out to tell them. */
const isFolded = (element: Element) => element instanceof HTMLDetailsElement && !hasAttribute(element, 'open')
/** Very long texts that have been looked at. */
const met = new WeakSet<Text>()
const noBox = ({ width, height }: DOMRect) => width === 0 && height === 0

/**
 * Finds the texts near the screen, in the order of the page and its open shadow roots: goes down from the root and leaves out what lies
 * elsewhere; among many children it searches the first. Reads the layout, changes nothing. `pass` hears of every element on the way.
 */
export function* visibleTexts(page: Document, root: Element, pass: (element: Element) => void): Generator<undefined, Seen[]> {
  // a quarter of a screen to either side, so that marks are there when it is scrolled a little: the browser paints all of them at each change
  const above = -innerHeight / 4
  const below = innerHeight * 1.25
  const seen: Seen[] = []
  const range = new Range()
  let steps = 0

  function boxOf(node: Node): DOMRect | undefined {
    if (!(node instanceof Element || node instanceof Text)) return undefined
    if (node instanceof Element) {
      const box = rectOf(node)
      return noBox(box) ? undefined : box
    }
    // all boxes of a long text would be added up
    if (node.length > long) return between(charBox(range, node, 0), charBox(range, node, node.length - 1))
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    return noBox(box) ? undefined : box
  }
  function boxFrom(children: NodeListOf<ChildNode>, at: number): DOMRect | undefined {
    let box: DOMRect | undefined
    for (let i = Math.max(0, at); !box && i < Math.min(at + near, children.length); i++) box = boxOf(children[i]!)
    return box
  }
  /** Of many children one below the other, the first near the screen or a few before it. */
  function firstNear(children: NodeListOf<ChildNode>): ChildNode | undefined {
    const first = boxFrom(children, 0)
    const last = boxFrom(children, children.length - near)
    let low = 0
    // upside down or in no order: from the start, then
    if (first && last && first.top <= last.top)
      for (let high = children.length; low < high; ) {
        const middle = (low + high) >> 1
        const box = boxFrom(children, middle)
        if (box && box.bottom < above) low = middle + 1
        else high = middle
      }
    return children[Math.max(0, low - near)]
  }

  function* take(text: Text): Generator<undefined, void> {
    if (text.length <= long) {
      seen.push({ text, from: 0, to: text.length })
      return
    }
    const parent = parentOf(text)
    const box = parent instanceof Element ? rectOf(parent) : new DOMRect(0, 0, innerWidth, innerHeight)
    if (box.top <= below && box.bottom >= above) seen.push({ text, ...(yield* partOf(page, text, box)) })
  }
  function* visitAll(parent: Node): Generator<undefined, void> {
    const children = childrenOf(parent)
    const ordered = children.length > many
    let beyond = 0
    for (let child = ordered ? firstNear(children) : firstOf(parent); child && steps < most; child = nextOf(child)) {
      if (++steps % 64 === 0) yield
      if (child instanceof Text) {
        if (child.length > 1) yield* take(child)
      } else if (child instanceof Element) yield* visit(child)
      if (!ordered) continue
      const box = boxOf(child)
      if (box) beyond = box.top > below ? beyond + 1 : 0
      if (beyond > near) break
    }
  }
  function* visit(element: Element): Generator<undefined, void> {
    if (isSkipped(element)) return
    if (!inline.has(nameOf(element))) {
      const box = rectOf(element)
      if (noBox(box)) {
        // not shown at all; one with `display: contents` is where its children are
        if (getComputedStyle(element).display === 'none') return
      } else if ((box.top > below || box.bottom < above) && (box.top > below || box.top + element.scrollHeight < above)) return
    }
    pass(element)
    if (isFolded(element)) {
      for (const child of childrenOf(element)) if (child instanceof Element && nameOf(child) === 'summary') yield* visit(child)
      return
    }
    const shadow = shadowOf(element)
    if (shadow) yield* visitAll(shadow)
    yield* visitAll(element)
  }
  yield* visit(root)
  return seen
}

const charBox = (range: Range, text: Text, at: number): DOMRect => {
  range.setStart(text, at)
  range.setEnd(text, at + 1)
  return range.getBoundingClientRect()
}
const between = (first: DOMRect, last: DOMRect) => new DOMRect(first.x, first.y, Math.max(first.width, last.width), last.bottom - first.y)

/** The part of a long text that is near the screen: by the lines that stand at its edges, else by halving. */
function* partOf(page: Document, text: Text, box: DOMRect): Generator<undefined, Omit<Seen, 'text'>> {
  if (text.length > veryLong && !met.has(text) && box.height > 0) {
    met.add(text)
    // whoever first asks the browser where something stands in many million characters waits 40 ms; once marks are painted there it knows
    const [first, last] = [0, innerHeight].map(y => (text.length * Math.max(0, y - box.top)) / box.height) as [number, number]
    // of what scrolls in a box of its own, or comes out of it, the box says nothing
    if (last - first < 2 * long) return { ...around(text, first, last), guessed: true }
  }
  const at = (y: number) => {
    const caret = caretAt(page, Math.min(Math.max(box.left + 1, 1), innerWidth - 2), Math.min(Math.max(y, 1), innerHeight - 2), [])
    return caret?.node === text ? caret.offset : undefined
  }
  const last = at(box.bottom - 1) ?? (yield* offsetAt(text, innerHeight))
  yield
  // the browser takes 4 ms to tell which of many million characters stands somewhere
  const first = last <= long ? 0 : (at(box.top + 1) ?? (yield* offsetAt(text, 0)))
  return around(text, first, last)
}
function around(text: Text, first: number, last: number) {
  const margin = Math.min(long, (last - first) / 2) + 16 * reach
  return { from: Math.max(0, Math.floor(first - margin)), to: Math.min(text.length, Math.ceil(last + margin)) }
}
/** The offset of a long text that stands at a height of the screen, where something covers it. */
function* offsetAt(text: Text, height: number): Generator<undefined, number> {
  const range = new Range()
  let low = 0
  let high = text.length
  while (high - low > 256) {
    const middle = (low + high) >> 1
    if (charBox(range, text, middle).bottom < height) low = middle
    else high = middle
    yield
    // the page may have had its turn
    if (high > text.length) high = Math.max(low, text.length)
  }
  return low
}
