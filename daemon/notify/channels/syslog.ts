import { createSocket } from 'node:dgram'
import { printAddress } from '../../../shared/ip.ts'
import type { Severity } from '../../../shared/severity.ts'
import { defineChannel, type Message } from '../../lib/kinds.ts'
import { connected } from '../connected.ts'

/** log audit */
const facility = 13
const severities: Record<Severity, number> = { critical: 2, high: 3, medium: 4, low: 5, info: 6 }
/** What a receiver has to take by UDP without loss is far less, but most take this. */
const largest = 8192

/** RFC 5424, over TLS or TCP with the length before each message (RFC 5425), or over UDP. */
export const syslog = defineChannel({
  kind: 'syslog',
  label: 'Syslog',
  target: 'name',
  fields: [
    { name: 'host', label: 'Host', kind: 'host', place: true },
    { name: 'port', label: 'Port', kind: 'port', place: true, usual: '6514' },
    {
      name: 'transport',
      label: 'Transport',
      kind: 'choice',
      choices: ['tls', 'tcp', 'udp'],
      usual: 'tls',
      hint: 'Others than TLS only to hosts that the setting outbound.allowed_hosts names',
    },
  ],
  async deliver(message, way) {
    const { options, guard, signal } = way
    const line = cut(lineOf(message))
    const place = { host: options['host']!, port: Number(options['port']), isEncrypted: options['transport'] === 'tls' }
    if (options['transport'] === 'udp') {
      const address = await guard(place)
      const socket = createSocket(address.family === 6 ? 'udp6' : 'udp4')
      try {
        await new Promise<void>((resolve, reject) =>
          socket.send(line, place.port, printAddress(address), error => (error ? reject(error) : resolve())),
        )
      } finally {
        socket.close()
      }
      return
    }
    const socket = await connected(place, { guard, signal })
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        // it is taken once the other side has closed after us; a receiver that never closes has all that was written
        socket.end(Buffer.concat([Buffer.from(`${line.length} `), line]), () => resolve())
      })
    } finally {
      socket.destroySoon()
    }
  },
})

/** One line, whatever is in it. */
export function lineOf({ id, severity, title, signals, time, rule, workflow, why }: Message): string {
  const said: Record<string, string> = { why, severity, rule: (rule ?? workflow)?.name ?? '', signal: signals[0]?.id ?? '' }
  const data = Object.entries(said)
    .map(([name, value]) => `${name}="${oneLine(value).replace(/[\\"\]]/g, '\\$&')}"`)
    .join(' ')
  const priority = facility * 8 + severities[severity]
  // 32473 is kept for examples and private use
  return `<${priority}>1 ${new Date(time).toISOString()} - signalbox - ${id.slice(0, 32)} [signal@32473 ${data}] \ufeff${oneLine(title)}`
}

const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')

/** As much as is taken, and no half of a character. */
function cut(line: string): Buffer {
  const bytes = Buffer.from(line)
  let end = Math.min(bytes.length, largest)
  while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}
