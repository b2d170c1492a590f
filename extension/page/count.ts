import { mayHoldOther, readWritten } from '../../shared/addresses.ts'
import { isSkipped, liesInSkipped } from './lines.ts'
import {
  contains,
  createWalker,
  elementsIn,
  firstElementOf,
  firstOf,
  isConnected,
  markupOf,
  nextOf,
  parentOf,
  rootElement,
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
const turn = { work: 16_384, element: 64 }

/** No address is shorter, but for those of a machine itself. */
const shortest = 7
/** Elements with fewer characters each are read a line at a time: to be handed each text costs more than their markup. */
const short = 64
/** How much longer markup may be than the text in it before it costs more than a walk; and in how many characters that shows. */
const markup = { times: 4, allowed: 100_000 }

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

    function* rest(): Generator<undefined, void> {
      worked += performance.now() - resumed
      work = 0
      yield
      resumed = performance.now()
    }
    /** Search a text, or several a line each; `at` tells which stands at an offset. */
    function* search(given: string, at: (offset: number) => Text): Generator<undefined, void> {
      left -= given.length
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
        if (node instanceof Text) yield* search(node.data, () => node as Text)
        if ((work += turn.element) > turn.work) yield* rest()
      }
    }
    /** Whether the texts in it have to be looked at one by one. */
    function holdsMore(element: Element): boolean {
      const simple = firstElementOf(element) === null
      const text = wordsOf(element) ?? ''
      work += turn.element + text.length
      // in the text of several elements an address may be hidden by the digits of the next
      const more = text.length > turn.work || (simple ? mayHoldOther(text, known) : mayHoldOther(text, none) && hasOther(element, text))
      if (more && !isSkipped(element)) return true
      left -= text.length
      return false
    }
    /** In its markup each text stands by itself. */
    function hasOther(element: Element, text: string): boolean {
      if (excess > markup.allowed) return true
      try {
        const written = markupOf(element)
        excess = Math.max(0, excess + written.length - markup.times * text.length)
        work += written.length
        return mayHoldOther(written, known)
      } catch {
        // a tree that cannot be written as XML
        return true
      }
    }
    /** From a node on, in the order of the page, as far as `end`; no element before it is large. */
    function* descend(from: Node, top: Node, end: Element): Generator<undefined, void> {
      for (let node: Node | null = from; node && node !== end && !isOver(); ) {
        let into = false
        if (node instanceof Text) {
          const text = node
          yield* search(text.data, () => text)
        } else if (node instanceof Element) into = contains(node, end) || holdsMore(node)
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
    /** A large tree some elements at a time, since to be handed all its texts costs many times what it takes to search them. */
    function* count(top: Element): Generator<undefined, void> {
      const range = new Range()
      const all = elementsIn(top, '*')
      let from = firstOf(top)
      let few = chunk.first
      for (let next = few; ; next += few) {
        const end = all.item(next)
        if (!from || !end) break
        range.setEnd(end, 0)
        range.setStart(from, 0)
        const read = range.toString()
        work += few + read.length
        left -= few
        if (!mayHoldOther(read, none)) left -= read.length
        else if (read.length < few * short) yield* descend(from, top, end)
        else {
          const { given, at } = apart(top, from, read)
          yield* search(given, at)
        }
        if (work > turn.work) yield* rest()
        if (isOver()) return
        from = end
        few = Math.max(1, Math.min(chunk.elements, 2 * few, Math.round((few * chunk.text) / (read.length + 1))))
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
    start,
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
