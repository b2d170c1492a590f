import { expect, test } from 'vitest'
import { startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { answers, startReceiver } from '../receiver.ts'
import { until } from '../until.ts'

// killed while signals come in and people are told: whoever was to be told of a signal that was acknowledged is told, always under one id
const kills = Number(process.env['SIGNALBOX_TEST_KILLS'] ?? 6)
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const secret = `whsec_${Buffer.from('b'.repeat(32)).toString('base64')}`

test(`S0-03: ${kills} times kill -9 while people are told, seed ${seed}`, { timeout: 300_000 }, async () => {
  const receiver = await startReceiver((response, _, count) => (count % 5 === 0 ? answers.failing : answers.ok)(response))
  const dir = temporary()
  let child = await startChild(dir)
  const post = (path: string, attributes: object, type?: string) => child.admin.post(path, { data: { ...(type && { type }), attributes } })
  await child.admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
  for (const name of ['a', 'b'])
    expect(
      (await post('/api/local/channels', { kind: 'webhook', name, options: { url: `${receiver.url}/${name}` }, secrets: { secret } }))
        .status,
    ).toBe(201)
  const rule = { name: 'All', selectors: { trigger_source: 'security_signals' }, targets: ['@webhook-a', '@webhook-b'] }
  expect((await post('/api/v2/security/signals/notification_rules', rule, 'notification_rules')).status).toBe(201)

  const acknowledged: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    const dead = child
    let isOver = false
    const writing = (async () => {
      for (let i = 0; !isOver; i++) {
        const made = await dead.admin
          .post('/api/local/signals', { data: { attributes: { title: `S${kill}-${i}`, severity: 'high' } } })
          .catch(() => undefined)
        if (made?.status === 201) acknowledged.push(String(made.at('data.id')))
      }
    })()
    await until(() => acknowledged.length > kill * 5, 60_000)
    await new Promise(resolve => setTimeout(resolve, random.below(400)))
    dead.kill('SIGKILL')
    isOver = true
    await Promise.all([dead.ended, writing])
    child = await startChild(dir)
  }
  const toldAt = (path: string) =>
    receiver.of(path).map(({ body, headers }) => ({
      signal: (JSON.parse(body) as { data: { signals: { id: string }[] } }).data.signals[0]!.id,
      id: String(headers['webhook-id']),
    }))
  await until(async () => (await child.admin.get('/api/local/notifications')).at('meta.counts.waiting') === 0, 120_000)
  expect((await child.admin.get('/api/local/notifications')).at('meta.counts.dead')).toBe(0)
  for (const path of ['/a', '/b']) {
    const told = toldAt(path)
    const signals = new Set(told.map(({ signal }) => signal))
    expect(acknowledged.filter(id => !signals.has(id))).toEqual([])
    // more than once, but never as two things
    expect(new Set(told.map(({ id }) => id)).size).toBe(signals.size)
  }
  await stop(child)
})
