import { elementChildrenOf, elementsIn, nameOf, nextElementOf, parentOf, placeOf } from './natives.ts'

/** Which elements the rules for marks hold for, and so which the browser has to give another style. */
export interface Cover {
  /** What stands in front of `::highlight(…)`. */
  selectors: readonly string[]
  /** Whether a text of the document is inside, or in a shadow tree, which has rules of its own. */
  reaches(text: Text): boolean
  /** Whether it counts the children of this one: one more at the end is well, elsewhere those behind it would get their style anew each time. */
  counts(parent: Node): boolean
}

/** As many elements get another style within a few frames; more of them freeze the page: a million take 6 s. */
const enough = 4_000
/** To either side of what is near the screen: a rule costs more where it holds than where it is handed down. */
const margins = { rows: 500, elements: 4_000 }
/** Of more children only some are covered. */
const many = 64

// the others do not hand the style of a highlight down from an element to what lies in it
export const handsDown = 'highlightsFromPoint' in HighlightRegistry.prototype && !import.meta.env.FIREFOX
export const everywhere: Cover = { selectors: [handsDown ? ':root' : ''], reaches: () => true, counts: () => false }

// by index in brackets a collection would be counted to its end
export const isLarge = (element: Element) => elementsIn(element, '*').item(enough) !== null

/** Rules that reach what is near the screen, and far enough around it that scrolling seldom needs others. They name no attribute and change none. */
export function coverOf(root: Element, texts: Iterable<Text>): Cover {
  if (!handsDown || !isLarge(root)) return everywhere
  const near = new Map<Element, Set<Element>>()
  const direct = new Set<Element>()
  for (const text of texts) {
    let element = parentOf(text)
    if (element instanceof Element) direct.add(element)
    while (element instanceof Element && element !== root) {
      const above = parentOf(element)
      if (!(above instanceof Element)) break
      const beside = near.get(above)
      if (beside?.has(element)) break
      if (beside) beside.add(element)
      else near.set(above, new Set([element]))
      element = above
    }
  }

  const selectors: string[] = []
  const whole = new Set<Node>()
  const parts = new Map<Node, Part>()
  function visit(element: Element, path: string) {
    const children = [...(near.get(element) ?? [])]
    if (direct.has(element) || !isLarge(element)) {
      selectors.push(path)
      whole.add(element)
      return
    }
    const all = elementChildrenOf(element)
    const below = (child: Element) => `${path} > ${CSS.escape(nameOf(child))}`
    if (all.item(many) === null) for (const child of children) visit(child, below(child))
    else if (children.some(isLarge)) {
      parts.set(element, { names: new Set(), rows: new WeakSet(), tail: undefined })
      for (const child of children) visit(child, `${below(child)}:nth-child(${placeOf(child) + 1})`)
    } else if (children.length > 0) {
      const some = children.slice(0, 16)
      const each = some.reduce((sum, child) => sum + 1 + elementsIn(child, '*').length, 0) / some.length
      const margin = Math.ceil(Math.min(margins.rows, margins.elements / each))
      const from = Math.max(0, placeOf(children[0]!) - margin)
      const to = placeOf(children.at(-1)!) + margin
      const names = new Set<string>()
      const rows = new WeakSet<Element>()
      let tail: Element | undefined
      let next: Element | null = all.item(from)
      for (let at = from; next && at <= to; at++, next = nextElementOf(next)) {
        names.add(nameOf(next))
        rows.add((tail = next))
      }
      parts.set(element, { names, rows, tail: next ? undefined : tail })
      const until = next ? `:nth-child(-n+${to + 1})` : ''
      // the name goes first and the place last: by it a browser finds at once that a rule is not for an element
      for (const name of names) selectors.push(`${CSS.escape(name)}:is(${path} > *):nth-child(n+${from + 1})${until}`)
    }
  }
  visit(root, ':root')
  return {
    selectors,
    counts: parent => parts.has(parent),
    reaches(text) {
      let node: Node | null = parentOf(text)
      for (; node instanceof Element; node = parentOf(node)) {
        if (whole.has(node)) return true
        const part = parts.get(parentOf(node)!)
        if (part && isIn(node, part)) return true
      }
      // the end of a shadow tree
      return node !== null && !(node instanceof Document)
    },
  }
}

/** Some of very many children, and the last of them where rules hold for all that comes behind it. */
interface Part {
  names: ReadonlySet<string>
  rows: WeakSet<Element>
  tail: Element | undefined
}
function isIn(child: Element, part: Part): boolean {
  for (let next = part.tail && nextElementOf(part.tail); next; next = nextElementOf(next)) part.rows.add((part.tail = next))
  return part.rows.has(child) && part.names.has(nameOf(child))
}
