import type { Flag, LogTally, SignalTally } from '../../shared/attacker.ts'
import { normaliseAddress } from '../../shared/ip.ts'
import type { Search } from '../engine/search.ts'
import { createPacer } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { byAddress, type Facts, type FactsAsked, factsOf } from '../respond/attackers/facts.ts'
import type { Attack, AttackersAsked, Doing, NamedUser } from '../respond/attackers/found.ts'
import { both, joinTallies, lately, pointsOf, type Run, tallySignals } from '../respond/attackers/signals.ts'
import type { Flags } from './flags.ts'
import type { TallyLogs } from './tally-logs.ts'

interface Needs {
  /** Searches for whoever asks; `check` throws where one has to end. */
  searches(only: Restrictions, check: () => void): { signals: Run; logs: Run }
  tallyLogs: TallyLogs
  flags: Flags
  now: () => number
}
type Tallies = Map<string, SignalTally>

const noLogs: LogTally = { count: 0, first_seen: null, last_seen: null }
/** Addresses whose values are looked up one by one. */
export const mostLabelled = 2000
const mostLabels = 5

/** Who attacks, and who is attacked: made of the signals and logs that there are. */
export function createAttackers({ searches, tallyLogs, flags, now }: Needs) {
  /** By address in its one form; what is none is nobody. */
  function byNormalForm(tallies: Tallies): Tallies {
    const found: Tallies = new Map()
    for (const [text, tally] of tallies) {
      const address = normaliseAddress(text)
      if (address !== undefined) found.set(address, joinTallies(found.get(address), tally))
    }
    return found
  }

  return {
    /** Everybody whom signals of a time name as a client, and, where nothing narrows these, whom rules have flagged. */
    async attackers(only: Restrictions, asked: AttackersAsked, check: () => void): Promise<{ attacks: Attack[]; cut: boolean }> {
      const run = searches(only, check).signals
      const { tallies, cut } = await tallySignals(run, byAddress.signals, asked.query, asked)
      const named = byNormalForm(tallies)
      const recent = lately(now())
      const today = byNormalForm((await tallySignals(run, byAddress.signals, recent.query, recent.span)).tallies)
      const flagged = flags.seen(only)
      const addresses = new Set([...named.keys(), ...(asked.query.trim() === '' ? flagged.keys() : [])])
      const logs = await tallyLogs(only, { path: byAddress.logs, ...asked, wanted: addresses }, createPacer(check))
      const attacks = [...addresses].map(address =>
        attackOf(address, named.get(address), logs.get(address), today.get(address), flagged.get(address)),
      )
      return { attacks, cut }
    },
    /** Of some addresses, what they did within 24 hours. */
    async doings(only: Restrictions, addresses: readonly string[], check: () => void): Promise<Doing[]> {
      const { query, span } = lately(now())
      const found: Doing[] = []
      for (const address of addresses) {
        const { signals } = await factsOf(searches(only, check), [address], { named: byAddress, query, ...span, most: 0, ends: false })
        const flag = flags.of(only, address)
        found.push({ score: pointsOf(signals), attacked: signals.total > 0, ...(flag && { flag }) })
      }
      return found
    },
    /** What is known of each of some groups of addresses, or of users. */
    async facts(only: Restrictions, groups: readonly string[][], asked: FactsAsked, check: () => void): Promise<Facts[]> {
      const found: Facts[] = []
      for (const values of groups) found.push(await factsOf(searches(only, check), values, asked))
      return found
    },
    /** The most frequent values that logs or signals of addresses have at a path. */
    async labels(
      only: Restrictions,
      addresses: readonly string[],
      { track, path, ...span }: { track: 'logs' | 'signals'; path: string; from: number; to: number },
      check: () => void,
    ): Promise<Record<string, string[]>> {
      const sort = { order: 'desc', measure: { aggregation: 'count' } } as const
      const facet = byAddress.signals
      const search: Search = {
        ...{ track, query: '', among: { path: facet, values: addresses }, ...span, limit: 0, sort: '-timestamp' as const },
        aggregate: {
          compute: [{ aggregation: 'count', type: 'total' }],
          group_by: [
            { facet, limit: mostLabelled, sort },
            { facet: path, limit: mostLabels, sort },
          ],
        },
      }
      const { buckets } = (await searches(only, check)[track](search)).aggregated!
      const found: Record<string, string[]> = Object.create(null)
      for (const { by } of buckets) (found[String(by[facet])] ??= []).push(String(by[path]))
      return found
    },
    /** Users whom signals of account takeover name: by name, and by id where there is no name. */
    async users(only: Restrictions, asked: AttackersAsked, check: () => void): Promise<{ users: NamedUser[]; cut: boolean }> {
      const run = searches(only, check).signals
      const byName = await tallySignals(run, '@usr.name', asked.query, asked)
      const byId = await tallySignals(run, '@usr.id', both(asked.query, '-@usr.name:*'), asked)
      const of = ({ tallies }: typeof byName, path: NamedUser['path']) => [...tallies].map(([user, signals]) => ({ user, path, signals }))
      return { users: [...of(byName, '@usr.name'), ...of(byId, '@usr.id')], cut: byName.cut || byId.cut }
    },
  }
}

function attackOf(
  address: string,
  signals: SignalTally | undefined,
  logs: { count: number; first: number; last: number } | undefined,
  today: SignalTally | undefined,
  flag: Flag | undefined,
): Attack {
  return {
    address,
    signals: joinTallies(signals),
    logs: logs ? { count: logs.count, first_seen: logs.first, last_seen: logs.last } : noLogs,
    score: today ? pointsOf(today) : 0,
    attacked: today !== undefined && today.total > 0,
    ...(flag && { flag }),
  }
}
