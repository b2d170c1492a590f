import type { NameType } from '../../shared/indicator.ts'
import { liesInSkipped, lineOf } from './lines.ts'
import { findNameSpots, mostNames } from './names.ts'
import { isConnected, parentOf, rootElement, shadowOf } from './natives.ts'
import { atOnce as allAtOnce, findSpots, findSpotsSlowly, type Spot, textsIn } from './runs.ts'
import { createScrolling } from './scrolling.ts'
import { createSlices } from './slices.ts'
import { type Seen, visibleTexts } from './visible.ts'

const everything = { subtree: true, childList: true, characterData: true }

/**
 * Scrolling and changes rest when nothing has happened for so long; where they never do, the screen is looked at this often; ms. Not while it only
 * scrolls, and so fast that nobody reads: what would be drawn is gone before it is seen.
 */
const rest = 100
const restless = 250
/** Where a look, or the frame that shows what it drew, takes long, it is taken so much less often while nothing rests: one text of many MB is painted whole. */
const idle = 20
/** What is done at once when a page changes, before it is painted: so many texts of so many changes. The rest waits for the next look. */
const atOnce = { records: 500, texts: 256 }
/** ms of each second that may be spent at once; past it the page is left to itself for a while. */
const patience = { spent: 150, pause: 2_000 }

interface Watch {
  /** The kinds of names to look for. */
  wanted(): ReadonlySet<NameType>
  /** Put the names that begin in a text in place of those found there before. */
  name(text: Text, spots: Spot[]): void
  /** What begins in a text now, in place of what was found there before. */
  put(text: Text, spots: Spot[]): void
  /** Whether there are more names than are looked for. */
  full(is: boolean): void
  /** All that is near the screen; the rest is not. */
  keep(texts: { has(text: Text): boolean }): void
  /** Forget what has gone or changed; the texts that have changed. */
  stale(): Iterable<Text>
  root(root: ShadowRoot): void
  /** All texts near the screen. */
  near(texts: readonly Text[]): void
  /** Children were put in or away, and not behind all others. */
  moved(parent: Node): void
  /** A look is over; it has met these. */
  looked(canvases: readonly HTMLCanvasElement[]): void
  changed(): void
  /** The page has another root: what was listened to there is gone. */
  anew(): void
  /** The page changes faster than it can be followed; and it does no longer. */
  behind(is: boolean): void
}

/** Follows what is near the screen: looked for when scrolling and changes rest, and at once in the rows that are there. */
export function createFollow(page: Document, watch: Watch) {
  const stopped = new AbortController()
  let known = new WeakSet<ShadowRoot>()
  let last: Element | null = null
  let pausedAt = 0
  /** What had something near the screen in it. */
  let passed = new WeakSet<Node>()
  /** What was read at once since the last look began: it saw the page as it was before. */
  let fresh = new Set<Text>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let paused: ReturnType<typeof setTimeout> | undefined
  let since = 0
  let heard = 0
  let due = 0
  /** The page did more than scroll. */
  let changed = false
  const scrolling = createScrolling()
  let slow = 0
  /** What was near the screen at the last look. */
  let seen: Seen[] = []
  let asked = false
  let looking = false
  /** The page changed behind a look that was under way. */
  let again = false
  let second = { began: 0, spent: 0 }

  function pass(next: WeakSet<Node>, element: Element) {
    next.add(element)
    const shadow = shadowOf(element)
    if (!shadow) return
    next.add(shadow)
    if (known.has(shadow)) return
    known.add(shadow)
    observer.observe(shadow, everything)
    watch.root(shadow)
  }
  function* look(): Generator<undefined, void> {
    const began = performance.now()
    looking = true
    again = false
    const next = new WeakSet<Node>()
    const canvases: HTMLCanvasElement[] = []
    fresh = new Set()
    const root = rootElement(page)
    if (root !== last) {
      last = root
      listen()
      watch.anew()
    }
    seen = root
      ? yield* visibleTexts(page, root, element => {
          pass(next, element)
          if (element instanceof HTMLCanvasElement) canvases.push(element)
        })
      : []
    passed = next
    yield
    watch.near(seen.map(({ text }) => text))
    const found = yield* findSpotsSlowly(page, seen)
    if (paused !== undefined) return
    for (const [text, spots] of found) if (!fresh.has(text)) watch.put(text, spots)
    watch.keep({ has: text => found.has(text) || fresh.has(text) })
    yield* name()
    yield
    if (paused !== undefined) return
    looking = false
    if (again || seen.some(({ guessed }) => guessed)) soon()
    watch.looked(canvases)
    if (pausedAt > 0 && began - pausedAt > 2 * patience.pause) {
      pausedAt = 0
      watch.behind(false)
    }
    const took = performance.now() - began
    requestAnimationFrame(() => {
      const frame = performance.now()
      setTimeout(() => (slow = Math.max(took, performance.now() - frame)))
    })
  }
  function* name(): Generator<undefined, void> {
    const wanted = watch.wanted()
    if (wanted.size === 0) return
    yield
    const distinct = new Set<string>()
    const named = yield* findNameSpots(page, seen, wanted, distinct)
    if (paused !== undefined) return
    for (const [text, spots] of named) if (!fresh.has(text)) watch.name(text, spots)
    watch.full(distinct.size >= mostNames)
  }
  /** The texts of the last look once more. */
  function* onlyName(): Generator<undefined, void> {
    looking = true
    again = false
    fresh = new Set()
    yield* name()
    if (paused !== undefined) return
    looking = false
    if (again) soon()
  }
  const slices = createSlices(() => (asked ? onlyName() : look()))

  function soon(event?: Event) {
    if (stopped.signal.aborted || paused !== undefined) return
    if (event?.type === 'scroll') scrolling.note(event)
    else changed = true
    heard = performance.now()
    wait(heard)
  }
  function wait(now: number) {
    if (timer === undefined) since = now
    due = Math.min(heard + rest, since + Math.max(restless, slow * idle))
    // it is not put off with each change, but looks by itself whether it is time: a page may change a thousand times until then
    timer ??= setTimeout(onTimer, due - now)
  }
  function onTimer() {
    const now = performance.now()
    timer = undefined
    if (due - now > 1) timer = setTimeout(onTimer, due - now)
    else if (scrolling.rushes() && !changed && now + 1 < heard + rest) wait(now)
    else onRest()
  }
  function onRest() {
    timer = undefined
    changed = false
    again ||= looking
    asked = false
    slices.run(4)
    // nothing follows the last one of a page that was left to itself
    if (pausedAt > 0) soon()
  }

  /** The lines that a page has just changed near the screen. */
  function changedLines(records: readonly MutationRecord[]): Set<Node> {
    const lines = new Set([...watch.stale()].map(lineOf))
    if (records.length > atOnce.records) return lines
    for (const { type, target, addedNodes } of records) {
      if (type === 'characterData') {
        const parent = parentOf(target)
        if (parent && passed.has(parent)) lines.add(lineOf(target))
      } else if (passed.has(target)) for (const node of addedNodes) if (isConnected(node)) lines.add(lineOf(node))
    }
    return lines
  }
  function read(lines: Set<Node>) {
    let left = atOnce.texts
    for (const line of lines) {
      const above = line instanceof Element ? line : parentOf(line)
      if (left <= 0 || !isConnected(line) || (above instanceof Element && liesInSkipped(above))) continue
      const texts = textsIn(page, line, left)
      left -= texts.length
      const wanted = watch.wanted()
      if (wanted.size > 0) for (const [text, spots] of allAtOnce(findNameSpots(page, texts, wanted, new Set()))) watch.name(text, spots)
      for (const [text, spots] of findSpots(page, texts)) {
        watch.put(text, spots)
        fresh.add(text)
        const parent = parentOf(text)
        if (parent) passed.add(parent)
      }
      passed.add(line)
    }
  }
  const observer = new MutationObserver(records => {
    const began = performance.now()
    watch.changed()
    for (const { target, nextSibling } of records) if (nextSibling) watch.moved(target)
    read(changedLines(records))
    soon()
    const now = performance.now()
    if (now - second.began > 1_000) second = { began: now, spent: 0 }
    second.spent += now - began
    if (second.spent > patience.spent) pause()
  })
  /** A page that changes all the time gets the processor to itself; nothing wrong may stand there meanwhile. */
  function pause() {
    observer.disconnect()
    // disconnected from shadow trees as well
    known = new WeakSet()
    clearTimeout(timer)
    timer = undefined
    pausedAt = performance.now()
    watch.keep(new Set())
    watch.behind(true)
    paused = setTimeout(() => {
      paused = undefined
      observer.observe(page, everything)
      onRest()
    }, patience.pause)
  }
  function listen() {
    // a click may show what is there already, by a class alone
    for (const type of ['scroll', 'resize', 'toggle', 'click'])
      window.addEventListener(type, soon, { capture: true, passive: true, signal: stopped.signal })
  }

  observer.observe(page, everything)
  // a task of its own, not what is left of the one that brought an answer
  timer = setTimeout(onRest)
  return {
    /** There are more kinds of names to look for. */
    named() {
      // it is not as it was when it was looked at, or is being looked at
      if (looking || timer !== undefined || paused !== undefined) soon()
      else {
        asked = true
        slices.run(0)
      }
    },
    stop() {
      stopped.abort()
      observer.disconnect()
      slices.stop()
      clearTimeout(timer)
      clearTimeout(paused)
    },
  }
}
