import { networkInterfaces } from 'node:os'
import type { BlockKind } from '../../shared/denylist.ts'
import { specialNetworkOf } from '../../shared/ip.ts'
import type { Observable } from '../../shared/observable.ts'
import { isPrivate, meets, printSpan, readSpan, type Span, sharedBits, tooWide } from '../../shared/span.ts'
import type { Asker, Objection } from './objection.ts'
import { createUserGuard, namesAnybody, type UserGuardNeeds } from './user-guard.ts'

export interface GuardNeeds extends Partial<UserGuardNeeds> {
  /** Lists that know an address, or one of a range, to be good. */
  knownGood(observable: Observable): string[]
  /** Bits of the widest block that goes without a confirmation. */
  widest(): { v4: number; v6: number }
  /** The addresses of this machine, and of its routers. */
  own?: () => string[]
  gateways?: () => string[]
  /** ms of a clock that only goes on. */
  clock?: () => number
}

/** What the guard says of one block. */
export type Guard = (kind: BlockKind, value: string, asker?: Asker) => Objection[]

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flat()
    .flatMap(face => (face ? [face.address] : []))

/** Says what speaks against a block: people lock themselves out sooner than an attacker does. */
export function createGuard({
  knownGood,
  widest,
  own = ownAddresses,
  gateways = () => [],
  users = () => new Map(),
  isService = () => false,
  clock = () => performance.now(),
}: GuardNeeds): Guard {
  const machine = lasting(() => ({ own: own(), gateways: gateways() }), clock)
  const userGuard = createUserGuard({ users, isService })
  return (kind, value, asker) => {
    if (kind === 'user') return userGuard(value, asker)
    const span = readSpan(value)
    if (!span) return []
    if (tooWide(span) || value.endsWith('/0') || holdsMapped(span))
      return [
        {
          code: 'too_wide',
          message: `${value} is too much of the internet to be blocked: /8 is the widest for IPv4, /16 for IPv6`,
          final: true,
        },
      ]
    const holds = (addresses: readonly (string | undefined)[]) => addresses.find(address => address !== undefined && inside(span, address))
    const found: Objection[] = []
    const mine = holds([asker?.ip])
    if (mine !== undefined)
      found.push({ code: 'your_address', message: `${mine} is the address that you ask from: you would lock yourself out` })
    const ours = holds(machine().own)
    if (ours !== undefined) found.push({ code: 'own_address', message: `${ours} is an address of this machine` })
    const router = holds(machine().gateways)
    if (router !== undefined) found.push({ code: 'gateway', message: `${router} is this machine’s way out` })
    if (isPrivate(span) || touchesSpecial(span))
      found.push({ code: 'not_public', message: `${value} is private or reserved: no attacker of the internet has it` })
    const lists = knownGood({ type: 'ip', span })
    if (lists.length > 0)
      found.push({ code: 'known_good', message: `${printSpan(span)} is known to be good: ${lists.slice(0, 5).join(', ')}` })
    const wide = whyWide(value, span, widest())
    if (wide !== undefined) found.push({ code: 'wide_range', message: wide })
    return found
  }
}

/** Why a span is more than goes without a confirmation; undefined where it is not. */
export function whyWide(value: string, span: Span, widest: { v4: number; v6: number }): string | undefined {
  const limit = span.family === 4 ? widest.v4 : widest.v6
  if (prefixOf(span) < limit) return `${value} is wider than /${limit}`
  const embedded = embeddedPrefix(span)
  return embedded !== undefined && embedded < widest.v4
    ? `${value} holds an IPv4 /${embedded}, which is wider than /${widest.v4}`
    : undefined
}

/** What the machine says, asked for once a second at most: a list of blocks asks hundreds of times. */
function lasting<T>(read: () => T, clock: () => number): () => T {
  let last: { at: number; value: T } | undefined
  return () => {
    if (!last || clock() - last.at > 1000) last = { at: clock(), value: read() }
    return last.value
  }
}

/** What is longer than this, ms, is as good as permanent. */
const year = 365 * 24 * 3_600_000

/** Which blocks a second person has to agree to, and from how many bits on one is wide. */
export interface Second {
  approval: { wide: boolean; permanent: boolean }
  widest: { v4: number; v6: number }
}
/** Whether a block needs a second person before it comes into force. */
export function needsSecond(
  { kind, value, duration }: { kind: BlockKind; value: string; duration: number | null },
  { approval, widest }: Second,
): boolean {
  const span = kind === 'ip' ? readSpan(value) : undefined
  const isWide = span ? prefixOf(span) < (span.family === 4 ? widest.v4 : widest.v6) : namesAnybody(value)
  return (approval.permanent && (duration === null || duration > year)) || (approval.wide && isWide)
}

const inside = (span: Span, address: string): boolean => {
  const other = readSpan(address.replace(/%.*$/, ''))
  return other !== undefined && meets(span, other)
}
const touchesSpecial = ({ family, from, to }: Span): boolean =>
  specialNetworkOf({ family, words: from }) !== undefined || specialNetworkOf({ family, words: to }) !== undefined

const mapped = readSpan('::fffe:0:0/95')!
/** Whether an IPv6 block holds all of IPv4 as systems with one socket for both see it (`::ffff:0:0/96`, which by itself reads as IPv4). */
const holdsMapped = (span: Span): boolean => span.family === 6 && sharedBits(span) <= 95 && meets(span, mapped)
/** Where IPv6 addresses carry an IPv4 address, and behind how many bits: NAT64 and 6to4. */
const carriers = [
  { span: readSpan('64:ff9b::/96')!, bits: 96 },
  { span: readSpan('2002::/16')!, bits: 16 },
]
/** Bits of the IPv4 block that an IPv6 block carries; undefined where it carries none. */
const embeddedPrefix = (span: Span): number | undefined => {
  const carrier = span.family === 6 ? carriers.find(one => meets(one.span, span)) : undefined
  return carrier && Math.min(32, Math.max(0, sharedBits(span) - carrier.bits))
}

/** Bits that all addresses of a span share, counted in its family. */
const prefixOf = (span: Span): number => sharedBits(span) - (span.family === 4 ? 96 : 0)
