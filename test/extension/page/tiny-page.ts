// As much of a browser's page as the reading of its texts needs. Imported before what reads.

class TinyNode {
  parent: TinyNode | null = null
  nodes: TinyNode[] = []
  get parentNode() {
    return this.parent
  }
  get childNodes() {
    return this.nodes
  }
}
class TinyText extends TinyNode {
  data: string
  constructor(data: string) {
    super()
    this.data = data
  }
  get length() {
    return this.data.length
  }
}
class TinyElement extends TinyNode {
  readonly name: string
  scrolled = 0
  shows = 0
  constructor(name: string) {
    super()
    this.name = name
  }
  get localName() {
    return this.name
  }
  get scrollTop() {
    return this.scrolled
  }
  get clientHeight() {
    return this.shows
  }
}
class TinyDocument extends TinyNode {
  createTreeWalker(root: TinyNode, what: number) {
    const after = (node: TinyNode): TinyNode | undefined => {
      if (node.nodes[0]) return node.nodes[0]
      for (let at = node; at !== root && at.parent; at = at.parent) {
        const next = at.parent.nodes[at.parent.nodes.indexOf(at) + 1]
        if (next) return next
      }
      return undefined
    }
    return {
      currentNode: root,
      nextNode() {
        for (let node = after(this.currentNode); node; node = after(node))
          if (what & (node instanceof TinyText ? filter.SHOW_TEXT : filter.SHOW_ELEMENT)) return (this.currentNode = node)
        return null
      },
    }
  }
}
const filter = { SHOW_ELEMENT: 1, SHOW_TEXT: 4 }
const globals = { Node: TinyNode, Text: TinyText, Element: TinyElement, Document: TinyDocument, ShadowRoot: class {}, NodeFilter: filter }
Object.assign(globalThis, globals)

/** A page of elements without attributes; `br` and `img` hold nothing. */
export function tinyPage(markup: string): { page: Document; texts: Text[] } {
  const page = new TinyDocument()
  const texts: TinyText[] = []
  let at: TinyNode = page
  for (const [written, close, name] of markup.matchAll(/<(\/?)(\w+)>|[^<]+/g)) {
    if (close) {
      at = at.parent!
      continue
    }
    const node = name ? new TinyElement(name) : new TinyText(written)
    if (node instanceof TinyText) texts.push(node)
    node.parent = at
    at.nodes.push(node)
    if (name && name !== 'br' && name !== 'img') at = node
  }
  return { page: page as never, texts: texts as never }
}
/** Take it off its page. */
export function takeOff(text: Text): void {
  const node = text as unknown as TinyNode
  node.parent!.nodes.splice(node.parent!.nodes.indexOf(node), 1)
  node.parent = null
}
