import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { TailEvent } from '../../shared/tail.ts'
import { startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

const daemon = await startDaemon({ port: true })
const { intake, standard } = daemon
const noSignals = await daemon.as('Standard', 'nora', ['logs_read_data'])
const noLogs = await daemon.as('Standard', 'nils', ['security_monitoring_signals_read'])

/** Open a tail; rejects with the status that refused it. */
const tail = (query: string, key = standard.key.secret) =>
  new Promise<{ socket: WebSocket; events: TailEvent[]; logs: () => string[]; closed: () => number | undefined; reason: () => string }>(
    (resolve, reject) => {
      const url = `${daemon.url.replace('http', 'ws')}/api/local/live/logs?query=${encodeURIComponent(query)}`
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } })
      const events: TailEvent[] = []
      let code: number | undefined
      let why = ''
      socket.on('message', data => events.push(JSON.parse(String(data)) as TailEvent))
      socket.on('close', (closed, reason) => {
        code = closed
        why = String(reason)
      })
      const logs = () =>
        events.flatMap(event => (event.type === 'logs' ? event.data.map(({ attributes }) => String(attributes['message'])) : []))
      socket.on('open', () => resolve({ socket, events, logs, closed: () => code, reason: () => why }))
      socket.on('unexpected-response', (_, response) => {
        reject(new Error(String(response.statusCode)))
      })
    },
  )
const send = (...messages: string[]) =>
  intake.post(
    '/api/v2/logs',
    messages.map(message => ({ message, service: message.split(' ')[0] })),
  )
// a tail is opened by the worker a moment after the socket
const settled = () => new Promise(resolve => setTimeout(resolve, 50))

test('logs that the query finds, as they come, in order, as lists show them', async () => {
  const web = await tail('service:web', noSignals.key.secret)
  const all = await tail('')
  await settled()
  await send('web 1', 'db 1')
  await send('web 2')
  await until(() => web.logs().length === 2 && all.logs().length === 3)
  expect([web.logs(), all.logs()]).toEqual([
    ['web 1', 'web 2'],
    ['web 1', 'db 1', 'web 2'],
  ])
  const [first] = web.events
  const listed = await standard.get('/api/v2/logs/events?filter[query]=service:web&filter[from]=0&sort=timestamp&page[limit]=1')
  expect(first).toMatchObject({ type: 'logs', data: expect.arrayContaining([listed.at('data.0')]) })
  web.socket.close()
  all.socket.close()
})

test('more than can be sent: some, and how many were skipped; the logs are acknowledged meanwhile', async () => {
  const flood = await tail('service:flood')
  await settled()
  const count = 3000
  for (let i = 0; i < 3; i++) {
    const answer = await send(...Array.from({ length: count / 3 }, (_, n) => `flood ${i} ${n}`))
    expect(answer.status).toBe(202)
  }
  const skipped = () => flood.events.reduce((sum, event) => sum + (event.type === 'skipped' ? event.count : 0), 0)
  await until(() => flood.logs().length + skipped() === count)
  expect(flood.logs().length).toBeGreaterThanOrEqual(100)
  expect(flood.logs().length).toBeLessThan(count)
  // and it goes on
  await send('flood last')
  await until(() => flood.logs().includes('flood last'))
  flood.socket.close()
})

test.each([
  ['service:(web', /characters 8 to 9/],
  ['a'.repeat(9000), /8192/],
])('%.20s → closed with 4400 and where it is wrong', async (query, says) => {
  const { closed, reason } = await tail(query)
  expect(await until(closed)).toBe(4400)
  expect(reason()).toMatch(says)
})
test.each([
  ['no permission to read logs', noLogs.key.secret, '403'],
  ['a wrong key', 'wrongwrongwrongwrong', '401'],
])('%s → refused', async (_, key, status) => {
  await expect(tail('', key)).rejects.toThrow(status)
})
test('without an upgrade → 426', async () => {
  expect((await standard.get('/api/local/live/logs')).status).toBe(426)
})

test('no more than sixteen at once; one that closes makes room', async () => {
  const sixteen = await Promise.all(Array.from({ length: 16 }, () => tail('nothing')))
  await settled()
  const more = await tail('nothing')
  expect(await until(more.closed)).toBe(4429)
  sixteen[0]!.socket.close()
  await settled()
  const again = await tail('service:room')
  await settled()
  await send('room')
  await until(() => again.logs().length === 1)
  for (const { socket } of [...sixteen, again]) socket.close()
})

test('a revoked key ends its tail', async () => {
  await settled()
  const leaving = await daemon.as('Standard', 'lea')
  const { closed } = await tail('', leaving.key.secret)
  await daemon.admin.delete(`/api/v2/application_keys/${leaving.key.id}`)
  expect(await until(closed, 5000)).toBe(4401)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
