import { expect, test } from 'vitest'
import { callCommand } from '../command.ts'
import { startDaemon } from '../daemon.ts'
import { answers, startReceiver } from '../receiver.ts'

const receiver = await startReceiver({ '/broken': answers.failing })
const daemon = await startDaemon({ port: true })
const { admin } = daemon
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
for (const name of ['soc', 'broken'])
  await admin.post('/api/local/channels', {
    data: { attributes: { kind: 'webhook', name, options: { url: `${receiver.url}/${name}` }, secrets: { secret } } },
  })
const env = {
  SIGNALBOX_DATA: daemon.dir,
  SIGNALBOX_URL: daemon.url,
  SIGNALBOX_API_KEY: daemon.apiKey,
  SIGNALBOX_APP_KEY: admin.key.secret,
}
const call = (...args: string[]) => callCommand(['notify', 'test', ...args], { env })

test('@webhook-soc: told once, as a test', async () => {
  expect(await call('@webhook-soc', '@webhook-soc')).toMatchObject({ code: 0, out: expect.stringMatching(/@webhook-soc +told/) })
  expect(receiver.of('/soc').map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['signal.test'])
})
test('one that answers 500: exit code 1, and it says which and why; the others are told', async () => {
  const { code, out, err } = await call('@webhook-soc', '@webhook-broken', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    data: [
      { target: '@webhook-soc', error: null },
      { target: '@webhook-broken', error: expect.stringContaining('500') },
    ],
  })
  expect(err).toBe('')
  expect(receiver.of('/soc')).toHaveLength(2)
})
test.each([
  [['soc'], 1, 'must be one of'],
  [[], 2, 'notify test TARGET…'],
  [['@webhook-nope'], 1, '1 of 1 could not be told'],
])('%j → %i and a sentence', async (args, code, says) => {
  const answer = await call(...args)
  expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(says)])
})
