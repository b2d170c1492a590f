// The members of document and elements that a page can hide: `<form id=body>`, `<input name=parentNode>`, `<img name=createElement>`.
// Everything here is read from the prototypes of this script's own world, so that such names do not matter. Text nodes cannot be hidden.

export const getter = <T extends object, K extends keyof T & string>(owner: { prototype: T }, name: K) => {
  const get = Object.getOwnPropertyDescriptor(owner.prototype, name)?.get
  return (of: T): T[K] => Reflect.apply(get!, of, []) as T[K]
}
const method = <T extends object, A extends unknown[], R>(_owner: { prototype: T }, call: (this: T, ...rest: A) => R) => {
  return (of: T, ...rest: A): R => Reflect.apply(call, of, rest)
}

export const parentOf = getter(Node, 'parentNode')
export const childrenOf = getter(Node, 'childNodes')
export const firstOf = getter(Node, 'firstChild')
export const nextOf = getter(Node, 'nextSibling')
export const wordsOf = getter(Node, 'textContent')
export const isConnected = getter(Node, 'isConnected')
export const contains = method(Node, Node.prototype.contains)
export const append = method(Node, Node.prototype.appendChild<Node>)

export const nameOf = getter(Element, 'localName')
export const elementChildrenOf = getter(Element, 'children')
export const firstElementOf = getter(Element, 'firstElementChild')
export const nextElementOf = getter(Element, 'nextElementSibling')
export const elementsIn = method<Element, [name: string], HTMLCollectionOf<Element>>(Element, Element.prototype.getElementsByTagName)
export const shadowOf = getter(Element, 'shadowRoot')
export const hasAttribute = method(Element, Element.prototype.hasAttribute)
export const markupOf = getter(Element, 'innerHTML')
export const attributeOf = method<Element, [name: string], string | null>(Element, Element.prototype.getAttribute)
export const queryIn = method<Element, [selectors: string], NodeListOf<Element>>(Element, Element.prototype.querySelectorAll)
export const closest = method<Element, [selectors: string], Element | null>(Element, Element.prototype.closest)
export const matches = method<Element, [selectors: string], boolean>(Element, Element.prototype.matches)
export const rectOf = method(Element, Element.prototype.getBoundingClientRect)
export const remove = method(Element, Element.prototype.remove)

export const activeIn = getter(Document, 'activeElement')
export const rootElement = getter(Document, 'documentElement')
/** Of HTML whatever the document is: in one of plain XML an element without a namespace can carry nothing. */
export const createDiv = (page: Document): HTMLElement =>
  Reflect.apply(Document.prototype.createElementNS, page, ['http://www.w3.org/1999/xhtml', 'div']) as HTMLElement
export const createWalker = method(Document, Document.prototype.createTreeWalker)
export const queryAll = method<Document, [selectors: string], NodeListOf<Element>>(Document, Document.prototype.querySelectorAll)
/** How many elements stand before it among its neighbours: the browser counts a hundred thousand in a few ms, a script does not. */
export const placeOf = (element: Element): number =>
  new XPathEvaluator().evaluate('count(preceding-sibling::*)', element, null, XPathResult.NUMBER_TYPE).numberValue
/** The texts in it that hold these words, which have no quotation mark: no other text is handed out. */
export const textsWith = (element: Element, words: string): Text[] => {
  const found = new XPathEvaluator().evaluate(`.//text()[contains(., "${words}")]`, element, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE)
  return Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i) as Text)
}
/** Whether a text in it stands next to another one, with nothing between. */
export const hasNeighbours = (element: Element): boolean => {
  const pairs = './/text()[following-sibling::node()[1][self::text()]]'
  return new XPathEvaluator().evaluate(pairs, element, null, XPathResult.BOOLEAN_TYPE).booleanValue
}
export const elementAt = method(Document, Document.prototype.elementFromPoint)
export const elementAtIn = method(ShadowRoot, ShadowRoot.prototype.elementFromPoint)

type Caret = { offsetNode: Node; offset: number } | null
type CaretFromPoint = (x: number, y: number, options: { shadowRoots: ShadowRoot[] }) => Caret
const caret = (Document.prototype as { caretPositionFromPoint?: CaretFromPoint }).caretPositionFromPoint
/** The text at a point, in these shadow trees too; undefined where there is none, or an older browser cannot tell. */
export function caretAt(page: Document, x: number, y: number, shadowRoots: ShadowRoot[]): { node: Text; offset: number } | undefined {
  const at = caret && (Reflect.apply(caret, page, [x, y, { shadowRoots }]) as Caret)
  return at?.offsetNode instanceof Text ? { node: at.offsetNode, offset: at.offset } : undefined
}

const sheets = {
  document: Object.getOwnPropertyDescriptor(Document.prototype, 'adoptedStyleSheets'),
  shadow: Object.getOwnPropertyDescriptor(ShadowRoot.prototype, 'adoptedStyleSheets'),
}
const sheetsOf = (root: Document | ShadowRoot) => sheets[root instanceof ShadowRoot ? 'shadow' : 'document']

/** Let a tree use a style sheet, once. False where the browser does not let a content script do that. */
export function adopt(root: Document | ShadowRoot, sheet: CSSStyleSheet): boolean {
  try {
    const now = Reflect.apply(sheetsOf(root)!.get!, root, []) as CSSStyleSheet[]
    if (!now.includes(sheet)) Reflect.apply(sheetsOf(root)!.set!, root, [[...now, sheet]])
    return true
  } catch {
    return false
  }
}

/** Take it away again; the other sheets stay as they are. */
export function disown(root: Document | ShadowRoot, sheet: CSSStyleSheet): void {
  try {
    const now = Reflect.apply(sheetsOf(root)!.get!, root, []) as CSSStyleSheet[]
    if (now.includes(sheet)) Reflect.apply(sheetsOf(root)!.set!, root, [[...now].filter(other => other !== sheet)])
  } catch {
    // a tree that is gone
  }
}
