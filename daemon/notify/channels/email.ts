import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import { defineChannel, type Message } from '../../lib/kinds.ts'
import { connected } from '../connected.ts'

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
      place: true,
      hint: 'None only to hosts that the setting outbound.allowed_hosts names',
    },
    { name: 'from', label: 'From', kind: 'email', hint: 'The address that mails come from' },
    { name: 'user', label: 'User', kind: 'text', optional: true, place: true },
    { name: 'password', label: 'Password', kind: 'token', secret: true, optional: true },
  ],
  async deliver(message, way) {
    const { options, secrets, recipient } = way
    const { host = '', user, encryption } = options
    const place = { host, port: Number(options['port']), isEncrypted: encryption !== 'none' }
    const socket = await connected(place, way, encryption === 'tls')
    const transport = createTransport({
      connection: socket,
      secured: encryption === 'tls',
      secure: encryption === 'tls',
      requireTLS: encryption === 'starttls',
      ignoreTLS: encryption === 'none',
      tls: isIP(host) === 0 ? { servername: host } : {},
      ...(user !== undefined && { auth: { user, pass: secrets['password'] ?? '' } }),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      await transport.sendMail(mailOf(message, options['from']!, recipient))
    } finally {
      socket.destroy()
    }
  },
})

const mailOf = ({ id, title, text }: Message, from: string, to: string) => ({
  from: { name: 'Signalbox', address: from },
  to: { name: '', address: to },
  subject: title.replace(/\p{Cc}+/gu, ' '),
  text,
  // the same for each try, so that a mail that came twice is known to be one
  messageId: `<${id}@signalbox.invalid>`,
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Signalbox-Delivery': id },
})
