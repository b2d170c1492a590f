import type { Match } from '../../shared/indicator.ts'
import { readAddress, scopeOf } from '../../shared/ip.ts'
import { type Verdict, worstOf } from '../../shared/verdict.ts'
import type { Feeds } from './feeds.ts'
import type { Locate } from './geo.ts'

/** What feeds and maps say of an address; nothing of logs or signals. */
export interface Known {
  address: string
  scope: string
  verdict: Verdict | null
  matches: readonly Match[]
  known_good: readonly string[]
  country?: string
  as?: string
}

/** Looks many addresses up, each in normal form. */
export const createLookUp =
  ({ feeds, locator }: { feeds: Pick<Feeds, 'match' | 'knownGood'>; locator(): Promise<Locate> }) =>
  async (addresses: readonly string[]): Promise<Known[]> => {
    if (addresses.length === 0) return []
    const locate = await locator()
    return addresses.map(address => {
      const read = readAddress(address)!
      const matches = feeds.match(address)
      const { country, as } = locate(address)
      return {
        address,
        scope: scopeOf(read),
        verdict: worstOf(matches),
        matches,
        known_good: feeds.knownGood(read),
        ...(country && { country: country.name }),
        ...(as && { as: as.name }),
      }
    })
  }
