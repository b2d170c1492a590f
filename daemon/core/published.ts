import { blockStateOf } from '../../shared/denylist.ts'
import type { JsonObject } from '../../shared/json.ts'
import { indicatorObject, iocObject } from '../respond/stix.ts'
import { type PublishedAsked, type PublishedPage, type Publishing, pageOf, type Shares } from '../respond/taxii.ts'
import type { Store } from '../store/store.ts'
import type { Denylist } from './denylist.ts'

interface Options {
  store: Store
  denylist: Denylist
}

/** What others may know of ours: blocks, those that ended lately as revoked, and indicators that a person has reviewed. */
export function createPublished({ store, denylist }: Options) {
  const collections: Record<PublishedAsked['collection'], (shares: Shares) => Publishing[]> = {
    blocks: ({ reasons, users }) =>
      denylist
        .changes()
        .filter(entry => blockStateOf(entry) !== 'waiting' && entry.seq > 0 && (users || entry.kind !== 'user'))
        .map(entry => ({
          id: `indicator--${entry.id}`,
          time: entry.changed_at ?? entry.ended?.at ?? entry.created_at,
          object: time => indicatorObject(reasons ? entry : { ...entry, reason: '' }, time) as JsonObject,
        })),
    indicators: () =>
      [...store.iocTriage.latest()]
        .filter(([name, { state }]) => state === 'reviewed' || store.iocTriage.of(name, 100).some(one => one.state === 'reviewed'))
        .sort(([, a], [, b]) => a.time - b.time)
        .flatMap(([name, triage]) => {
          const made = iocObject(name, triage)
          return made ? [{ id: made.id, time: triage.time, object: () => made as JsonObject }] : []
        }),
  }
  return {
    published: async (asked: PublishedAsked): Promise<PublishedPage> => pageOf(collections[asked.collection](asked.shares), asked),
  }
}
