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

type Blocked = Pick<DenylistEntry, 'kind' | 'value'>
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

/** Why an enforcer cannot keep all of something out; undefined where it can, or nobody knows. */
function whyUnsupported({ ranges, push }: Bouncer, instance: BouncerInstance | undefined, about: Blocked): string | undefined {
  const list = listFormats.find(({ name }) => instance?.type === `list/${name}`)
  const holding = list?.holds ?? (push && enforcers.find(({ kind }) => kind === push.kind)?.holds(push.options))
  if (holding ? holdsEntry(holding, about) : canHold(ranges, about)) return undefined
  if (about.kind === 'user') return holding?.users ? 'A list of lines cannot hold such a name' : 'It knows addresses, not users'
  return push ? 'It has no set for such addresses' : 'It holds addresses alone: block a /24 or smaller'
}
/** Why it may keep out less than all of it, though it was told. */
function whyUncertain({ ranges }: Bouncer, instance: BouncerInstance, { value }: Blocked): string | undefined {
  return value.includes('/') && ranges === 'unknown' && instance.type.startsWith('crowdsec-firewall-bouncer')
    ? 'With nftables it blocks only the first address of a range: say how it holds ranges'
    : undefined
}

/** Whether an enforcer would hold something that is not blocked yet: `yes` as far as anybody knows. */
export interface Prospect {
  bouncer: { id: string; name: string }
  type: string
  holds: 'yes' | 'no' | 'uncertain'
  /** It has not asked for so long that something is wrong, or never. */
  stale: boolean
  hint?: string
}
export function prospectOf(bouncer: Bouncer, instance: BouncerInstance | undefined, about: Blocked, now: number): Prospect {
  const cannot = whyUnsupported(bouncer, instance, about)
  const unsure = instance && whyUncertain(bouncer, instance, about)
  const hint = cannot ?? unsure ?? (instance ? undefined : bouncer.push ? 'It has not been told of anything yet' : unasked)
  return {
    bouncer: { id: bouncer.id, name: bouncer.name },
    type: instance?.type ?? '',
    holds: cannot !== undefined ? 'no' : unsure !== undefined ? 'uncertain' : 'yes',
    stale: instance === undefined || isStale(instance, now),
    ...(hint !== undefined && { hint }),
  }
}
const unasked = 'Nothing has asked with its key yet'

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
  const cannot = whyUnsupported(bouncer, instance, entry)
  if (cannot !== undefined) return proof('unsupported', null, cannot)
  const place = entry.ended?.seq ?? entry.seq
  const at = instance && instance.place >= place ? (deliveredAt(place) ?? instance.last_pull) : undefined
  if (bouncer.push && (!instance || at === undefined)) return proof('pending', null, bouncer.push.error?.message)
  if (!instance || at === undefined) return proof('pending', null, instance ? undefined : unasked)
  if (entry.ended) return proof('lifted', at)
  // it may have been told of all, and have had no room for this
  if (bouncer.push && held() === 'not') return proof('pending', null, `It is full: ${bouncer.push.left} entries do not fit`)
  const unsure = whyUncertain(bouncer, instance, entry)
  if (unsure !== undefined) return proof('uncertain', at, unsure)
  const { metrics } = instance
  if (!metrics || metrics.active === null || metrics.at < at) return proof('delivered', at)
  return metrics.active >= holds()
    ? proof('applied', metrics.at)
    : proof('partly', metrics.at, `It reports ${metrics.active} of ${holds()} decisions`)
}
