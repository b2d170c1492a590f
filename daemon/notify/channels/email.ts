import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createTransport } from 'nodemailer'
import { printAddress } from '../../../shared/ip.ts'
import { defineChannel, type Message, type Way } from '../../lib/kinds.ts'
import { isEncrypted } from '../encryption.ts'

/** Mail by a server of the user's. Plain text alone: nothing in it is a link of ours, an image, or markup. */
export const email = defineChannel({
  kind: 'email',
  label: 'E-mail',
  target: 'address',
  fields: [
    { name: 'host', label: 'Mail server', kind: 'host', place: true, hint: 'Such as smtp.example.com' },
    { name: 'port', label: 'Port', kind: 'port', place: true, usual: '587' },
    {
      name: 'encryption',
      label: 'Encryption',
      kind: 'choice',
      choices: ['starttls', 'tls', 'none'],
      usual: 'starttls',
      hint: 'Without it only to hosts that the setting outbound.allowed_hosts names',
    },
    { name: 'from', label: 'From', kind: 'email', hint: 'The address that mails come from' },
    { name: 'user', label: 'User', kind: 'text', optional: true, place: true },
    { name: 'password', label: 'Password', kind: 'token', secret: true, optional: true },
  ],
  async deliver(message, way) {
    const { options, secrets } = way
    const { from = '', user, encryption } = options
    const socket = await connected(way)
    const giveUp = () => socket.destroy()
    way.signal.addEventListener('abort', giveUp, { once: true })
    const transport = createTransport({
      connection: socket,
      secured: encryption === 'tls',
      secure: encryption === 'tls',
      requireTLS: encryption === 'starttls',
      ignoreTLS: encryption === 'none',
      tls: { servername: options['host']! },
      ...(user !== undefined && { auth: { user, pass: secrets['password'] ?? '' } }),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      await transport.sendMail(mailOf(message, from, way.recipient))
    } finally {
      way.signal.removeEventListener('abort', giveUp)
      socket.destroy()
    }
  },
})

const mailOf = ({ id, title, text }: Message, from: string, to: string) => ({
  from: { name: 'Signalbox', address: from },
  to: { name: '', address: to },
  subject: title.replace(/[\p{Cc}]+/gu, ' '),
  text,
  // the same for each try, so that a mail that came twice is known to be one
  messageId: `<${id}@signalbox.invalid>`,
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Signalbox-Delivery': id },
})

/** A connection to the address that was checked, so that the name cannot mean another one by then. */
async function connected({ options, guard, signal }: Way): Promise<Socket> {
  const host = options['host']!
  const port = Number(options['port'])
  const address = printAddress(await guard({ host, port, isEncrypted: isEncrypted(options) }))
  const socket =
    options['encryption'] === 'tls' ? connectTls({ host: address, port, servername: host }) : connectPlain({ host: address, port })
  const ready = options['encryption'] === 'tls' ? 'secureConnect' : 'connect'
  await new Promise<void>((resolve, reject) => {
    socket.once(ready, () => resolve())
    socket.once('error', reject)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  }).catch(error => {
    socket.destroy()
    throw error
  })
  return socket
}
