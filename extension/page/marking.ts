import type { Reading, Settings } from '../messages.ts'
import { type ask as askBackground, isFailure } from '../relay.ts'
import { readDrawn } from './drawn.ts'
import { createKinds } from './kinds.ts'
import { createMarks } from './marks.ts'
import { elementsOnScreen } from './point.ts'
import { createScan, type Limit, limits } from './scan.ts'

/** Scrolling and changes rest when nothing has happened for so long; a page that never rests is taken to, now and then. Both ms. */
const rest = 120
const restless = 1_000

const notes: Record<Limit, string> = {
  text: `This page is very long: only its first ${limits.text / 1_000_000} MB are marked.`,
  addresses: `Only the first ${limits.addresses.toLocaleString('en')} addresses of this page are marked.`,
}

/** Marks on one page: reads it, asks what is known, draws, and follows every change until it is stopped. */
export function createMarking(page: Document, ask: typeof askBackground, noted: (note: string | undefined) => void) {
  const stopped = new AbortController()
  let told = ''
  let cut = false
  let resting: ReturnType<typeof setTimeout> | undefined
  let since = 0

  const kinds = createKinds(
    async addresses => {
      const answer = await ask('marks', { addresses })
      return isFailure(answer) ? undefined : answer.kinds
    },
    () => {
      marks.renew()
      soon()
    },
  )
  const marks = createMarks(page, kinds.of)
  const scan = createScan(page, {
    add(spot) {
      kinds.want(spot.address)
      marks.add(spot)
    },
    remove: marks.remove,
    root: marks.root,
    rest(limit) {
      noted(limit ? notes[limit] : undefined)
      cut = limit !== null
      soon()
    },
  })

  function soon() {
    if (stopped.signal.aborted) return
    const now = performance.now()
    if (resting === undefined) since = now
    clearTimeout(resting)
    resting = setTimeout(onRest, Math.max(0, Math.min(rest, since + restless - now)))
  }
  function onRest() {
    resting = undefined
    scan.lookAgain()
    marks.tidy()
    marks.renew()
    tell()
  }
  function tell() {
    const now: Reading = { bad: 0, signals: 0, marking: true, found: 0, cut, ...readDrawn(page) }
    for (const address of scan.addresses()) {
      now.found++
      const kind = kinds.of(address)
      if (kind === 'match' || kind === 'blocked') now.bad++
      if (kind === 'signal') now.signals++
    }
    const text = JSON.stringify(now)
    if (text !== told) void ask('seen', now)
    told = text
  }
  for (const type of ['scroll', 'resize']) window.addEventListener(type, soon, { capture: true, passive: true, signal: stopped.signal })
  scan.start(elementsOnScreen(page))

  return {
    /** The address at a point of the viewport, once something is known of it. */
    at(x: number, y: number) {
      const found = marks.at(x, y)
      return found && kinds.of(found.spot.address) !== undefined ? found : undefined
    },
    current: marks.current,
    settings: (settings: Settings) => marks.show(settings.marks),
    /** Signals, lists or the connection have changed. */
    renew: () => kinds.renew(scan.addresses()),
    /** Say again what is shown: whoever knew it has forgotten. */
    tell() {
      told = ''
      soon()
    },
    /** Take everything off the page. */
    stop() {
      stopped.abort()
      clearTimeout(resting)
      scan.stop()
      kinds.stop()
      marks.stop()
      if (told !== '') void ask('seen', { bad: 0, signals: 0, marking: false, found: 0, cut: false, drawn: false, spoken: [] })
    },
  }
}
export type Marking = ReturnType<typeof createMarking>
