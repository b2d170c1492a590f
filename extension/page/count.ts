import { mayHoldOther, readWritten } from '../../shared/addresses.ts'
import { blockOf, inline, isSkipped, liesInSkipped } from './lines.ts'
import {
  contains,
  createWalker,
  elementsIn,
  firstElementOf,
  firstOf,
  hasNeighbours,
  isConnected,
  markupOf,
  nameOf,
  nextOf,
  parentOf,
  rootElement,
  textsWith,
  wordsOf,
} from './natives.ts'
import { createSlices } from './slices.ts'
import { eachWritten } from './text.ts'

/** What is counted of one page; past it counting stops and says so: a page may be endless on purpose. */
export const limits = { text: 32_000_000, addresses: 5_000 }
export type Limit = keyof typeof limits

/** A page that changes is counted again so much later, ms; one that goes on changing not so often, and so much later than it took. */
const soonest = 500
const restless = 2_000
const idle = 20

/** So much is read at once: elements, unless there are more characters in them; the first time few, since each may be long. */
const chunk = { first: 16, elements: 256, text: 65_536 }
/** So much is done before somebody else may have a turn, well under 1 ms: characters, and an element is like some of them. */
const turn = { work: 8_192, element: 64 }

/** No address is shorter, but for those of a machine itself. */
const shortest = 7
/** Elements with fewer characters each are read a line at a time: to be handed each text costs more than their markup. */
const short = 64
/** How much longer markup may be than all text before it costs more than a walk; and in how many characters that shows. */
const markup = { times: 4, allowed: 100_000 }

/** Of more addresses that are new in one line its texts are searched one by one. */
const few = 4
/** As they are written in markup. */
const signs = { amp: '&', lt: '<', gt: '>', nbsp: '\xa0' }

const none: ReadonlySet<string> = new Set()
const texts = NodeFilter.SHOW_TEXT | NodeFilter.SHOW_CDATA_SECTION

/** Counts the distinct addresses of a whole page, wherever they stand, while it has nothing else to do; and again when it has changed. */
export function createCount(
  page: Document,
  roots: () => Iterable<Document | ShadowRoot>,
  told: { found(address: string): void; done(limit: Limit | undefined): void },
) {
  let addresses: ReadonlySet<string> = new Set()
  let timer: ReturnType<typeof setTimeout> | undefined
  let counting = false
  let changed = false
  let stopped = false
  let counted = Number.NEGATIVE_INFINITY

  function* pass(): Generator<undefined, void> {
    let worked = 0
    let resumed = performance.now()
    const distinct = new Set<string>()
    // as they are written: what was seen once is not read again
    const known = new Set<string>()
    let left = limits.text
    let work = 0
    let excess = 0
    /** Addresses have been met in this chunk. */
    let dense = false

    function* rest(): Generator<undefined, void> {
      worked += performance.now() - resumed
      work = 0
      yield
      resumed = performance.now()
    }
    /** Search a text, or several a line each; `at` tells which stands at an offset. */
    function* search(given: string, at: (offset: number) => Text): Generator<undefined, void> {
      if (given.length < shortest) return
      for (const length of eachWritten(given, known, (written, offset) => take(written, at(offset))))
        if ((work += length) > turn.work) yield* rest()
    }
    function take(written: string, text: Text) {
      if (known.has(written) || distinct.size >= limits.addresses) return
      const parent = parentOf(text)
      if (parent instanceof Element && liesInSkipped(parent)) return
      known.add(written)
      const address = readWritten(written)
      if (address === undefined || distinct.has(address)) return
      distinct.add(address)
      told.found(address)
    }
    /** One text after the other. */
    function* walk(top: Node, from: Node): Generator<undefined, void> {
      const walker = createWalker(page, top, texts)
      walker.currentNode = from
      for (let node: Node | null = from; node && !isOver(); node = walker.nextNode()) {
        if (node instanceof Text) {
          const text = node
          left -= text.length
          yield* search(text.data, () => text)
        }
        if ((work += turn.element) > turn.work) yield* rest()
      }
    }
    /**
     * Its texts that have to be searched; `all` where they have to be looked at one by one. Where addresses stand close its markup alone is asked for:
     * each string and each node that the browser hands out goes into a table, and of 30,000 the next one waits 10 ms while that grows.
     */
    function textsToSearch(element: Element): Text[] | 'all' {
      if (!dense) {
        const text = wordsOf(element) ?? ''
        work += turn.element + text.length
        const holds = mayHoldOther(text, none)
        // nothing is hidden in one text alone
        if (!holds || (firstElementOf(element) === null && !mayHoldOther(text, known))) return []
        dense = true
      }
      if (excess > markup.allowed) return isSkipped(element) ? [] : 'all'
      try {
        // in the text of several elements an address may be hidden by the digits of the next; in its markup each text stands by itself
        const written = markupOf(element)
        excess += written.length
        work += written.length
        return mayHoldOther(written, known) && !isSkipped(element) ? textsWithOthers(element, written) : []
      } catch {
        // a tree that cannot be written as XML
        return isSkipped(element) ? [] : 'all'
      }
    }
    /** Those that hold an address which is new. */
    function textsWithOthers(element: Element, written: string): Text[] | 'all' {
      // two texts side by side are one in the markup
      if (written.length > turn.work || hasNeighbours(element)) return 'all'
      const others = new Set<string>()
      const plain = written.replace(/&(amp|lt|gt|nbsp);/g, (_, name: keyof typeof signs) => signs[name])
      for (const length of eachWritten(plain, known, other => void others.add(other), plain.length)) work += length
      if (others.size > few || [...others].some(other => other.includes('"'))) return 'all'
      return [...others].flatMap(other => textsWith(element, other))
    }
    /** From a node on, in the order of the page, as far as `end`; no element before it is large. */
    function* descend(from: Node, top: Node, end: Element): Generator<undefined, void> {
      for (let node: Node | null = from; node && node !== end && !isOver(); ) {
        let into = false
        if (node instanceof Text) {
          const text = node
          yield* search(text.data, () => text)
        } else if (node instanceof Element) {
          const inside: Text[] | 'all' = contains(node, end) ? 'all' : textsToSearch(node)
          into = inside === 'all'
          if (inside !== 'all') for (const text of inside) yield* search(text.data, () => text)
        }
        if ((work += turn.element) > turn.work) yield* rest()
        // the page took away what the walk stood on, and with it the way on; it has changed, and is counted again
        if (!isConnected(node) || !isConnected(end)) return
        let next: Node | null = into ? firstOf(node) : null
        for (let at: Node | null = node; !next && at && at !== top; at = parentOf(at)) next = nextOf(at)
        node = next
      }
    }
    /** What was read of several texts in one: each apart, since the digits of the next would hide an address. Only their lengths are asked for, which costs far less than to be handed each. */
    function apart(top: Node, from: Node, read: string) {
      const walker = createWalker(page, top, texts)
      walker.currentNode = from
      const lines: string[] = []
      const starts: number[] = []
      const each: Text[] = []
      let at = 0
      for (let node: Node | null = from; node && at < read.length; node = walker.nextNode()) {
        if (!(node instanceof Text) || node.length === 0) continue
        starts.push(at + lines.length)
        lines.push(read.slice(at, (at += node.length)))
        each.push(node)
      }
      work += turn.element * each.length
      return { given: lines.join('\n'), at: (offset: number) => each[starts.findLastIndex(start => start <= offset)]! }
    }
    /** Where the line begins that an element stands in, unless that is not behind `from`: a line that is read in two is read a piece at a time. */
    function lineStart(element: Element, from: Node): Element {
      const block = inline.has(nameOf(element)) ? blockOf(element) : null
      return block instanceof Element && !contains(block, from) ? block : element
    }
    /** A large tree some elements at a time, since to be handed all its texts costs many times what it takes to search them. */
    function* count(top: Element): Generator<undefined, void> {
      const range = new Range()
      const all = elementsIn(top, '*')
      let from = firstOf(top)
      let size = chunk.first
      for (let next = size; ; next += size) {
        const last = all.item(next)
        if (!from || !last) break
        const end = lineStart(last, from)
        range.setEnd(end, 0)
        range.setStart(from, 0)
        const read = range.toString()
        work += size + read.length
        const holds = mayHoldOther(read, none)
        if (holds && read.length < size * short) {
          excess = Math.max(0, excess) - markup.times * read.length
          dense = false
          yield* descend(from, top, end)
        } else if (holds) {
          const { given, at } = apart(top, from, read)
          yield* search(given, at)
        }
        left -= size + read.length
        if (work > turn.work) yield* rest()
        if (isOver()) return
        from = end
        size = Math.max(1, Math.min(chunk.elements, 2 * size, Math.round((size * chunk.text) / (read.length + 1))))
      }
      if (from) yield* walk(top, from)
    }
    const isOver = () => left <= 0 || distinct.size >= limits.addresses
    for (const root of roots()) {
      const top = root instanceof Document ? rootElement(root) : root
      const first = top && firstOf(top)
      if (first) yield* top instanceof Element ? count(top) : walk(top, first)
      if (isOver()) break
    }
    addresses = distinct
    counting = false
    counted = performance.now()
    worked += counted - resumed
    told.done(left <= 0 ? 'text' : distinct.size >= limits.addresses ? 'addresses' : undefined)
    if (changed) later(Math.max(restless, worked * idle))
  }
  const slices = createSlices(pass)
  function later(ms: number) {
    changed = false
    clearTimeout(timer)
    timer = setTimeout(start, ms)
  }
  function start() {
    timer = undefined
    if (stopped || counting) return
    counting = true
    slices.run(0)
  }

  return {
    /** In a task of its own. */
    start: () => void (counting || later(0)),
    /** The page has changed. */
    changed() {
      if (counting || timer !== undefined) changed = true
      else later(performance.now() - counted < restless ? restless : soonest)
    },
    /** Those of the last time that it was counted. */
    addresses: (): Iterable<string> => addresses,
    stop() {
      stopped = true
      clearTimeout(timer)
      slices.stop()
    },
  }
}
