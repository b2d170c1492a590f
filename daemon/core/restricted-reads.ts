import type { AuditEvent } from '../../shared/audit.ts'
import type { Signal } from '../../shared/signal.ts'
import { holdsAll, readSpan, type Span, sharedText } from '../../shared/span.ts'
import { type State, states } from '../../shared/triage.ts'
import { evaluate, type Item } from '../engine/evaluate.ts'
import { createPatience, usualPatience } from '../engine/patience.ts'
import { type Found, openListing, type Search } from '../engine/search.ts'
import { createPacer } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Outcome } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'
import type { createTrackSearch } from './track-search.ts'
import { auditTrack } from './tracks.ts'

interface Needs {
  store: Store
  signalSearch: ReturnType<typeof createTrackSearch<Signal>>
  auditSearch: ReturnType<typeof createTrackSearch<AuditEvent>>
  snapshot(): { secret: string; seq: number }
}

const stateFacet = '@workflow.triage.state'
const always = { from: -8.64e15, to: 8.64e15 }

/** The signals that an event is about: its asset, or what a block was made for. */
function signalsOf({ asset, before, after }: AuditEvent): string[] {
  if (asset.type === 'security_signal') return [asset.id]
  return [before?.['signal_id'], after?.['signal_id']].filter(id => typeof id === 'string')
}

/** What the store could count by itself has to be counted anew for those who do not see everything. */
export function createRestrictedReads({ store, signalSearch, auditSearch, snapshot }: Needs) {
  const audits = auditTrack(store)
  const seen = (only: Restrictions, id: string) => {
    const signal = store.signals.get(id)
    return signal && maySeeSignal(only, signal) ? signal : undefined
  }

  const isOpen = (only: Restrictions, address: string): boolean =>
    only.signals === null
      ? store.signals.isOpen(address)
      : store.signals.about(address).some(signal => signal.triage.state !== 'archived' && maySeeSignal(only, signal))

  /** Events about signals that are hidden from somebody are hidden from them too: they hold titles, states and comments. */
  function eventsFor(only: Restrictions, from: number, to: number): () => Generator<Item<AuditEvent>> {
    // what may be seen stays what it is while they are gone through more than once
    const known = new Map<string, boolean>()
    const isSeen = (id: string) => {
      if (!known.has(id)) known.set(id, seen(only, id) !== undefined)
      return known.get(id)!
    }
    return function* events() {
      for (const item of audits.between(from, to)) {
        if (signalsOf(item.row).every(isSeen)) yield item
      }
    }
  }

  async function counts(only: Restrictions): Promise<Record<State, number>> {
    if (only.signals === null) return store.signals.counts()
    const search = {
      track: 'signals',
      query: '-@workflow.triage.snoozed:true',
      only: only.signals,
      ...always,
      limit: 0,
      sort: 'timestamp',
      facets: [stateFacet],
    } as const
    const { facets } = await signalSearch.search({ ...search, facets: [stateFacet] }, createPatience(usualPatience))
    const found = new Map(facets[stateFacet]!.map(({ value, count }) => [value, count]))
    return Object.fromEntries(states.map(state => [state, found.get(state) ?? 0])) as Record<State, number>
  }

  /** How many signals wait for a user, of those that they may see. */
  async function assigned(only: Restrictions, uuid: string): Promise<number> {
    if (only.signals === null) return store.signals.assigned(uuid)
    const query = `@workflow.triage.assignee.uuid:"${uuid}" -@workflow.triage.state:archived -@workflow.triage.snoozed:true`
    const search = { track: 'signals', query, only: only.signals, ...always, limit: 0, sort: 'timestamp' } as const
    return (await signalSearch.search(search, createPatience(usualPatience))).total
  }

  return {
    searchAudit(only: Restrictions, search: Search, check: () => void): Promise<Found<AuditEvent>> {
      if (only.signals === null) return auditSearch.search(search, check)
      const { from, to } = openListing(search, snapshot())
      return evaluate(eventsFor(only, from, to), search, snapshot(), createPacer(check))
    },
    /** How many signals of each rule came to what. */
    async outcomes(only: Restrictions): Promise<Outcome[]> {
      if (only.signals === null) return store.signals.outcomes()
      const pace = createPacer()
      const found = new Map<string, Outcome>()
      for (const signal of store.signals.between(always.from, always.to)) {
        await pace()
        if (!maySeeSignal(only, signal)) continue
        const { state, archive_reason = null } = signal.triage
        const { id: rule } = signal.detection.rule
        const key = JSON.stringify([rule, state, archive_reason])
        const { count, last } = found.get(key) ?? { count: 0, last: 0 }
        found.set(key, { rule, state, archive_reason, count: count + 1, last: Math.max(last, signal.timestamp) })
      }
      return [...found.values()]
    },
    reads: {
      /** How many signals are in each state, without those that are snoozed. */
      counts,
      assigned,
      /** Of some signals those that may be seen, with how many there are in each state. */
      seenOf: async (only: Restrictions, ids: string[]): Promise<{ ids: string[]; counts: Record<State, number> }> => ({
        ids: ids.filter(id => seen(only, id)),
        counts: await counts(only),
      }),
      /** Which of these addresses stand in a signal that nobody has archived. */
      inOpenSignals: async (only: Restrictions, addresses: string[]): Promise<string[]> =>
        addresses.filter(address => isOpen(only, address)),
      /** For each of some ranges the addresses in it that do. `more`: only so many of a range were looked at. */
      openWithin: async (only: Restrictions, ranges: Span[], most: number): Promise<{ addresses: string[]; more: boolean }[]> => {
        const pace = createPacer()
        const all: { addresses: string[]; more: boolean }[] = []
        for (const range of ranges) {
          const near = store.signals.addressesWith(sharedText(range), most)
          const addresses: string[] = []
          for (const address of near) {
            await pace()
            const own = readSpan(address)
            if (own && holdsAll(range, own) && isOpen(only, address)) addresses.push(address)
          }
          all.push({ addresses, more: near.length >= most })
        }
        return all
      },
    },
  }
}
