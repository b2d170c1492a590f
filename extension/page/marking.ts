import type { Reading, Settings } from '../messages.ts'
import { type ask as askBackground, isFailure } from '../relay.ts'
import { createCount, type Limit, limits } from './count.ts'
import { readDrawn } from './drawn.ts'
import { createFollow } from './follow.ts'
import { createKinds } from './kinds.ts'
import { createMarks } from './marks.ts'

// by hand: what the browser has for it takes 15 ms to load
const addresses = String(limits.addresses).replace(/\B(?=(?:\d{3})+$)/g, ',')
const notes: Record<Limit | 'behind', string> = {
  text: `This page is very long: the number on the toolbar counts its first ${limits.text / 1_000_000} MB. Marks are everywhere.`,
  addresses: `This page has many addresses: the number on the toolbar counts the first ${addresses}. All are marked.`,
  behind: 'This page changes faster than it can be read. Marks are back once it rests.',
}

/** Marks on one page: reads it, asks what is known, draws, and follows every change until it is stopped. `anew`: the page has another root. */
export function createMarking(page: Document, ask: typeof askBackground, noted: (note: string | undefined) => void, anew: () => void) {
  let told = ''
  let limit: Limit | undefined
  let behind = false
  let counting = false
  let canvases: readonly HTMLCanvasElement[] = []

  const kinds = createKinds(
    async addresses => {
      const answer = await ask('marks', { addresses })
      return isFailure(answer) ? undefined : answer.kinds
    },
    () => {
      marks.renew()
      tell()
    },
  )
  const marks = createMarks(page, kinds.of)
  const count = createCount(marks.roots, {
    found: kinds.want,
    done(met) {
      limit = met
      note()
      tell()
    },
  })
  const follow = createFollow(page, {
    put(text, spots) {
      for (const { address } of spots) kinds.want(address)
      marks.put(text, spots)
    },
    keep: marks.keep,
    stale: marks.stale,
    root: marks.root,
    near: marks.near,
    moved: marks.moved,
    looked(met) {
      const others = met.length !== canvases.length || met.some((canvas, i) => canvas !== canvases[i])
      canvases = met
      // the page may have been counted before they were there
      if (others) tell()
      marks.tidy()
      // what is on the screen comes first
      if (!counting) count.start()
      counting = true
    },
    changed: count.changed,
    anew,
    behind(is) {
      behind = is
      note()
      tell()
    },
  })
  function note() {
    noted(behind ? notes.behind : limit && notes[limit])
  }
  function tell() {
    const now: Reading = { bad: 0, signals: 0, marking: true, found: 0, cut: limit !== undefined, behind, ...readDrawn(page, canvases) }
    for (const address of count.addresses()) {
      now.found++
      const kind = kinds.of(address)
      if (kind === 'match' || kind === 'blocked') now.bad++
      if (kind === 'signal') now.signals++
    }
    const text = JSON.stringify(now)
    if (text !== told) void ask('seen', now)
    told = text
  }
  return {
    /** The address at a point of the viewport, once something is known of it. */
    at(x: number, y: number) {
      const found = marks.at(x, y)
      return found && kinds.of(found.spot.address) !== undefined ? found : undefined
    },
    current: marks.current,
    settings: (settings: Settings) => marks.show(settings.marks),
    /** Signals, lists or the connection have changed. */
    renew: () => kinds.renew([...marks.addresses(), ...count.addresses()]),
    /** Say again what is shown: whoever knew it has forgotten. */
    tell() {
      told = ''
      tell()
    },
    /** Take everything off the page. */
    stop() {
      follow.stop()
      count.stop()
      kinds.stop()
      marks.stop()
      if (told !== '')
        void ask('seen', { bad: 0, signals: 0, marking: false, found: 0, cut: false, behind: false, drawn: false, spoken: [] })
    },
  }
}
export type Marking = ReturnType<typeof createMarking>
