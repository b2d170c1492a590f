import { expect, test } from 'vitest'
import type { Daemon } from '../../../extension/background/daemon.ts'
import { onceBy } from '../../../extension/background/once.ts'
import { type Body, Refused, Unanswered, Unsure } from '../../../extension/background/send.ts'

// A worker makes each key anew from what a page asked: the next worker comes to the same.

const key = '0b1c6f5e-0000-4000-8000-000000000001'
function worker(fails?: Error) {
  const keys: (string | undefined)[] = []
  const request = async (_: string, __: string, ___?: Body, key?: string) => {
    keys.push(key)
    if (fails) throw fails
    return {}
  }
  const change = async (...asked: [string, string, Body | undefined, string]) => {
    await request(...asked)
    return null
  }
  return { keys, daemon: onceBy({ request, change } as unknown as Daemon, key) }
}
type Write = [method: string, path: string, body?: Body]
const write: Write = ['POST', '/api/local/cases', { data: { title: 'A' } }]

test.each<[string, Write, boolean]>([
  ['the same', write, true],
  ['another method', ['PUT', write[1], write[2]], false],
  ['another path', ['POST', '/api/local/cases/SEC-1', write[2]], false],
  ['another body', ['POST', write[1], { data: { title: 'B' } }], false],
  ['no body', ['POST', write[1]], false],
  ['bytes', ['POST', write[1], new Uint8Array([1])], false],
])('%s → the same key: %s', async (_, other, same) => {
  const [one, next] = [worker(), worker()]
  await one.daemon.request(...write, 'random')
  await next.daemon.request(...other, 'another')
  expect(one.keys[0]).toMatch(/^[\w-]{36,255}$/)
  expect(one.keys[0] === next.keys[0]).toBe(same)
})
test('a change of signals has the key of the request', async () => {
  const [one, next] = [worker(), worker()]
  await one.daemon.change(...write, 'random')
  await next.daemon.request(...write, 'another')
  expect(one.keys).toEqual(next.keys)
})
test('what carries no key is a read, and stays one', async () => {
  const { keys, daemon } = worker()
  await daemon.request('POST', '/api/local/explorer', {})
  expect(keys).toEqual([undefined])
})
test.each([
  ['nothing came back', new Unanswered('no answer', { cause: 'reset' }), Unsure],
  ['it was away before', new Unanswered('The daemon does not answer.'), Unanswered],
  ['refused', new Refused(409, 'Somebody was faster'), Refused],
])('%s', async (_, error, thrown) => {
  const asked = worker(error).daemon.request(...write, 'random')
  await expect(asked).rejects.toThrow(thrown === Unsure ? /not known whether this was done/ : error)
  expect((await asked.catch((error: unknown) => error)) instanceof Unsure).toBe(thrown === Unsure)
})
