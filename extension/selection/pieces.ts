import { childrenOf, closest, firstOf, nameOf, nextOf, parentOf } from '../page/natives.ts'

/** Nodes that are looked at, at most: a page could hold millions without any text. */
const mostNodes = 500_000
const unread: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'title', 'head'])
const cells = 'td,th,[role=cell],[role=gridcell],[role=columnheader],[role=rowheader]'
const rows = 'tr,[role=row]'

/** How an element lays out what is in it. */
interface Looks {
  /** On the page, and something that a selection takes along. */
  shown: boolean
  /** Part of a line of its surroundings. */
  inline: boolean
  /** What of its white space stands as it is written: all, the ends of lines, or none. */
  keeps: 'all' | 'lines' | 'none'
}

/** Something that stands on the page: the nearest element around it that makes lines of its own, and its row and cell. */
interface Spot {
  node: Text
  block: Element | null
  cell: Element | null
  row: Element | null
}

/**
 * The text of a range, as lines: what the page shows in lines of their own, and rows of tables, are a line each, with tabs between cells. Cells
 * are known by what they are, or by standing beside each other. `cut`: there is more than `most` characters, or than can be looked at.
 */
export function readPieces(range: Range, most: number): { text: string; cut: boolean } {
  const looks = createLooks()
  const { commonAncestorContainer: root, startContainer, startOffset, endContainer, endOffset } = range
  const text = createText()
  const partOf = (node: Text) =>
    node.data.slice(node === startContainer ? startOffset : 0, node === endContainer ? endOffset : node.data.length)
  if (root instanceof Text) {
    text.add(partOf(root), looks(elementOf(root)).keeps)
    return { text: text.end(), cut: text.length() > most }
  }
  const stop = boundary(endContainer, endOffset, true)
  let before: Spot | undefined
  let broken = false
  let looked = 0
  // `intersectsNode` counts siblings each time: of a long list that is a long time
  for (let node = boundary(startContainer, startOffset, false); node && node !== stop; node = firstOf(node) ?? behind(node)) {
    if (text.length() > most || looked++ >= mostNodes) return { text: text.end(), cut: true }
    if (!(node instanceof Text)) {
      broken ||= node instanceof Element && nameOf(node) === 'br'
      continue
    }
    const around = elementOf(node)
    const { shown, keeps } = looks(around)
    const piece = shown ? partOf(node) : ''
    if (piece === '') continue
    const spot = spotOf(node, around, looks)
    // white space between blocks is how the source was written
    if (keeps === 'none' && piece.trim() === '' && spot.block !== before?.block) continue
    if (before) text.divide(broken ? '\n' : dividerOf(before, spot))
    text.add(piece, keeps)
    before = spot
    broken = false
  }
  return { text: text.end(), cut: text.length() > most }
}

/** Puts lines together, without white space at their ends that the page does not show. */
function createText() {
  const lines: string[] = []
  let line = ''
  let length = 0
  return {
    length: () => length + line.length,
    divide(by: string): void {
      if (by === '') return
      line = line.trimEnd()
      if (by === '\n') {
        lines.push(line)
        length += line.length + 1
        line = ''
      } else line += by
    },
    add(piece: string, keeps: Looks['keeps']): void {
      const shown = keeps === 'all' ? piece : piece.replace(keeps === 'lines' ? /[ \t]+/g : /[ \t\n\r\f]+/g, ' ')
      line += keeps === 'none' && (line === '' || /\s$/.test(line)) ? shown.trimStart() : shown
    },
    end: () => [...lines, line.trimEnd()].join('\n'),
  }
}

function dividerOf(before: Spot, { node, block, cell, row }: Spot): string {
  if (block === before.block) return ''
  if (row !== before.row) return '\n'
  return row !== null && cell !== before.cell ? '\t' : beside(before.node, node)
}

/** A tab where two texts stand in one line of the screen, as cells of rows do that are no table. */
function beside(first: Text, second: Text): string {
  const [a, b] = [boxesOf(first).at(-1), boxesOf(second)[0]]
  if (!a || !b) return '\n'
  const overlap = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return overlap > Math.min(a.height, b.height) / 2 && b.left >= a.right - 1 ? '\t' : '\n'
}
function boxesOf(text: Text): DOMRect[] {
  const range = new Range()
  range.selectNodeContents(text)
  return [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0)
}

/** The node at an end of a range: the first in it, or the first behind it. */
function boundary(container: Node, offset: number, end: boolean): Node | null {
  if (container instanceof Text) return end ? behind(container) : container
  return childrenOf(container)[offset] ?? behind(container)
}
/** What comes next in the order of the page, past all that is in a node. */
function behind(node: Node): Node | null {
  for (let up: Node | null = node; up; up = parentOf(up)) {
    const next = nextOf(up)
    if (next) return next
  }
  return null
}

function elementOf(node: Node): Element | null {
  const parent = parentOf(node)
  return parent instanceof Element ? parent : null
}

type LooksOf = (element: Element | null) => Looks
const checkVisibility = Element.prototype.checkVisibility
/** Each element is asked once: to know its style is what costs most here. */
function createLooks(): LooksOf {
  const known = new WeakMap<Element, Looks>()
  return element => {
    if (!element) return { shown: true, inline: false, keeps: 'none' }
    const found = known.get(element)
    if (found) return found
    const { display, whiteSpace, userSelect } = getComputedStyle(element)
    const visible = Reflect.apply(checkVisibility, element, [{ visibilityProperty: true }]) as boolean
    const looks: Looks = {
      shown: visible && userSelect !== 'none' && !unread.has(nameOf(element)),
      inline: display === 'inline' || display === 'contents' || display.startsWith('ruby'),
      keeps: whiteSpace === 'pre-line' ? 'lines' : /^(?:pre|break)/.test(whiteSpace) ? 'all' : 'none',
    }
    known.set(element, looks)
    return looks
  }
}

function spotOf(node: Text, around: Element | null, looks: LooksOf): Spot {
  let block = around
  while (block && looks(block).inline) block = elementOf(block)
  return { node, block, cell: around && closest(around, cells), row: around && closest(around, rows) }
}
