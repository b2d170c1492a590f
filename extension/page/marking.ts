import type { NameType } from '../../shared/indicator.ts'
import { readSpan } from '../../shared/span.ts'
import { type MarkKind, mostTold, nothingRead, type Reading, type Seen, type Settings } from '../messages.ts'
import { type ask as askBackground, isFailure } from '../relay.ts'
import { createCount, type Limit, limits } from './count.ts'
import { readDrawn } from './drawn.ts'
import { createFollow } from './follow.ts'
import { hashOf } from './hash.ts'
import { createKinds } from './kinds.ts'
import type { LayerNames } from './looks.ts'
import { createMarks } from './marks.ts'
import { mostNames } from './names.ts'
import type { Spot } from './runs.ts'

// by hand: what the browser has for it takes 15 ms to load
const thousands = (count: number) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
const addresses = thousands(limits.addresses)
const names = thousands(mostNames)
const notes: Record<Limit | 'names' | 'behind', string> = {
  text: `This page is very long: the number on the toolbar counts its first ${limits.text / 1_000_000} MB. Marks are everywhere.`,
  addresses: `This page has many addresses: the number on the toolbar counts the first ${addresses}. Marks are everywhere.`,
  names: `Very many names stand here: of domains, URLs, mail addresses, hashes and CVEs near the screen the first ${names} are looked up.`,
  behind: 'This page changes faster than it can be read. Marks are back once it rests.',
}

const isName = (value: string) => readSpan(value) === undefined

const countedAs: Partial<Record<MarkKind, keyof Seen>> = { match: 'bad', blocked: 'bad', signal: 'signals' }

/** Marks on one page: reads it, asks what is known, draws, and follows every change until it is stopped. `anew`: the page has another root. `early`: see marks.ts. */
export function createMarking(
  page: Document,
  ask: typeof askBackground,
  noted: (note: string | undefined) => void,
  anew: () => void,
  early?: LayerNames,
) {
  let told = ''
  let limit: Limit | undefined
  let behind = false
  let full = false
  let counting = false
  /** The kinds of names that anything is known of. */
  let wanted: ReadonlySet<NameType> = new Set()
  let canvases: readonly HTMLCanvasElement[] = []

  const kinds = createKinds(
    async values => {
      const answer = await ask('marks', { values })
      if (isFailure(answer)) return undefined
      const more = answer.names.some(type => !wanted.has(type))
      wanted = new Set(answer.names)
      if (more) follow.named()
      const { kinds, complete } = answer
      return complete ? { kinds } : { kinds, unsure: values.filter(isName) }
    },
    () => {
      marks.renew()
      tell()
    },
  )
  /** Of a name that nobody knows there is nothing to say, and a page is full of them. */
  const kindOf = ({ value, name }: Spot) => {
    const kind = kinds.of(value)
    return name && kind === 'unknown' ? undefined : kind
  }
  const marks = createMarks(page, kindOf, early)
  const count = createCount(page, marks.roots, {
    found: kinds.want,
    done(met) {
      limit = met
      note()
      tell()
    },
  })
  const follow = createFollow(page, {
    put(text, spots) {
      for (const { value } of spots) kinds.want(value)
      marks.put(text, spots)
    },
    wanted: () => wanted,
    name(text, spots) {
      for (const { value } of spots) kinds.want(value)
      marks.name(text, spots)
    },
    full(is) {
      full = is
      note()
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
      kinds.begin()
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
    noted(behind ? notes.behind : limit ? notes[limit] : full ? notes.names : undefined)
  }
  function tell() {
    const now: Reading = {
      ...nothingRead,
      ...{ marking: true, cut: limit !== undefined, behind, told: { bad: [], signals: [] } },
      ...readDrawn(page, canvases),
    }
    const add = (value: string, kind: MarkKind | undefined) => {
      const as = kind && countedAs[kind]
      if (as && ++now[as] <= mostTold) now.told[as].push(hashOf(value))
    }
    for (const address of count.addresses()) {
      now.found++
      add(address, kinds.of(address))
    }
    // of a block or a range its first address is counted
    for (const [value, kind] of kinds.marked()) if (isName(value)) add(value, kind)
    const text = JSON.stringify(now)
    if (text !== told) void ask('seen', now)
    told = text
  }
  return {
    /** The value at a point of the viewport, once something is known of it. */
    at(x: number, y: number) {
      const found = marks.at(x, y)
      return found && kindOf(found.spot) !== undefined ? found : undefined
    },
    prepare: marks.prepare,
    current: marks.current,
    settings: (settings: Settings) => marks.show(settings.marks),
    /** Signals, lists or the connection have changed. */
    renew: () => kinds.renew([...marks.values(), ...count.addresses()]),
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
      if (told !== '') void ask('seen', nothingRead)
    },
  }
}
export type Marking = ReturnType<typeof createMarking>
