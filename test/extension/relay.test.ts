import { beforeEach, expect, test, vi } from 'vitest'

// A page of the extension asks while the background is stopped under it: the same key until it is known what has become of the write.

const sent: { type: string; once?: string }[] = []
let answers: unknown[] = []
vi.mock('wxt/browser', () => ({
  browser: {
    runtime: {
      id: 'signalbox',
      sendMessage: async (message: { type: string; once?: string }) => {
        sent.push(message)
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  },
}))
const stopped = new Error('The message channel closed before a response was received.')
const unsure = { error: 'away', status: 0, unsure: true }
const refused = { error: 'no', status: 409 }

async function open(protocol: string) {
  vi.resetModules()
  vi.stubGlobal('location', { protocol })
  return (await import('../../extension/relay.ts')).ask
}
beforeEach(() => {
  sent.length = 0
})
const keys = () => sent.map(({ once }) => once)
const comment = { id: 'SEC-1', text: 'Seen' }

test('stopped twice → asked three times with one key, and answered', async () => {
  const ask = await open('chrome-extension:')
  answers = [stopped, undefined, { id: '1' }]
  expect(await ask('commentCase', comment)).toEqual({ id: '1' })
  expect(sent).toHaveLength(3)
  expect(new Set(keys()).size).toBe(1)
  expect(keys()[0]).toMatch(/^[\da-f-]{36}$/)
})
test.each([
  ['stopped every time', [stopped, stopped, stopped], true],
  ['the daemon went away', [unsure], true],
  ['refused', [refused], false],
  ['done', [{}], false],
])('%s, then asked again: the same key %s → %s', async (_, before, same) => {
  const ask = await open('chrome-extension:')
  answers = [...before, {}, {}, {}]
  await ask('commentCase', comment)
  const first = keys()[0]
  await ask('commentCase', { ...comment, text: 'Something else' })
  await ask('commentCase', comment)
  const [other, again] = keys().slice(-2)
  expect([again === first, other === first]).toEqual([same, false])
  // known now: the same said once more is a second comment
  await ask('commentCase', comment)
  expect(keys().at(-1)).not.toBe(first)
})
test('move: asked once, since the next background makes it by itself', async () => {
  const ask = await open('moz-extension:')
  answers = [stopped]
  expect(await ask('move', { ids: [], state: 'open' })).toMatchObject({
    status: 0,
    error: expect.stringContaining('nothing is done twice'),
  })
  expect(sent).toHaveLength(1)
})
test('a script in a page of somebody else: no key, asked once', async () => {
  const ask = await open('https:')
  answers = [stopped]
  expect(await ask('lookup', { ip: '192.0.2.1' })).toEqual({ error: 'Signalbox gave no answer. Try again.', status: 0 })
  expect(sent).toEqual([{ type: 'lookup', ip: '192.0.2.1' }])
})
