import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { startMailServer } from '../mail-server.ts'
import { startReceiver } from '../receiver.ts'

// Whoever previews a rule sees what will arrive: asked before anything is sent, and compared byte for byte with what a real mail server and a
// receiver then get.
const daemon = await startDaemon()
const { admin, clock } = daemon
const { deliveries } = daemon.daemon.notifications
const receiver = await startReceiver()
const { mails, port } = await startMailServer()
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host, `127.0.0.1:${port}`] } } } })
const channel = async (attributes: object) => expect((await admin.post('/api/local/channels', { data: { attributes } })).status).toBe(201)
const secret = `whsec_${Buffer.from('p'.repeat(32)).toString('base64')}`
await channel({ kind: 'webhook', name: 'soc', options: { url: `${receiver.url}/soc` }, secrets: { secret } })
const mail = { host: '127.0.0.1', port: String(port), encryption: 'none', from: 'signalbox@example.org' }
await channel({ kind: 'email', name: 'mail', options: mail, secrets: {} })

const body = (attributes: object) => ({ data: { type: 'notification_rules', attributes } })
const rule = {
  name: 'Previewed',
  selectors: { trigger_source: 'security_signals', severities: ['high'] },
  targets: ['@soc@example.com', '@webhook-soc'],
  x_local: {
    title: '{{severity}} {{title}} – “ü” and a line that is longer than a header of a mail may be in one piece',
    message: 'Seen {{first_seen}}: {{entities}}\n.\n{{#if @usr.name}}{{@usr.name}}{{/if}}\n{{message}}\nTrailing space \n=3D\t<b>',
  },
}
const raise = async () => {
  const attributes = {
    title: 'Guessing <b>',
    severity: 'high',
    message: 'By hand, café 🚦\u202e\nFrom here\n..and on',
    entities: ['@usr.name:ana'],
  }
  return String((await admin.post('/api/local/signals', { data: { attributes } })).at('data.id'))
}

/** The text of a mail as its receiver reads it, in bytes. */
function readMail(raw: string): { subject: string; text: Buffer } {
  const at = raw.indexOf('\r\n\r\n')
  const headers = raw.slice(0, at).replace(/\r\n[ \t]+/g, ' ')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? ''
  const sent = raw.slice(at + 4)
  const encoding = header('Content-Transfer-Encoding').toLowerCase()
  const quoted = (text: string) => text.replace(/=([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
  const bytes =
    encoding === 'base64'
      ? Buffer.from(sent, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? quoted(sent.replaceAll('=\r\n', '')) : sent, 'latin1')
  // words of a header that are encoded stand beside each other without the space between them
  const subject = header('Subject')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, how: string, word: string) =>
      how.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('latin1') : quoted(word.replaceAll('_', ' ')),
    )
  return { subject: Buffer.from(subject, 'latin1').toString(), text: bytes }
}

test('S0-03, D-16: what the preview shows before anything is sent is what arrives by mail and webhook, byte for byte', async () => {
  // like the one that is to come: the preview tells of what is there
  const known = await raise()
  const preview = await admin.post('/api/local/notification_rules/preview', body(rule))
  expect([preview.status, preview.at('meta.count'), preview.at('meta.made_up')]).toEqual([200, 1, false])
  const [byMail, byWebhook] = preview.at('meta.written') as { target: string; title: string; text: string }[]
  expect([byMail!.target, byWebhook!.target]).toEqual(rule.targets)
  expect([mails, receiver.received]).toEqual([[], []])

  const made = await admin.post('/api/v2/security/signals/notification_rules', body(rule))
  const coming = await raise()
  await deliveries.run()
  expect([mails.length, receiver.of('/soc').length]).toEqual([1, 1])

  const [{ body: sent, headers }] = receiver.of('/soc') as [(typeof receiver.received)[0]]
  const signal = preview.at('data.0.attributes') as { timestamp: string; custom: { first_seen: string | number } }
  const time = new Date(noon).toISOString()
  /** What no preview can know. */
  const unknown = { delivery: String(headers['webhook-id']), rule: String(made.at('data.id')), signal: coming }
  expect(unknown.signal).not.toBe(known)
  expect(clock.now).toBe(noon)
  const got = JSON.parse(sent) as { data: { signals: Record<string, unknown>[] } }
  expect(sent).toBe(
    JSON.stringify({
      type: 'signal.opened',
      timestamp: time,
      data: {
        id: unknown.delivery,
        severity: 'high',
        title: byWebhook!.title,
        message: byWebhook!.text,
        rule: { id: unknown.rule, name: rule.name },
        signals: [{ ...got.data.signals[0], id: unknown.signal, title: 'Guessing <b>', severity: 'high', timestamp: time }],
        more_signals: 0,
      },
    }),
  )
  expect(signal.timestamp).toBe(time)

  const { subject, text } = readMail(mails[0]!)
  expect(subject).toBe(byMail!.title)
  // lines of a mail end in CR LF, and the last one ends
  expect(text.toString('hex')).toBe(Buffer.from(`${byMail!.text.replace(/\r?\n/g, '\r\n').replace(/(?:\r\n)?$/, '\r\n')}`).toString('hex'))
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
