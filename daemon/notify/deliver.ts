import type { Channel, Delivery, Piece } from '../../shared/notice.ts'
import { parseUrl } from '../../shared/url.ts'
import type { AddressGuard } from '../lib/address-guard.ts'
import type { ChannelKind, Message, Way } from '../lib/kinds.ts'
import type { Outbound } from '../lib/outbound.ts'
import { DeliveryError } from './delivery-error.ts'
import { missingSecrets } from './fields.ts'
import { readTarget } from './targets.ts'

interface Needs {
  channelFor(target: string): Promise<Channel | null>
  secretsOf(channel: Channel): Record<string, string>
  outbound: Outbound
  guard: AddressGuard
  toBrowsers: Way['toBrowsers']
  toWorkflow: Way['toWorkflow']
  now: () => number
  /** For one try, ms. */
  timeout?: number
}

export type Deliver = ReturnType<typeof createDeliver>

/** What a notice says to whoever is told by a channel of this kind. */
export function writeFor(kind: Pick<ChannelKind, 'escape'>, { title, text, ...rest }: Delivery): Message {
  const write = (pieces: readonly Piece[]) =>
    pieces.map(piece => ('own' in piece ? piece.own : (kind.escape?.(piece.given) ?? piece.given))).join('')
  return { ...rest, title: write(title), text: write(text) }
}

/**
 * Answers a function that tells a target once. It rejects with what people are told of it, in which no secret stands; how long it takes is
 * bounded, whatever the other side does.
 */
export function createDeliver({ channelFor, secretsOf, outbound, guard, toBrowsers, toWorkflow, now, timeout = 10_000 }: Needs) {
  /** `ending` gives it up; `given` is a channel to use though it is off, or not the one that the target means. */
  return async (delivery: Delivery, ending?: AbortSignal, given?: Channel): Promise<void> => {
    const target = readTarget(delivery.target)
    if (!target) throw new DeliveryError(`There are no targets such as ${delivery.target}`, { isFinal: true })
    const { kind, recipient, channel: called } = target
    const channel = given ?? (kind.builtIn ? undefined : await channelFor(called))
    if (!channel && !kind.builtIn) throw new DeliveryError(`There is no channel ${called}`, { isFinal: true })
    if (channel?.enabled === false && !given) throw new DeliveryError(`The channel ${called} is off`, { isFinal: true })
    const secrets = channel ? secretsOf(channel) : {}
    const [missing] = missingSecrets(kind.kind, name => secrets[name] !== undefined)
    if (missing) throw new DeliveryError(`The channel ${called} lacks its secret: ${missing.label}`, { isFinal: true })
    const late = AbortSignal.timeout(timeout)
    const signal = AbortSignal.any([late, ...(ending ? [ending] : [])])
    const over = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
    const way: Way = { options: channel?.options ?? {}, secrets, recipient, outbound, guard, toBrowsers, toWorkflow, signal, now }
    try {
      await Promise.race([kind.deliver(writeFor(kind, delivery), way), over])
    } catch (error) {
      if (late.aborted) throw new DeliveryError(`${called} took longer than ${timeout / 1000} s`)
      if (ending?.aborted) throw new DeliveryError('The daemon was stopped')
      const message = withoutSecrets((error as Error).message, Object.values(secrets))
      throw error instanceof DeliveryError ? new DeliveryError(message, error) : new DeliveryError(message)
    }
  }
}

/** What others say must not repeat what was sent to them: neither a secret, nor the path of one that is an address. */
function withoutSecrets(message: string, secrets: string[]): string {
  const hidden = secrets.flatMap(secret => [secret, parseUrl(secret)?.pathname ?? '']).filter(text => text.length > 3)
  return hidden.reduce((text, secret) => text.replaceAll(secret, '***'), message)
}
