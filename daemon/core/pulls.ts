import type { DecisionFilter, RangeMode } from '../../shared/bouncer.ts'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { meets, readSpan, type Span } from '../../shared/span.ts'
import { createPacer, type Pace } from '../engine/slices.ts'
import { type ByteText, createByteText } from '../lib/byte-text.ts'
import { longestOf } from '../respond/book.ts'
import {
  addressesOf,
  canHold,
  type Decision,
  type DecisionsAsked,
  decisionOf,
  goDuration,
  isAsked,
  longestHeld,
  secondsLeft,
  writtenDecision,
} from '../respond/decisions.ts'
import { holdsEntry } from '../respond/list-routes.ts'
import { listFormats } from '../respond/lists/index.ts'
import type { Shares } from '../respond/taxii.ts'
import type { Denylist } from './denylist.ts'

/** Decisions that are written down between two looks at the clock. */
const atOnce = 256
/** Bytes of a decision, and some more. */
const usualLength = 256
const encoder = new TextEncoder()

interface Options {
  denylist: Denylist
  now: () => number
}

/** What a bouncer is told. `place`: how far it knows the denylist; undefined: not at all. */
interface Asked {
  ranges: RangeMode
  place: number | undefined
  /** Tell again of what outlasts the time that it can hold. */
  reissued: boolean
  filter: DecisionFilter
}

export type Pulls = ReturnType<typeof createPulls>

/** What enforcers are told of the denylist, each in its form. All of a long one is as it was when it was asked for. */
export function createPulls({ denylist, now }: Options) {
  /** Ranges taken apart for a bouncer that holds addresses alone, and of each address what keeps it out the longest. */
  async function takenApart(gone: DenylistEntry[], come: DenylistEntry[], isAll: boolean, pace: Pace) {
    const old = new Map<string, DenylistEntry>()
    const news = new Map<string, DenylistEntry>()
    for (const entry of gone) for (const one of apart(entry)) old.set(one.value, one)
    if (isAll)
      for (const entry of come) {
        await pace()
        for (const one of apart(entry)) news.set(one.value, longestOf([news.get(one.value) ?? one, one])!)
      }
    else
      for (const { kind, value } of [...old.values(), ...come.flatMap(apart)]) {
        await pace()
        const holding = kind === 'ip' ? denylist.covering(value).filter(entry => canHold('single', entry)) : denylist.about(kind, value)
        const best = longestOf(holding)
        if (best) news.set(value, { ...best, value })
      }
    return { gone: [...old.values()], come: [...news.values()].sort((a, b) => a.seq - b.seq) }
  }

  /** Write decisions as JSON, without the brackets. */
  async function write(
    out: ByteText,
    entries: readonly DenylistEntry[],
    { filter, gone }: { filter: DecisionFilter; gone: boolean },
    pace: Pace,
  ) {
    const time = now()
    const over = goDuration(-1)
    let isFirst = true
    for (let from = 0; from < entries.length; from += atOnce) {
      await pace()
      let text = ''
      for (const entry of entries.slice(from, from + atOnce)) {
        const decision = decisionOf(entry, time)
        if (gone) decision.duration = over
        if (!isAsked(decision, filter)) continue
        text += (isFirst ? '' : ',') + writtenDecision(decision)
        isFirst = false
      }
      out.add(text)
    }
  }

  return {
    /** What has changed since a place, or all, in CrowdSec's words; `place` is how far that goes. */
    async stream({
      ranges,
      place: from,
      reissued,
      filter,
    }: Asked): Promise<{ body: Uint8Array<ArrayBuffer>; place: number; isNews: boolean }> {
      const pace = createPacer()
      const { place, ...delta } = denylist.delta(from)
      let { gone, come } = delta
      if (reissued) {
        const known = new Set(come.map(({ id }) => id))
        const fading = denylist.delta(undefined).come.filter(entry => !known.has(entry.id) && secondsLeft(entry, now()) > longestHeld)
        gone = [...gone, ...fading]
        come = [...come, ...fading]
      }
      if (ranges === 'single') ({ gone, come } = await takenApart(gone, come, from === undefined, pace))
      const out = createByteText((come.length + gone.length) * usualLength)
      out.add('{"new":[')
      await write(out, come, { filter, gone: false }, pace)
      out.add('],"deleted":[')
      await write(out, gone, { filter, gone: true }, pace)
      out.add(']}')
      return { body: out.bytes(), place, isNews: come.length > 0 || gone.length > 0 }
    },
    /** Decisions in force about an address, a range or anything else, each by itself. */
    find(asked: DecisionsAsked, filter: DecisionFilter): Decision[] {
      const time = now()
      denylist.endDue()
      const span = asked.range === undefined ? undefined : readSpan(asked.range)
      const all = asked.ip === undefined ? denylist.active() : denylist.covering(asked.ip)
      return all
        .filter(
          ({ kind, value }) =>
            (asked.value === undefined || asked.value === value) &&
            (!span || asked.ip !== undefined || (kind === 'ip' && lies(readSpan(value)!, span, asked.contains))),
        )
        .map(entry => decisionOf(entry, time))
        .filter(decision => isAsked(decision, filter))
        .sort((a, b) => a.id - b.id)
    },
    calls: {
      /** The denylist as a list, as far as it is shared; no body where its tag is among the known ones. */
      denylistAs: async (
        name: string,
        shares: Shares,
        known: readonly string[],
      ): Promise<{ etag: string; body: Uint8Array<ArrayBuffer> | null; place: number }> => {
        const { come, place } = denylist.delta(undefined)
        // what has ended by its time alone has changed nothing but how many there are
        const etag = `"${name}-${denylist.changed()}-${come.length}-${Number(shares.reasons)}${Number(shares.users)}"`
        const format = listFormats.find(one => one.name === name)!
        const held = come
          .filter(entry => holdsEntry(format.holds, entry) && (shares.users || entry.kind !== 'user'))
          .map(entry => (shares.reasons ? entry : { ...entry, reason: '' }))
        const isKnown = known.includes(etag) || known.includes('*')
        return { etag, body: isKnown ? null : encoder.encode(format.write(held, now())), place }
      },
    },
  }
}

const apart = (entry: DenylistEntry): DenylistEntry[] =>
  entry.kind === 'ip' && entry.value.includes('/') ? (addressesOf(entry.value) ?? []).map(value => ({ ...entry, value })) : [entry]

/** Whether one span holds the other, or is held by it. */
function lies(own: Span, span: Span, contains: boolean): boolean {
  const [outer, inner] = contains ? [own, span] : [span, own]
  return meets(outer, { ...inner, to: inner.from }) && meets(outer, { ...inner, from: inner.to })
}
