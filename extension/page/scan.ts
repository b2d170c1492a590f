import { blockOf, inline, isSkipped, liesInSkipped, lineOf } from './lines.ts'
import { createWalker, isConnected, nameOf, parentOf, shadowOf } from './natives.ts'
import { createSlices } from './slices.ts'
import { findInText, joinPlaces, joins, type Place } from './text.ts'

/** An address on the page: from an offset in the first of its texts to an offset in the last. Mostly there is one text. */
export interface Spot {
  address: string
  texts: readonly [Text, ...Text[]]
  from: number
  to: number
}

/** What one pass may cost; past it the scan stops and says so: a page may be endless on purpose. */
export const limits = { text: 2_000_000, addresses: 2_000, pending: 2_000 }
export type Limit = 'text' | 'addresses'

export interface Watch {
  add(spot: Spot): void
  remove(spot: Spot): void
  /** An open shadow root was found. */
  root(root: ShadowRoot): void
  /** A pass is over: everything that was there has been read, or a limit was met. */
  rest(limit: Limit | null): void
}

const everything = { subtree: true, childList: true, characterData: true }

/** Finds addresses in a document and its open shadow roots, and again in whatever changes there. The page's tree is only read. */
export function createScan(page: Document, watch: Watch) {
  const spots = new WeakMap<Text, Spot[]>()
  const held = new Map<string, number>()
  const known = new WeakSet<ShadowRoot>()
  const shadowless = new Set<Element>()
  const pending = new Set<Node>([page])
  let left = limits.text
  let full = false
  /** Part of the page was never read. */
  let cut = false
  /** Too much changed to be followed one by one: known shadow roots are read again with the rest. */
  let again = false
  let resume: ReturnType<typeof setTimeout> | undefined

  function forget(text: Text) {
    for (const spot of spots.get(text) ?? []) {
      watch.remove(spot)
      const count = held.get(spot.address)! - 1
      if (count > 0) held.set(spot.address, count)
      else held.delete(spot.address)
      for (const other of spot.texts) if (other !== text) spots.set(other, spots.get(other)?.filter(one => one !== spot) ?? [])
    }
    spots.delete(text)
  }
  function forgetTree(node: Node) {
    if (node instanceof Text) forget(node)
    if (!(node instanceof Element || node instanceof ShadowRoot)) return
    const walker = createWalker(page, node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
    for (let at: Node | null = node; at; at = walker.nextNode()) {
      if (at instanceof Text) forget(at)
      const shadow = at instanceof Element ? shadowOf(at) : null
      if (shadow) forgetTree(shadow)
    }
  }

  function remember(texts: readonly Text[], { address, from, to }: Place) {
    const count = held.get(address) ?? 0
    if (count === 0 && held.size >= limits.addresses) {
      full = true
      return
    }
    held.set(address, count + 1)
    const spot: Spot = { address, texts: texts.slice(from[0], to[0] + 1) as [Text, ...Text[]], from: from[1], to: to[1] }
    for (const text of spot.texts) {
      const list = spots.get(text)
      if (list) list.push(spot)
      else spots.set(text, [spot])
    }
    watch.add(spot)
  }

  /** Texts that touch each other, with what was found in each alone; written down once the run has ended. */
  function createRun() {
    let texts: Text[] = []
    let alone: Place[][] = []
    const end = () => {
      const places =
        texts.length > 1
          ? joinPlaces(
              texts.map(text => text.data),
              alone,
            )
          : (alone[0] ?? [])
      for (const place of places) remember(texts, place)
      texts = []
      alone = []
    }
    const add = (text: Text, found: Place[], apart: boolean) => {
      const last = texts.at(-1)
      if (last && (apart || texts.length >= 32 || !joins(last.data, text.data) || blockOf(last) !== blockOf(text))) end()
      texts.push(text)
      alone.push(found)
    }
    return { add, end }
  }

  function enter(element: Element) {
    const shadow = shadowOf(element)
    if (!shadow) {
      if (nameOf(element).includes('-') && shadowless.size < 1_000) shadowless.add(element)
      return
    }
    shadowless.delete(element)
    if (!known.has(shadow)) {
      known.add(shadow)
      observer.observe(shadow, everything)
      watch.root(shadow)
    } else if (!again) return
    pending.add(shadow)
  }

  function* readTree(root: Node): Generator<undefined, void> {
    if (!isConnected(root)) return
    const above = root instanceof Element ? root : parentOf(root)
    if (above instanceof Element && liesInSkipped(above)) return
    const walker = createWalker(page, root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
    const run = createRun()
    let apart = false
    let steps = 0
    for (let node: Node | null = root; node && left > 0; ) {
      let inner = true
      if (node instanceof Text) {
        left -= node.length
        forget(node)
        const version = node.data
        const found = yield* findInText(version)
        // it may have changed while the page had its turn; then it is pending again
        if (node.data === version && isConnected(node)) run.add(node, found, apart)
        apart = false
      } else if (node instanceof Element) {
        if (isSkipped(node)) inner = false
        else enter(node)
        if (!inline.has(nameOf(node))) apart = true
      }
      if (++steps % 32 === 0) {
        yield
        // the page took away what the walk stood on, and with it the way on
        if (!isConnected(node)) {
          queue(root)
          break
        }
      }
      node = inner ? walker.nextNode() : after(walker)
    }
    run.end()
  }
  /** The next node that does not lie in the current one. */
  function after(walker: TreeWalker): Node | null {
    do {
      const next = walker.nextSibling()
      if (next) return next
    } while (walker.parentNode())
    return null
  }

  function* readPending(): Generator<undefined, void> {
    left = limits.text
    full = false
    let whole = false
    for (const node of pending) {
      pending.delete(node)
      yield* readTree(node)
      if (left <= 0) break
      if (node === page) whole = true
    }
    again = false
    const stopped = left <= 0
    cut = stopped || (cut && !whole)
    // a page that changes faster than it can be read gets a second to itself
    if (stopped) {
      pending.clear()
      resume = setTimeout(() => {
        resume = undefined
        if (pending.size > 0) slices.run(5)
      }, 1_000)
    }
    watch.rest(cut ? 'text' : full || held.size >= limits.addresses ? 'addresses' : null)
  }
  const slices = createSlices(readPending)

  function queue(node: Node) {
    if (pending.size >= limits.pending) {
      pending.clear()
      pending.add(page)
      again = true
    }
    for (let at: Node | null = node; at; at = parentOf(at)) if (pending.has(at)) return
    pending.add(node)
  }
  const observer = new MutationObserver(records => {
    for (const { type, target, addedNodes, removedNodes } of records) {
      if (type === 'characterData') {
        if (!(target instanceof Text)) continue
        forget(target)
        queue(lineOf(target))
      } else {
        for (const node of removedNodes) forgetTree(node)
        for (const node of addedNodes) if (node instanceof Text || node instanceof Element) queue(lineOf(node))
      }
    }
    // before the page is painted: a recycled row never shows the marks of its former text
    if (pending.size > 0 && resume === undefined) slices.run(2)
  })
  /** Elements that got an open shadow root after they were read: nothing tells of that, so it is looked up when the page rests. */
  function lookAgain() {
    for (const element of shadowless) {
      if (!isConnected(element)) shadowless.delete(element)
      else if (shadowOf(element)) enter(element)
    }
    if (pending.size > 0 && resume === undefined) slices.run(2)
  }

  return {
    /** Begin; `first` are the elements that are on screen now. */
    start(first: readonly Element[]) {
      pending.clear()
      for (const element of first) pending.add(element)
      pending.add(page)
      observer.observe(page, everything)
      slices.run(5)
    },
    lookAgain,
    /** The distinct addresses that stand on the page now. */
    addresses: (): Iterable<string> => held.keys(),
    stop() {
      observer.disconnect()
      slices.stop()
      clearTimeout(resume)
      pending.clear()
    },
  }
}
export type Scan = ReturnType<typeof createScan>
