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
export const isConnected = getter(Node, 'isConnected')
export const contains = method(Node, Node.prototype.contains)
export const append = method(Node, Node.prototype.appendChild<Node>)

export const nameOf = getter(Element, 'localName')
export const shadowOf = getter(Element, 'shadowRoot')
export const hasAttribute = method(Element, Element.prototype.hasAttribute)
export const attributeOf = method<Element, [name: string], string | null>(Element, Element.prototype.getAttribute)
export const queryIn = method<Element, [selectors: string], NodeListOf<Element>>(Element, Element.prototype.querySelectorAll)
export const closest = method<Element, [selectors: string], Element | null>(Element, Element.prototype.closest)
export const rectOf = method(Element, Element.prototype.getBoundingClientRect)
export const remove = method(Element, Element.prototype.remove)

export const rootElement = getter(Document, 'documentElement')
export const createDiv = (page: Document): HTMLElement => Reflect.apply(Document.prototype.createElement, page, ['div'])
export const createWalker = method(Document, Document.prototype.createTreeWalker)
export const queryAll = method<Document, [selectors: string], NodeListOf<Element>>(Document, Document.prototype.querySelectorAll)
/** A list that keeps itself: to ask for it again costs nothing. */
export const canvasesOf = (page: Document): Iterable<HTMLCanvasElement> =>
  Reflect.apply(Document.prototype.getElementsByTagName, page, ['canvas']) as HTMLCollectionOf<HTMLCanvasElement>
export const elementAt = method(Document, Document.prototype.elementFromPoint)
export const elementAtIn = method(ShadowRoot, ShadowRoot.prototype.elementFromPoint)

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
