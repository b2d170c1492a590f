import { readWritten } from '../../shared/addresses.ts'
import { liesInSkipped } from './lines.ts'
import { createWalker, isConnected, parentOf } from './natives.ts'
import { createSlices } from './slices.ts'
import { eachWritten } from './text.ts'

/** What is counted of one page; past it counting stops and says so: a page may be endless on purpose. */
export const limits = { text: 32_000_000, addresses: 5_000 }
export type Limit = keyof typeof limits

/** A page that goes on changing is counted again so much later than it took, and not before this; ms. */
const idle = 20
const soonest = 500

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

  function* pass(): Generator<undefined, void> {
    const start = performance.now()
    let worked = 0
    let resumed = start
    const rest = function* (): Generator<undefined, void> {
      worked += performance.now() - resumed
      yield
      resumed = performance.now()
    }
    const distinct = new Set<string>()
    // as they are written: what was seen once is not read again
    const known = new Set<string>()
    let left = limits.text
    let steps = 0
    let at: Text
    const take = (written: string) => {
      if (known.has(written) || distinct.size >= limits.addresses) return
      const parent = parentOf(at)
      if (parent instanceof Element && liesInSkipped(parent)) return
      known.add(written)
      const address = readWritten(written)
      if (address === undefined || distinct.has(address)) return
      distinct.add(address)
      told.found(address)
    }
    for (const root of roots()) {
      const walker = createWalker(page, root, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
        const { data } = node
        at = node
        left -= data.length
        if (data.length > 6) for (const _ of eachWritten(data, take)) if (data.length > 65_536) yield* rest()
        if (++steps % 64 === 0) yield* rest()
        if (left <= 0 || distinct.size >= limits.addresses) break
        // the page took away what the walk stood on, and with it the way on; it has changed, and is counted again
        if (!isConnected(node)) break
      }
    }
    addresses = distinct
    counting = false
    worked += performance.now() - resumed
    told.done(left <= 0 ? 'text' : distinct.size >= limits.addresses ? 'addresses' : undefined)
    if (changed) later(worked)
  }
  const slices = createSlices(pass)
  function later(took: number) {
    changed = false
    clearTimeout(timer)
    timer = setTimeout(start, Math.max(soonest, took * idle))
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
      else later(0)
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
