import { lookup } from 'node:dns/promises'
import { type Address, printAddress, readAddress, scopeOf } from '../../shared/ip.ts'

/** Why nothing was fetched; the message says so to people. */
export class OutboundError extends Error {
  /** Stable, snake_case. */
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Guarding {
  /** Hosts that may be asked without encryption and may have private addresses, lower-case: `misp.lan` or `misp.lan:8080`. */
  allowed: () => readonly string[]
  /** The ports of this daemon, which nothing of ours may be made to ask. */
  ownPorts?: () => readonly number[]
  /** Every address of a name. */
  resolve?: (host: string) => Promise<string[]>
}
/** `host` is lower-case, an IPv6 address without brackets. */
export interface Place {
  host: string
  port: number
  isEncrypted: boolean
}
export type AddressGuard = (place: Place) => Promise<Address>

const resolveAll = async (host: string) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

/**
 * Answers the one address that a connection of ours may go to, once every address of the name is checked. Whoever connects must use it: the
 * name may mean something else a moment later. Throws an OutboundError.
 */
export const createAddressGuard =
  ({ allowed, ownPorts = () => [], resolve = resolveAll }: Guarding): AddressGuard =>
  async ({ host, port, isEncrypted }) => {
    const isAllowed = allowed().some(name => name === host || name === `${host}:${port}`)
    if (!isEncrypted && !isAllowed)
      throw new OutboundError(
        'not_https',
        `${host} would be asked without encryption: use https, or allow the host in outbound.allowed_hosts`,
      )
    const literal = readAddress(host)
    const texts = literal ? [host] : await resolve(host).catch(error => fail('not_resolved', `${host} was not found: ${reasonOf(error)}`))
    const addresses = texts.map(text => readAddress(text) ?? fail('not_resolved', `${host} has the address ${text}, which is none`))
    for (const address of addresses) {
      const scope = scopeOf(address)
      const isOwn = scope === 'loopback' && ownPorts().includes(port)
      // link-local is where clouds keep their credentials: never
      if (isOwn || scope === 'link_local' || (scope !== 'public' && !isAllowed))
        throw new OutboundError(
          'address_refused',
          `${host} has the address ${printAddress(address)}, which is ${isOwn ? 'this daemon' : scope.replace('_', '-')}: it is not asked`,
        )
    }
    return addresses[0] ?? fail('not_resolved', `${host} has no address`)
  }

const fail = (code: string, message: string): never => {
  throw new OutboundError(code, message)
}
const reasonOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message
