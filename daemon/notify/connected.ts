import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { printAddress } from '../../shared/ip.ts'
import type { Place } from '../lib/address-guard.ts'
import type { Way } from '../lib/kinds.ts'

/**
 * A connection to the address that was checked, so that the name cannot mean another one by then. `isTls`: encrypted from the start. It ends when
 * the signal says so.
 */
export async function connected(
  place: Place,
  { guard, signal }: Pick<Way, 'guard' | 'signal'>,
  isTls = place.isEncrypted,
): Promise<Socket> {
  const { host, port } = place
  const address = printAddress(await guard(place))
  signal.throwIfAborted()
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = isTls ? connectTls({ host: address, port, ...name }) : connectPlain({ host: address, port })
  const giveUp = () => socket.destroy(new Error('It was given up'))
  signal.addEventListener('abort', giveUp, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', giveUp))
  await new Promise<void>((resolve, reject) => {
    socket.once(isTls ? 'secureConnect' : 'connect', () => resolve())
    // it stays: an error that nobody hears would end the daemon
    socket.on('error', reject)
  })
  return socket
}
