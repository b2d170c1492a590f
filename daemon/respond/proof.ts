import type { Bouncer, BouncerInstance } from '../../shared/bouncer.ts'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { canHold } from './decisions.ts'
import { enforcers } from './enforcers/index.ts'
import { holdsEntry } from './list-routes.ts'
import { listFormats } from './lists/index.ts'

/**
 * How far an entry has got with one enforcer. `pending`: it has not asked since; `delivered`: it has, and says nothing of what it did;
 * `applied`: it reported that it holds as much as it was told; `partly`: less; `unsupported`: it cannot hold all of this, so it is not told;
 * `uncertain`: it may block only the first address of a range, since nobody has said what it is; `lifted`: it has asked since the entry ended.
 */
export type ProofState = 'pending' | 'delivered' | 'applied' | 'partly' | 'unsupported' | 'uncertain' | 'lifted'

/** Times are ms UTC. */
export interface Proof {
  bouncer: { id: string; name: string }
  address: string | null
  type: string
  version: string
  state: ProofState
  /** Since when. */
  at: number | null
  last_pull: number | null
  /** It has not asked for so long that something is wrong. */
  stale: boolean
  metrics: BouncerInstance['metrics']
  /** What to do about it, in a sentence. */
  hint?: string
}

interface Asked {
  bouncer: Bouncer
  /** Undefined: nobody has pulled with its key yet. */
  instance: BouncerInstance | undefined
  entry: DenylistEntry
  now: number
  /** When it first knew of what stands at a place. */
  deliveredAt(place: number): number | undefined
  /** What one that is told holds of it, by its own acknowledgement. */
  held(): 'sending' | 'ours' | 'theirs' | 'not'
  /** How many decisions it has to have in force. */
  holds(): number
}

/** A bouncer that has missed three of its own turns, and a minute at least. */
export const isStale = ({ last_pull, interval }: BouncerInstance, now: number): boolean =>
  now - last_pull > Math.max(60_000, 3 * (interval ?? 60_000))

/** Never more than what was reported. */
export function proofOf({ bouncer, instance, entry, now, held, deliveredAt, holds }: Asked): Proof {
  const proof = (state: ProofState, at: number | null = null, hint?: string): Proof => ({
    bouncer: { id: bouncer.id, name: bouncer.name },
    address: instance?.address ?? null,
    type: instance?.type ?? '',
    version: instance?.version ?? '',
    state,
    at,
    last_pull: instance?.last_pull || null,
    stale: instance === undefined || isStale(instance, now),
    metrics: instance?.metrics ?? null,
    ...(hint !== undefined && { hint }),
  })
  const list = listFormats.find(({ name }) => instance?.type === `list/${name}`)
  const enforcer = enforcers.find(({ kind }) => kind === bouncer.push?.kind)
  const holding = list?.holds ?? enforcer?.holds(bouncer.push!.options)
  if (holding ? !holdsEntry(holding, entry) : !canHold(bouncer.ranges, entry))
    return proof(
      'unsupported',
      null,
      entry.kind === 'user'
        ? 'It knows addresses, not users'
        : enforcer
          ? 'It has no set for such addresses'
          : 'It holds addresses alone: block a /24 or smaller',
    )
  const place = entry.ended?.seq ?? entry.seq
  const at = instance && instance.place >= place ? (deliveredAt(place) ?? instance.last_pull) : undefined
  if (bouncer.push && (!instance || at === undefined)) return proof('pending', null, bouncer.push.error?.message)
  if (!instance || at === undefined) return proof('pending', null, instance ? undefined : 'Nothing has asked with its key yet')
  if (entry.ended) return proof('lifted', at)
  // it may have been told of all, and have had no room for this
  if (bouncer.push && held() === 'not') return proof('pending', null, `It is full: ${bouncer.push.left} entries do not fit`)
  const isRange = entry.value.includes('/')
  if (isRange && bouncer.ranges === 'unknown' && instance.type.startsWith('crowdsec-firewall-bouncer'))
    return proof('uncertain', at, 'With nftables it blocks only the first address of a range: say how it holds ranges')
  const { metrics } = instance
  if (!metrics || metrics.active === null || metrics.at < at) return proof('delivered', at)
  return metrics.active >= holds()
    ? proof('applied', metrics.at)
    : proof('partly', metrics.at, `It reports ${metrics.active} of ${holds()} decisions`)
}
