import type { Bouncer, BouncerInstance, DecisionFilter } from '../../shared/bouncer.ts'
import type { BlockKind, DenylistEntry } from '../../shared/denylist.ts'
import type { Landing, ProofState } from '../../shared/proof.ts'
import { canHold, isToldOf } from './decisions.ts'
import { enforcers } from './enforcers/index.ts'
import { holdsEntry } from './list-routes.ts'
import { listFormats } from './lists/index.ts'

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

/** Where an entry has got to, by enforcer and in all. */
export interface Landed {
  proof: Proof[]
  landing: Landing
}

type Blocked = Pick<DenylistEntry, 'kind' | 'value'>
interface Asked {
  bouncer: Bouncer
  /** Undefined: nobody has pulled with its key yet. */
  instance: BouncerInstance | undefined
  entry: DenylistEntry
  now: number
  /** When this daemon started, ms UTC: nobody could ask before. */
  since: number
  /** When it first knew of what stands at a place. */
  deliveredAt(place: number): number | undefined
  /** What one that is told holds of it, by its own acknowledgement. */
  held(): 'sending' | 'ours' | 'theirs' | 'not'
  /** When it first asked about an address and was answered with that entry. */
  answeredAt(): number | undefined
  /** Of an entry that has ended: whether it ever was told of it. */
  wasTold(): boolean
  /** What a bouncer is told of that entry's value: the one that lasts longest. */
  told(): DenylistEntry
  /** How many decisions it has to have in force. */
  holds(): number
}

const minute = 60_000
/** How long one may be let in, or set up anew, before something asks with its key, ms. */
const patience = 10 * minute
const day = 24 * 60 * minute

/**
 * Whether an enforcer has missed three of its own turns, and a minute at least; or has never asked, well after it was let in. `instance` is what
 * asks with its key. Of a list that was fetched once nobody knows the turns: it has a day. Who reads what is published enforces nothing.
 */
export function isSilent(
  { created_at, forgot_at = created_at, publishes }: Bouncer,
  instance: BouncerInstance | undefined,
  now: number,
  since: number,
): boolean {
  if (publishes) return false
  if (!instance) return now - Math.max(forgot_at, since) > patience
  if (instance.live) return false
  const turn = instance.interval ?? (instance.type.startsWith('list/') ? day / 3 : minute)
  return now - Math.max(instance.last_pull, since) > Math.max(minute, 3 * turn)
}

/** Whether what asks has to do with such entries at all: no address gets by a list of users. */
export function concerns(instance: BouncerInstance | undefined, kind: BlockKind): boolean {
  const holds = listFormats.find(({ name }) => instance?.type === `list/${name}`)?.holds
  return kind === 'user' || !holds || holds.v4 || holds.v6
}

/** Why an enforcer cannot keep all of something out; undefined where it can, or nobody knows. */
function whyUnsupported({ ranges, push }: Bouncer, instance: BouncerInstance | undefined, about: Blocked): string | undefined {
  const list = listFormats.find(({ name }) => instance?.type === `list/${name}`)
  const holding = list?.holds ?? (push && enforcers.find(({ kind }) => kind === push.kind)?.holds(push.options))
  if (holding ? holdsEntry(holding, about) : canHold(ranges, about)) return undefined
  if (about.kind === 'user') return holding?.users ? 'A list of lines cannot hold such a name' : 'It knows addresses, not users'
  if (push) return 'It has no set for such addresses'
  return `It holds addresses alone: block ${about.value.includes(':') ? 'the addresses of an IPv6 range one by one' : 'a /24 or smaller'}`
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
  /** It has not asked for so long that something is wrong. */
  stale: boolean
  hint?: string
}
export function prospectOf(
  bouncer: Bouncer,
  instance: BouncerInstance | undefined,
  about: Blocked,
  { now, since }: Pick<Asked, 'now' | 'since'>,
): Prospect {
  const { filter } = instance ?? {}
  const cannot = whyUnsupported(bouncer, instance, about) ?? (filter && isLeftOut(filter, bouncer, about) ? unwanted : undefined)
  const unsure =
    instance && (whyUncertain(bouncer, instance, about) ?? (filter?.containing || filter?.notContaining ? byReason : undefined))
  const hint = cannot ?? unsure ?? (instance ? undefined : bouncer.push ? 'It has not been told of anything yet' : unasked)
  return {
    bouncer: { id: bouncer.id, name: bouncer.name },
    type: instance?.type ?? '',
    holds: cannot !== undefined ? 'no' : unsure !== undefined ? 'uncertain' : 'yes',
    stale: isSilent(bouncer, instance, now, since),
    ...(hint !== undefined && { hint }),
  }
}
/** Whether a filter leaves out all such decisions, whatever they are for. */
const isLeftOut = ({ scopes, origins }: DecisionFilter, { ranges }: Bouncer, about: Blocked): boolean =>
  !isToldOf({ scopes, origins }, ranges, { ...about, seq: 0, id: '', until: null, ended: null, rule: null, reason: '' })
const byReason = 'It asks for some scenarios alone: the rule or the reason has to name one'
const unwanted = 'It does not ask for such decisions: look at the origins, scopes and scenarios that it is set to'
const asksLive = 'It asks about each address as it comes, and has not asked about this since'
const unasked = 'Nothing has asked with its key yet'

/** Never more than what was reported. */
export function proofOf({ bouncer, instance, entry, now, since, held, deliveredAt, answeredAt, wasTold, told, holds }: Asked): Proof {
  const proof = (state: ProofState, at: number | null = null, hint?: string): Proof => ({
    bouncer: { id: bouncer.id, name: bouncer.name },
    address: instance?.address ?? null,
    type: instance?.type ?? '',
    version: instance?.version ?? '',
    state,
    at,
    last_pull: instance?.last_pull || null,
    stale: isSilent(bouncer, instance, now, since),
    metrics: instance?.metrics ?? null,
    ...(hint !== undefined && { hint }),
  })
  const cannot = whyUnsupported(bouncer, instance, entry)
  if (cannot !== undefined) return proof('unsupported', null, cannot)
  if (instance?.filter && !isToldOf(instance.filter, bouncer.ranges, told())) return proof('unsupported', null, unwanted)
  const place = entry.ended?.seq ?? entry.seq
  const isTold = instance !== undefined && instance.place >= place
  // what it knew as it asked for other things, it may not have been told
  const at = isTold ? Math.max(deliveredAt(place) ?? instance.last_pull, instance.filtered_since ?? 0) : undefined
  const answered = at === undefined && !entry.ended ? answeredAt() : undefined
  if (answered !== undefined) return proof('delivered', answered)
  if (entry.ended && at === undefined && !wasTold()) return proof('never')
  if (bouncer.push && (!instance || at === undefined)) return proof('pending', null, bouncer.push.error?.message)
  if (!instance || at === undefined) return proof('pending', null, instance ? (instance.live ? asksLive : undefined) : unasked)
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
