import { expect, test } from 'vitest'
import { createDaemon } from '../../../extension/background/daemon.ts'
import { createPending } from '../../../extension/background/pending.ts'
import { createSignals, toQuery } from '../../../extension/background/signals.ts'
import { createFakeDaemon, memoryVault, user } from './fake-daemon.ts'

const url = 'http://127.0.0.1:7420'

const document = (id: string, status = 'high', state = 'open') => ({
  id,
  type: 'signal',
  attributes: {
    status,
    service: ['sshd'],
    custom: { title: id, workflow: { triage: { state } } },
    x_local: { version: 2, timestamp_ms: 5 },
  },
})

async function setUp() {
  const fake = createFakeDaemon()
  const vault = memoryVault()
  const clock = { now: 1_000_000 }
  const told: number[] = []
  await vault.set('pairing', { ...fake.pairing(), url, pairedAt: 1 })
  const daemon = createDaemon({
    vault,
    version: '0.1.0',
    fetch: fake.fetch,
    now: () => clock.now,
    changed: () => {},
    parted: async () => {},
  })
  await daemon.start()
  const make = () =>
    createSignals({ daemon, vault, pending: createPending(vault), tellRefused: () => void told.push(1), now: () => clock.now })
  fake.answer = (method, path, body) => {
    const asked = body as { limit?: number } | undefined
    if (path === '/api/local/explorer')
      return {
        status: 200,
        body: {
          data: asked?.limit === 1 ? [] : [document('b', 'low'), document('a', 'critical')],
          meta: { total: 412, facets: { '@workflow.triage.state': [{ value: 'open', count: 412 }] } },
        },
      }
    return method === 'GET' ? { status: 200, body: { data: document(path.split('/').at(-1)!) } } : { status: 200, body: { data: {} } }
  }
  const sent = () =>
    fake.seen
      .filter(({ path }) => !path.endsWith('/session'))
      .map(({ method, path, body }) => ({ method, path, body: body && JSON.parse(body) }))
  return { fake, vault, clock, daemon, signals: make(), make, sent, told, pending: () => createPending(vault).all() }
}

test.each([
  [{}, 'open', '@workflow.triage.state:open -@workflow.triage.snoozed:true'],
  [
    { mine: true, severity: 'high' as const },
    'archived',
    '@workflow.triage.state:archived @workflow.triage.assignee.uuid:"u-1" status:high -@workflow.triage.snoozed:true',
  ],
  [{ service: 'a"b\\ OR *' }, undefined, 'service:"a\\"b\\\\ OR *" -@workflow.triage.snoozed:true'],
])('filter %j of %s', (filter, state, query) => expect(toQuery(filter, 'u-1', state)).toBe(query))

test('queue: most severe first, with counts and the true total', async () => {
  const { signals, sent } = await setUp()
  const queue = await signals.queue({ state: 'open' })
  expect(queue.rows.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(queue).toMatchObject({ counts: { open: 412, under_review: 0, archived: 0 }, total: 412, at: 1_000_000 })
  expect(sent().map(({ body }) => body.query)).toEqual([
    '@workflow.triage.state:open -@workflow.triage.snoozed:true',
    '-@workflow.triage.snoozed:true',
  ])
})

test('queue while the daemon is away: the last one, as old as it is', async () => {
  const { fake, clock, signals } = await setUp()
  await signals.queue({ state: 'open' })
  fake.away = true
  clock.now += 600_000
  const queue = await signals.queue({ state: 'open', filter: { severity: 'low' } })
  expect(queue).toMatchObject({ at: 1_000_000, rows: [{ id: 'b' }] })
  await expect(signals.queue({ state: 'archived' })).rejects.toThrow('does not answer')
})

test('move of two: one keyed change of both, with the versions that were seen, and the rows as they are now', async () => {
  const { fake, signals, sent, pending } = await setUp()
  const ids = [
    { id: 'a', version: 1 },
    { id: 'b', version: 7 },
  ]
  const moved = await signals.move({ ids, state: 'archived', reason: 'other', comment: 'ours' })
  expect(moved.done.map(({ id, version }) => [id, version]).sort()).toEqual([
    ['a', 2],
    ['b', 2],
  ])
  const attributes = { state: 'archived', archive_reason: 'other', archive_comment: 'ours' }
  expect(sent()[0]).toEqual({
    method: 'PATCH',
    path: '/api/v2/security_monitoring/signals/bulk/state',
    body: { data: ids.map(({ id, version }) => ({ id, type: 'signal_metadata', attributes: { ...attributes, version } })) },
  })
  const keys = fake.seen.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers.get('Idempotency-Key'))
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
  expect(moved.changes).toEqual(['change-of-it'])
  expect(await pending()).toEqual([])
})

test('undo: each change is put back, and what stays is told', async () => {
  const { fake, signals, sent } = await setUp()
  fake.answer = () => ({
    status: 200,
    body: {
      data: {
        type: 'change',
        id: 'x',
        attributes: { undone: 2, skipped: [{ id: 'a', reason: 'changed', by: 'bo', at: 5 }], cases: [{ id: 'case-1', key: 'SEC-1' }] },
      },
    },
  })
  expect(await signals.undo({ changes: ['c-1', 'c-2'] })).toMatchObject({
    undone: 4,
    skipped: [{ id: 'a', reason: 'changed', by: 'bo' }, {}],
    cases: ['SEC-1', 'SEC-1'],
  })
  expect(sent().map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/local/changes/c-1/undo',
    'POST /api/local/changes/c-2/undo',
  ])
})

test('409: who was faster, and when', async () => {
  const { fake, clock, signals } = await setUp()
  const { answer } = fake
  fake.answer = (method, path, body) => {
    if (method === 'PATCH') return { status: 409, body: { errors: ['Signal a has changed since'] } }
    const { status, body: said } = answer(method, path, body)
    const data = document('a') as { attributes: { x_local: object } }
    data.attributes.x_local = { ...data.attributes.x_local, changed: { by: { handle: 'analyst-2' }, at: clock.now - 240_000 } }
    return path.endsWith('/a') ? { status, body: { data } } : { status, body: said }
  }
  const moved = await signals.move({ ids: [{ id: 'a', version: 1 }], state: 'archived' })
  expect(moved.failed).toEqual([{ id: 'a', error: 'analyst-2 changed this signal 4 min ago.', stale: true }])
})

test.each([
  ['me', user.uuid],
  ['nobody', ''],
] as const)('assign to %s', async (to, uuid) => {
  const { signals, sent } = await setUp()
  await signals.assign({ ids: [{ id: 'a', version: 1 }], to })
  expect(sent()[0]).toMatchObject({
    path: '/api/v2/security_monitoring/signals/a/assignee',
    body: { data: { attributes: { assignee: { uuid }, version: 1 } } },
  })
})

test('one of three is refused: the others are done, and it says why', async () => {
  const { fake, signals, pending } = await setUp()
  const { answer } = fake
  const refusal = { status: 409, body: { errors: ['analyst-2 changed this signal 4 s ago'] } }
  fake.answer = (method, path, body) => (/\/(b|bulk)\//.test(path) ? refusal : answer(method, path, body))
  const moved = await signals.move({ ids: ['a', 'b', 'c'].map(id => ({ id, version: 1 })), state: 'under_review' })
  expect(moved.done).toHaveLength(2)
  expect(moved.failed).toEqual([{ id: 'b', error: 'analyst-2 changed this signal 4 s ago', stale: true }])
  expect(await pending()).toEqual([])
})

test('the daemon goes away during a change: it is kept, and made once by the next worker', async () => {
  const { fake, clock, daemon, signals, make, pending } = await setUp()
  fake.away = true
  const moved = await signals.move({ ids: [{ id: 'a', version: 1 }], state: 'archived', reason: 'other' })
  expect(moved.failed[0]?.error).toContain('Kept')
  const [kept] = await pending()
  fake.away = false
  fake.seen.length = 0
  clock.now += 5_000
  await daemon.connect()
  const next = make()
  await Promise.all([next.resume(), next.resume()])
  const patches = fake.seen.filter(({ method }) => method === 'PATCH')
  expect(new Set(patches.map(({ headers }) => headers.get('Idempotency-Key')))).toEqual(new Set([kept!.key]))
  expect(await pending()).toEqual([])
})

/** A daemon that was away while these were asked for, and is back. */
async function keptBy(change: (signals: Awaited<ReturnType<typeof setUp>>['signals']) => Promise<unknown>) {
  const all = await setUp()
  const { fake, clock, daemon, signals, make } = all
  fake.away = true
  await change(signals)
  fake.away = false
  fake.seen.length = 0
  clock.now += 5_000
  const patches = () => fake.seen.filter(({ method }) => method === 'PATCH')
  return { ...all, patches, back: () => daemon.connect(), next: make() }
}
const archiveA = (signals: Awaited<ReturnType<typeof setUp>>['signals']) =>
  signals.move({ ids: [{ id: 'a', version: 1, title: 'Odd login' }], state: 'archived', reason: 'other' })
const forbidden = { status: 403, body: { errors: ['Forbidden', 'This needs the permission security_monitoring_signals_write'] } }

test('kept, and the daemon comes back read-only: it waits, and is made once it writes again', async () => {
  const { fake, daemon, next, back, patches, pending } = await keptBy(archiveA)
  fake.readOnly = true
  await back()
  await next.resume()
  expect([patches().length, (await pending()).length]).toEqual([0, 1])
  daemon.setReadOnly(false)
  await next.resume()
  expect([patches().length, await pending(), (await next.unmade()).rows]).toEqual([1, [], []])
})

test.each([
  ['read-only before this is known', { ...forbidden, readOnly: true }],
  ['busy', { status: 429, body: { errors: ['Too many'] } }],
  ['broken', { status: 503, body: { errors: ['The disk is full'] } }],
])('kept, and refused by a daemon that is %s: it stays', async (_, {
  readOnly = false,
  ...refusal
}: { status: number; body: object; readOnly?: boolean }) => {
  const { fake, next, back, patches, pending } = await keptBy(archiveA)
  await back()
  const { answer } = fake
  fake.answer = (...asked) => {
    // others are told that it is read-only later
    fake.readOnly = readOnly && asked[0] === 'PATCH'
    return asked[0] === 'PATCH' ? refusal : answer(...asked)
  }
  await next.resume()
  expect([patches().length, (await pending()).length, (await next.unmade()).rows]).toEqual([1, 1, []])
})

test.each([
  ['permission was taken away', forbidden, 'This needs the permission security_monitoring_signals_write'],
  ['signal is gone', { status: 404, body: { errors: ['Not found'] } }, 'Not found'],
])('kept, and the %s: it goes, and is told until somebody has seen it', async (_, refusal, why) => {
  const { fake, clock, next, make, back, pending, told } = await keptBy(archiveA)
  await back()
  const { answer } = fake
  fake.answer = (...asked) => (asked[0] === 'PATCH' ? refusal : answer(...asked))
  await next.resume()
  expect([await pending(), told.length]).toEqual([[], 1])
  const rows = [{ id: 'a', title: 'Odd login', act: 'archived', why, at: clock.now }]
  expect(await make().unmade()).toEqual({ rows })
  await next.seenUnmade({ until: clock.now - 1 })
  expect(await next.unmade()).toEqual({ rows })
  await next.seenUnmade({ until: clock.now })
  expect([await next.unmade(), told.length]).toEqual([{ rows: [] }, 3])
})

test('two kept as one change, and one of them is gone: the other is made, and this one told', async () => {
  const ids = ['a', 'b'].map(id => ({ id, version: 1, title: `Signal ${id}` }))
  const { fake, next, back, pending } = await keptBy(signals => signals.assign({ ids, to: 'me' }))
  await back()
  const { answer } = fake
  fake.answer = (...asked) => (/\/(b|bulk)\/assignee/.test(asked[1]) ? { status: 404, body: { errors: ['Not found'] } } : answer(...asked))
  await next.resume()
  expect(fake.seen.map(({ path }) => path)).toContain('/api/v2/security_monitoring/signals/a/assignee')
  expect([await pending(), (await next.unmade()).rows]).toMatchObject([[], [{ id: 'b', title: 'Signal b', act: 'assign' }]])
})

test('refused while somebody waits for the answer: said once, not told again', async () => {
  const { fake, signals, pending } = await setUp()
  fake.answer = () => forbidden
  const moved = await archiveA(signals)
  expect([moved.failed.length, await pending(), (await signals.unmade()).rows]).toEqual([1, [], []])
})

test('another pairing: lists and changes of the old one are forgotten', async () => {
  const { fake, signals, pending } = await setUp()
  await signals.queue({ state: 'open' })
  fake.away = true
  await signals.move({ ids: [{ id: 'a', version: 1 }], state: 'open' })
  await signals.forget()
  expect(await pending()).toEqual([])
  await expect(signals.queue({ state: 'open' })).rejects.toThrow()
})

test('lookup of an IPv6 address asks for exactly that', async () => {
  const { signals, sent } = await setUp()
  await signals.lookup({ ip: 'fe80::1' })
  expect(sent()[0]).toMatchObject({ method: 'GET', path: '/api/local/ip/fe80%3A%3A1' })
})
