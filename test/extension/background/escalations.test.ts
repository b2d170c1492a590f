import { expect, test } from 'vitest'
import type { Daemon } from '../../../extension/background/daemon.ts'
import { createDrafts, type KeptDraft } from '../../../extension/background/drafts.ts'
import { createEscalations } from '../../../extension/background/escalations.ts'
import { Refused, Unanswered } from '../../../extension/background/send.ts'
import type { Form } from '../../../extension/evidence-messages.ts'

// What was confirmed is sent until the daemon says yes or no, by workers that may stop anywhere.

const form: Form = { does: 'signal', zone: 0, title: 'Seen', severity: 'high', incidentSeverity: 'UNKNOWN', target: '' }
const draftOf = (id: string): KeptDraft => ({
  ...{
    id,
    key: `key-${id}`,
    wanted: 'keep',
    text: 'a line',
    flat: false,
    why: '',
    time: 1,
    sending: null,
    error: '',
    kept: null,
    made: {},
  },
  page: { url: 'https://logs.example.net/', title: 'Logs' },
})
function createArea() {
  const stored: Record<string, unknown> = {}
  return {
    get: async (key: string) => (key in stored ? { [key]: structuredClone(stored[key]) } : {}),
    set: async (items: Record<string, unknown>) => void Object.assign(stored, structuredClone(items)),
    remove: async (key: string) => void delete stored[key],
  }
}
type Answer = object | Error
const evidence = { data: { id: 'E1', attributes: { sha256: 'abc', logs: 1, log_ids: ['L1'], state: 'kept' } } }
const made = { data: { id: 'S1', attributes: {} } }
/** A worker over what the last one left, and what it sends. */
function start(area: ReturnType<typeof createArea>, answers: Record<string, Answer>) {
  const sent: { method: string; path: string; body: unknown; key: string | undefined }[] = []
  const request = async (method: string, path: string, body?: unknown, key?: string) => {
    sent.push({ method, path, body, key })
    const answer = answers[path]!
    if (answer instanceof Error) throw answer
    return answer as never
  }
  const drafts = createDrafts(area)
  return { drafts, sent, escalations: createEscalations({ daemon: { request } as unknown as Daemon, drafts }) }
}
const paths = ['/api/local/evidence', '/api/local/signals'] as const

test('evidence, then the signal with its logs; asked again nothing more is sent', async () => {
  const { drafts, sent, escalations } = start(createArea(), { [paths[0]]: evidence, [paths[1]]: made })
  await drafts.add(draftOf('d'))
  const { draft } = await escalations.sendDraft({ id: 'd', ...form })
  expect(draft).toMatchObject({ sending: null, error: '', kept: { id: 'E1' }, made: { signal: { id: 'S1' } } })
  expect(draft).not.toHaveProperty('key')
  expect(sent.map(({ path }) => path)).toEqual(paths)
  expect(sent[1]!.body).toMatchObject({ data: { attributes: { title: 'Seen', severity: 'high', logs: ['L1'], tags: ['evidence:E1'] } } })
  await escalations.resume()
  expect(sent).toHaveLength(2)
})

test('no answer: it stays to be sent, and the next worker sends the same with the same keys', async () => {
  const area = createArea()
  const first = start(area, { [paths[0]]: evidence, [paths[1]]: new Unanswered('no answer') })
  await first.drafts.add(draftOf('d'))
  expect((await first.escalations.sendDraft({ id: 'd', ...form })).draft).toMatchObject({
    sending: form,
    error: 'no answer',
    kept: { id: 'E1' },
  })
  const second = start(area, { [paths[1]]: made })
  await second.escalations.resume()
  expect((await second.escalations.draft({ id: 'd' })).draft).toMatchObject({ sending: null, made: { signal: { id: 'S1' } } })
  expect(second.sent).toEqual([first.sent[1]])
})

test('what was confirmed is what is sent, whatever is confirmed meanwhile', async () => {
  const { drafts, sent, escalations } = start(createArea(), { [paths[0]]: new Unanswered('no answer') })
  await drafts.add(draftOf('d'))
  await escalations.sendDraft({ id: 'd', ...form })
  await escalations.sendDraft({ id: 'd', ...form, zone: 120 })
  expect(sent[1]).toEqual(sent[0])
})

test.each([
  [400, true],
  [403, true],
  [422, true],
  [401, false],
  [429, false],
  [500, false],
  [507, false],
])('refused with %i: final: %s', async (status, isFinal) => {
  const { drafts, escalations } = start(createArea(), { [paths[0]]: new Refused(status, 'because') })
  await drafts.add(draftOf('d'))
  const { draft } = await escalations.sendDraft({ id: 'd', ...form })
  expect([draft!.error, draft!.sending === null]).toEqual(['because', isFinal])
})

test('corrected after a no, it has another key', async () => {
  const { drafts, sent, escalations } = start(createArea(), { [paths[0]]: evidence, [paths[1]]: new Refused(400, 'title') })
  await drafts.add(draftOf('d'))
  await escalations.sendDraft({ id: 'd', ...form })
  await escalations.sendDraft({ id: 'd', ...form, title: 'Better' })
  expect(sent.map(({ path }) => path)).toEqual([...paths, paths[1]])
  expect(sent[2]!.key).not.toBe(sent[1]!.key)
})

test('logs that are not stored yet: the rest waits for them', async () => {
  const pending = { data: { id: 'E1', attributes: { ...evidence.data.attributes, state: 'pending' } } }
  const area = createArea()
  const first = start(area, { [paths[0]]: pending })
  await first.drafts.add(draftOf('d'))
  expect((await first.escalations.sendDraft({ id: 'd', ...form })).draft).toMatchObject({
    sending: form,
    kept: { pending: true },
    made: {},
  })
  const second = start(area, { [paths[0]]: evidence, [paths[1]]: made })
  await second.escalations.resume()
  expect((await second.escalations.draft({ id: 'd' })).draft).toMatchObject({ sending: null, kept: { pending: false } })
})

test('five drafts are kept; of more the oldest goes, but none that is being sent', async () => {
  const { drafts, escalations } = start(createArea(), { [paths[0]]: new Unanswered('no answer') })
  await drafts.add(draftOf('d0'))
  await escalations.sendDraft({ id: 'd0', ...form })
  for (const n of [1, 2, 3, 4, 5]) await drafts.add(draftOf(`d${n}`))
  const there = await Promise.all([0, 1, 2, 3, 4, 5].map(async n => (await drafts.get(`d${n}`)) !== undefined))
  expect(there).toEqual([true, false, true, true, true, true])
  await escalations.dropDraft({ id: 'd0' })
  await escalations.dropDraft({ id: 'd2' })
  expect([await drafts.get('d0'), await drafts.get('d2')].map(Boolean)).toEqual([true, false])
})

test.each([
  ['case', '', 'POST', '/api/local/cases'],
  ['case', 'SEC-12', 'PUT', '/api/v2/cases/SEC-12/insights'],
  ['incident', '', 'POST', '/api/v2/incidents'],
  ['incident', 'INC-3', 'POST', '/api/local/incidents/3/timeline'],
] as const)('%s %j → %s %s', async (does, target, method, path) => {
  const answer = { data: { id: 'X', attributes: { key: 'SEC-12', public_id: 3 } } }
  const { drafts, sent, escalations } = start(createArea(), { [paths[0]]: evidence, [path]: answer })
  await drafts.add(draftOf('d'))
  const { draft } = await escalations.sendDraft({ id: 'd', ...form, does, target })
  expect(draft!.made[does]).toMatchObject({ name: does === 'case' ? 'SEC-12' : 'INC-3', added: target !== '' })
  expect(sent[1]).toMatchObject({ method, path })
  expect(JSON.stringify(sent[1]!.body)).toContain('E1')
})
