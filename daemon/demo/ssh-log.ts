import { sshFailures } from './attacks.ts'
import { inOrder } from './background.ts'
import { type DemoLine, session, syslog } from './line.ts'
import { createRandom, type Random } from './random.ts'
import { people } from './world.ts'

const second = 1000
const minute = 60 * second

/** The address that tries 40 passwords in `sshLog`. */
export const bruteForcer = '203.0.113.99'

// Each of these comes by once, too seldom to be a signal.
function passerBy(random: Random, at: number, client: string): DemoLine[] {
  const [pid, port] = [random.pid(), random.port()]
  const say = (message: string) => syslog(at, 'bastion-1', 'sshd', pid, message)
  switch (random.int(0, 3)) {
    case 0:
      return [
        say(`Failed password for root from ${client} port ${port} ssh2`),
        say(`Connection closed by ${client} port ${port} [preauth]`),
      ]
    case 1:
      return [say(`Did not receive identification string from ${client} port ${port}`)]
    case 2:
      return [
        say(`Invalid user pi from ${client} port ${port}`),
        say(`Failed password for invalid user pi from ${client} port ${port} ssh2`),
      ]
    default:
      return session(at, 'bastion-1', { ...random.pick(people), home: client }, pid, port, random.int(30, 600) * second)
  }
}

/** An hour of one machine's sshd that ends at `now` (ms UTC): 40 failed passwords from `bruteForcer`, and 30 other addresses that do nothing worse than mistype. */
export function sshLog(now: number, seed: number): string[] {
  const random = createRandom(seed)
  const others = Array.from({ length: 30 }, (_, n) => (n < 20 ? `198.51.100.${100 + n}` : `2001:db8:c::${(n + 1).toString(16)}`))
  const lines = [
    ...others.flatMap(client => passerBy(random, now - random.int(1, 59) * minute, client)),
    ...sshFailures('bastion-1', 40)(random, now - 8 * minute, bruteForcer),
  ]
  return inOrder(lines, now).map(({ text }) => text)
}
