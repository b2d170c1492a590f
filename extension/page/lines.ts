import { childrenOf, closest, hasAttribute, nameOf, parentOf } from './natives.ts'

/** Elements that are part of a line of text; every other one ends it. */
export const inline: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code data dfn em font i ins kbd mark q s samp small span strong sub sup time tt u var wbr'.split(' '),
)
const skipped = new Set('head input noscript script select style textarea'.split(' '))
// an editor that only shows a log says that nothing is written there
const written = '[contenteditable]:not([contenteditable=false i],[aria-readonly=true i])'
const selector = `${[...skipped].join()},${written}`

/** Whether it holds no text to be read: none that is shown, or what somebody is writing. */
export const isSkipped = (element: Element): boolean =>
  skipped.has(nameOf(element)) || (hasAttribute(element, 'contenteditable') && closest(element, selector) === element)
/** Whether it, or anything above it, is such an element. */
export const liesInSkipped = (element: Element): boolean => closest(element, selector) !== null

/** The nearest element above that is no mere piece of a line. */
export function blockOf(piece: Node): Node | null {
  let node = parentOf(piece)
  while (node instanceof Element && inline.has(nameOf(node))) node = parentOf(node)
  return node
}

const isPiece = (node: Node) => node instanceof Text || (node instanceof Element && inline.has(nameOf(node)))

/** What has to be read when a node has changed: a piece of a short line with its line, because an address may be spread over several pieces. */
export function lineOf(node: Node): Node {
  const block = isPiece(node) ? blockOf(node) : null
  if (!(block instanceof Element)) return node
  const pieces = childrenOf(block)
  return pieces.length <= 32 && [...pieces].every(isPiece) ? block : node
}
