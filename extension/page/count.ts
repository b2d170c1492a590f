import { mayHoldOther, readWritten } from '../../shared/addresses.ts'
import { isSkipped, liesInSkipped } from './lines.ts'
import { contains, elementsIn, firstElementOf, firstOf, isConnected, markupOf, nextOf, parentOf, rootElement, wordsOf } from './natives.ts'
import { createSlices } from './slices.ts'
import { eachWritten } from './text.ts'

/** What is counted of one page; past it counting stops and says so: a page may be endless on purpose. */
export const limits = { text: 32_000_000, addresses: 5_000 }
export type Limit = keyof typeof limits

/** A page that changes is counted again so much later, ms; one that goes on changing not so often, and so much later than it took. */
const soonest = 500
const restless = 2_000
const idle = 20

/** So many elements are read at once. */
const few = 256
/** So much is done before somebody else may have a turn, well under 1 ms: characters, and an element is like some of them. */
const turn = { work: 16_384, element: 64 }
/** How much longer markup may be than the text in it before it costs more than a walk; and in how many characters that shows. */
const markup = { times: 4, allowed: 100_000 }

const none: ReadonlySet<string> = new Set()

/** Counts the distinct addresses of a whole page, wherever they stand, while it has nothing else to do; and again when it has changed. */
export function createCount(
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
    function* search(text: Text): Generator<undefined, void> {
      const { data } = text
      left -= data.length
      if (data.length < 7) return
      for (const length of eachWritten(data, known, written => take(written, text))) if ((work += length) > turn.work) yield* rest()
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
    /** From a node on, in the order of the page, as far as `end`; with one, no element before it is large. */
    function* walk(from: Node | null, top: Node, end?: Element): Generator<undefined, void> {
      for (let node = from; node && node !== end && !isOver(); ) {
        let into = false
        if (node instanceof Text) yield* search(node)
        else if (node instanceof Element) into = !end || contains(node, end) || holdsMore(node)
        if ((work += turn.element) > turn.work) yield* rest()
        // the page took away what the walk stood on, and with it the way on; it has changed, and is counted again
        if (!isConnected(node) || (end && !isConnected(end))) return
        let next: Node | null = into ? firstOf(node) : null
        for (let at: Node | null = node; !next && at && at !== top; at = parentOf(at)) next = nextOf(at)
        node = next
      }
    }
    /** A large tree some elements at a time, since to be handed all its texts costs many times what it takes to search them. */
    function* count(top: Element): Generator<undefined, void> {
      const range = new Range()
      const all = elementsIn(top, '*')
      let from = firstOf(top)
      for (let at = few; ; at += few) {
        const end = all.item(at)
        if (!from || !end) break
        range.setEnd(end, 0)
        range.setStart(from, 0)
        const text = range.toString()
        work += few + text.length
        if (mayHoldOther(text, none)) yield* walk(from, top, end)
        else left -= few + text.length
        if (work > turn.work) yield* rest()
        if (isOver()) return
        from = end
      }
      yield* walk(from, top)
    }
    const isOver = () => left <= 0 || distinct.size >= limits.addresses
    for (const root of roots()) {
      const top = root instanceof Document ? rootElement(root) : null
      yield* top ? count(top) : walk(firstOf(root), root)
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
