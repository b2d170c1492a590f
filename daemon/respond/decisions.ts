import { type Block, readBlock } from '../../shared/block.ts'
import type { DecisionFilter, RangeMode } from '../../shared/bouncer.ts'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { printAddress } from '../../shared/ip.ts'
import { asOneLine } from '../../shared/unseen.ts'

/** What bouncers are told of an entry. */
export type Told = Pick<DenylistEntry, 'seq' | 'id' | 'kind' | 'value' | 'until' | 'ended' | 'rule' | 'reason'>

/** Who decided, in CrowdSec's words. */
export const origin = 'signalbox'

/** What CrowdSec's bouncers are told. All of them but `uuid` must be there, or Go clients fall over. */
export interface Decision {
  id: number
  uuid: string
  origin: string
  type: 'ban'
  scope: 'Ip' | 'Range' | 'username'
  value: string
  /** What remains, in Go's form: whole seconds, for older clients take a fraction as never. */
  duration: string
  scenario: string
}

/** What a bouncer asks about. `contains`: what holds the range, and not what lies in it. */
export interface DecisionsAsked {
  ip?: string
  range?: string
  value?: string
  contains: boolean
}

/** For good, as bouncers take it: ten years. */
const forGood = 87_600 * 3600
/** The longest that an ipset holds, s. */
export const longestHeld = 2_147_483

/** Seconds in Go's form: `4h0m0s`, `29m58s`, `90s`. */
export function goDuration(seconds: number): string {
  const whole = Math.trunc(seconds)
  const [h, m, s] = [Math.trunc(whole / 3600), Math.trunc((whole % 3600) / 60), whole % 60]
  return h !== 0 ? `${h}h${Math.abs(m)}m${Math.abs(s)}s` : m !== 0 ? `${m}m${Math.abs(s)}s` : `${s}s`
}

/** Seconds that an entry stays in force, one at least; of one that is over a second ago. */
export const secondsLeft = ({ until, ended }: Pick<Told, 'until' | 'ended'>, now: number): number =>
  ended ? -1 : until === null ? forGood : Math.max(1, Math.ceil((until - now) / 1000))

const scopeOf = ({ kind, value }: Pick<Told, 'kind' | 'value'>): Decision['scope'] =>
  kind === 'user' ? 'username' : value.includes('/') ? 'Range' : 'Ip'

/** An entry as a decision, at `now` in ms UTC. */
export const decisionOf = (entry: Told, now: number): Decision => ({
  id: entry.seq,
  uuid: entry.id,
  origin,
  type: 'ban',
  scope: scopeOf(entry),
  value: entry.value,
  duration: goDuration(secondsLeft(entry, now)),
  // it becomes an argument of programs and a line of their logs
  scenario: asOneLine(entry.rule?.name || entry.reason, 200) || 'signalbox/manual',
})

/** A decision as JSON: many times as fast as for any object, and a bouncer at its start is told of all there are. */
export const writtenDecision = ({ id, uuid, origin, type, scope, value, duration, scenario }: Decision): string =>
  `{"id":${id},"uuid":"${uuid}","origin":"${origin}","type":"${type}","scope":"${scope}","value":${JSON.stringify(value)},"duration":"${duration}","scenario":${JSON.stringify(scenario)}}`

/** Bits of the widest IPv4 range that is taken apart for a bouncer which holds addresses alone. */
const widestApart = 24

/** An IPv4 range that can be taken apart. */
function smallBlock(value: string): Block | undefined {
  const block = readBlock(value)
  return block?.family === 4 && block.length - 96 >= widestApart ? block : undefined
}
/** The addresses of a range that can be taken apart; undefined for one that cannot. */
export function addressesOf(value: string): string[] | undefined {
  const block = smallBlock(value)
  if (!block) return undefined
  const first = block.words[3] & (block.length === 128 ? ~0 : ~(0xffffffff >>> (block.length - 96)))
  return Array.from({ length: 2 ** (128 - block.length) }, (_, i) =>
    printAddress({ family: 4, words: [0, 0, 0xffff, ((first >>> 0) + i) >>> 0] }),
  )
}

/** Whether all of an entry can be held by a bouncer. */
export const canHold = (ranges: RangeMode, { kind, value }: Pick<DenylistEntry, 'kind' | 'value'>): boolean =>
  kind === 'ip' && (ranges !== 'single' || !value.includes('/') || smallBlock(value) !== undefined)

/** Whether a decision is one that was asked for. */
export function isAsked({ scope, origin, scenario }: Decision, { scopes, origins, containing, notContaining }: DecisionFilter): boolean {
  if ((scopes && !scopes.includes(scope.toLowerCase())) || (origins && !origins.includes(origin))) return false
  if (!containing && !notContaining) return true
  const name = scenario.toLowerCase()
  return (!containing || containing.some(word => name.includes(word))) && !notContaining?.some(word => name.includes(word))
}

/** Whether a filter may leave out addresses or ranges. */
export const leavesOut = ({ scopes, origins, containing, notContaining }: DecisionFilter): boolean =>
  (scopes !== undefined && !['ip', 'range'].every(scope => scopes.includes(scope))) ||
  (origins !== undefined && !origins.includes(origin)) ||
  containing !== undefined ||
  notContaining !== undefined

/** Whether a bouncer that asks so is told of an entry: a range that is taken apart goes by its addresses. */
export function isToldOf(filter: DecisionFilter, ranges: RangeMode, entry: Told): boolean {
  const apart = ranges === 'single' && entry.kind === 'ip' ? addressesOf(entry.value)?.[0] : undefined
  return isAsked(decisionOf(apart === undefined ? entry : { ...entry, value: apart }, 0), filter)
}
