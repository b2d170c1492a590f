import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { evidenceLimits } from '../../shared/evidence.ts'
import { type Answer, allOf } from '../caller.ts'
import { noon, startDaemon } from '../daemon.ts'
import { failed } from '../logs.ts'

// Lines that somebody selected on a page: kept whole, and as logs.
const daemon = await startDaemon({
  rules: [
    {
      name: 'Known addresses',
      queries: [{ name: 'hits', query: 'source:browser @threat_intel.indicators_matched:*', groupByFields: ['@network.client.ip'] }],
      cases: [{ name: 'any', status: 'medium', condition: 'hits > 0' }],
      options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
    },
  ],
})
const { admin, analyst, readOnly, core, clock } = daemon
const feed = await admin.post('/api/local/feeds', {
  data: { type: 'feed', attributes: { name: 'list', format: 'netset', category: 'scanner', intention: 'malicious' } },
})
await admin.put(`/api/local/feeds/${String(feed.at('data.id'))}/content`, '198.51.100.9\n', { 'content-type': 'text/plain' })

const path = '/api/local/evidence'
const page = { url: 'https://logs.example.net/app#/discover?q=root', title: 'Discover – logs' }
const keep = (more: object, { key, dry = false }: { key?: string; dry?: boolean } = {}): Promise<Answer> =>
  analyst.post(
    `${path}${dry ? '?dry_run=true' : ''}`,
    { data: { type: 'evidence', attributes: { text: 'a line', page, time: noon, ...more } } },
    key === undefined ? {} : { 'idempotency-key': key },
  )
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const logsOf = (id: unknown) => `@evidence.id:"${String(id)}"`
const audited = async (id: unknown) => (await allOf(admin, 'audit', `@asset.id:"${String(id)}"`, 'attributes.message')).length

const text = `${failed(noon - 60_000, '198.51.100.9')}\r\n\n{"msg":"tab\\there","source":"nginx"}\n  no time — ‮gnp.exe\n`

test('three lines → their text, hash and logs with source:browser, enriched at once', async () => {
  const kept = await keep({ text })
  expect([kept.status, kept.at('data.attributes')]).toEqual([
    201,
    expect.objectContaining({
      sha256: sha256(text),
      bytes: Buffer.byteLength(text),
      lines: 4,
      page,
      time: noon,
      state: 'kept',
      logs: 3,
      log_ids: [expect.any(String), expect.any(String), expect.any(String)],
      by: expect.objectContaining({ name: 'sana' }),
      addresses: [expect.objectContaining({ address: '198.51.100.9', scope: 'documentation', verdict: 'malicious' })],
    }),
  ])
  const id = kept.at('data.id')
  const found = await admin.post('/api/local/explorer', {
    track: 'logs',
    query: `source:browser evidence:${String(id)}`,
    from: 0,
    sort: 'timestamp',
  })
  const logs = (found.at('data') as { id: string; attributes: { service: string; attributes: object } }[]).map(({ id, attributes }) => ({
    id,
    ...attributes,
  }))
  expect(logs.map(({ id }) => id).sort()).toEqual([...(kept.at('data.attributes.log_ids') as string[])].sort())
  expect(logs[0]).toMatchObject({
    timestamp: new Date(noon - 60_000).toISOString(),
    service: 'sshd',
    tags: expect.arrayContaining([`evidence:${String(id)}`, 'page:logs.example.net']),
    attributes: {
      evt: { name: 'authentication', outcome: 'failure' },
      network: { client: { ip: '198.51.100.9' }, ip: { list: ['198.51.100.9'] } },
      threat_intel: { indicators_matched: ['198.51.100.9'] },
      evidence: { id, line: 1, source: 'sshd' },
    },
  })
  expect(logs.slice(1).map(log => log.attributes)).toEqual([
    expect.objectContaining({ evidence: { id, line: 3, source: 'nginx' } }),
    expect.objectContaining({ evidence: { id, line: 4 } }),
  ])
  await core.caughtUp()
  expect(await allOf(admin, 'signals', 'Known', 'attributes.custom.title')).toEqual([expect.stringContaining('Known addresses')])
  expect(await audited(id)).toBe(1)

  const read = await readOnly.get(`${path}/${String(id)}`)
  expect([read.at('data.attributes.text'), read.at('data.attributes.sha256')]).toEqual([text, sha256(text)])
  expect((await readOnly.get(path)).each('data', 'id')).toContain(id)
})

test('a dry run shows what would be kept, and keeps nothing', async () => {
  const before = (await admin.get(path)).each('data', 'id')
  const shown = await keep({ text }, { dry: true })
  expect(shown.at('data.attributes')).toMatchObject({ sha256: sha256(text), logs: 3, log_ids: [] })
  expect(shown.each('data.attributes.preview', 'source')).toEqual(['browser', 'browser', 'browser'])
  expect(shown.at('data.attributes.preview.0.attributes.threat_intel.indicators_matched')).toEqual(['198.51.100.9'])
  expect((await admin.get(path)).each('data', 'id')).toEqual(before)
  expect(await audited(shown.at('data.id'))).toBe(0)
})

test('asked again with its Idempotency-Key it is kept once; with another text it is refused', async () => {
  const [first, again, other] = [
    await keep({ text: 'one' }, { key: 'k1' }),
    await keep({ text: 'one' }, { key: 'k1' }),
    await keep({ text: 'two' }, { key: 'k1' }),
  ]
  expect([again.status, again.at('data.id'), again.at('data.attributes.log_ids')]).toEqual([
    201,
    first.at('data.id'),
    first.at('data.attributes.log_ids'),
  ])
  expect(other.status).toBe(422)
  expect(await allOf(admin, 'logs', logsOf(first.at('data.id')), 'id')).toEqual(first.at('data.attributes.log_ids'))
})

test.each([
  ['one JSON document over several lines', '{\n  "message": "made",\n  "usr": {"name": "ana"}\n}', ['made']],
  ['CloudTrail records', '{"Records":[{"message":"a"},{"message":"b"}]}', ['a', 'b']],
  ['what only begins like JSON', '[14:02] up\n[14:03] down', ['[14:02] up', '[14:03] down']],
  ['more events than lines are kept', `[${'{},'.repeat(evidenceLimits.lines)}{}]`, [expect.stringContaining('[{}')]],
])('%s', async (_, given, messages) => {
  const shown = await keep({ text: given }, { dry: true })
  expect(shown.each('data.attributes.preview', 'message')).toEqual(messages)
})

test('a line cannot claim another evidence, page or source', async () => {
  const claims = { message: 'x', ddsource: 'sshd', ddtags: 'evidence:other,page:bank.example,env:prod', evidence: { id: 'other' } }
  const kept = await keep({ text: JSON.stringify(claims) })
  const id = String(kept.at('data.id'))
  const log = await admin.get(`/api/local/logs/${String(kept.at('data.attributes.log_ids.0'))}`)
  expect(log.at('data.attributes')).toMatchObject({
    tags: ['env:prod', `evidence:${id}`, 'page:logs.example.net', 'source:browser'],
  })
  expect(log.at('data.attributes.attributes.evidence')).toEqual({ id, line: 1, source: 'sshd' })
})

test('the address and the name of the page are not looked up: they are no part of what happened', async () => {
  const kept = await keep({ text: 'nothing to see', page: { url: 'http://198.51.100.9:5601/', title: 'Kibana' } })
  const log = await admin.get(`/api/local/logs/${String(kept.at('data.attributes.log_ids.0'))}`)
  expect(log.at('data.attributes.tags')).toContain('page:198.51.100.9')
  expect(log.at('data.attributes.attributes')).toEqual({ evidence: { id: kept.at('data.id'), line: 1 } })
  expect(kept.at('data.attributes.addresses')).toEqual([])
})

test('times without a zone are in the zone that is said, and lines without a time have that of the selection', async () => {
  const shown = await keep({ text: '2026-03-14 13:30:00 up\nno time', zone: 120, time: noon - 5 }, { dry: true })
  expect(shown.each('data.attributes.preview', 'timestamp')).toEqual([Date.UTC(2026, 2, 14, 11, 30), noon - 5])
})
test('a selection from the future is one of now', async () => {
  const kept = await keep({ text: 'from the future', time: noon + 9e9 })
  const log = await admin.get(`/api/local/logs/${String(kept.at('data.attributes.log_ids.0'))}`)
  expect(log.at('data.attributes.timestamp')).toBe(new Date(clock.now).toISOString())
})
test.each([
  ['https://ana:secret@logs.example.net/x#frag', 'https://logs.example.net/x#frag'],
  ['about:blank', 'about:blank'],
])('page %s is kept as %s', async (url, as) => {
  const kept = await keep({ page: { url, title: '' } })
  expect([kept.status, kept.at('data.attributes.page.url')]).toEqual([201, as])
  expect(kept.text).not.toContain('secret')
})

test.each<[what: string, status: number, attributes: object, says: string]>([
  ['one byte too many', 413, { text: 'a'.repeat(evidenceLimits.bytes + 1) }, '1.01 MB: 1 MB (1048576 bytes) is kept at most'],
  ['a line too many', 413, { text: 'a\n'.repeat(evidenceLimits.lines + 1) }, '10001 lines in it: 10000 are kept'],
  ['10 MB', 413, { text: 'a'.repeat(10 * 2 ** 20) }, 'larger than 5 MB'],
  ['nothing', 400, { text: ' \n\t' }, 'There is no text'],
  ['half a character', 400, { text: 'x\ud800y' }, 'half a character'],
  ['no address of a page', 400, { page: { url: 'logs', title: '' } }, 'must be the address of a page'],
  ['a member more', 400, { page: { ...page, html: '' } }, 'html'],
  ['no time', 400, { time: null }, 'time'],
])('%s → %i', async (_, status, attributes, says) => {
  for (const dry of [false, true]) {
    const answer = await keep(attributes, { dry })
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(says)])
  }
})
test('as much as is kept is kept', async () => {
  const kept = await keep({ text: 'b\n'.repeat(evidenceLimits.lines) })
  expect([kept.status, kept.at('data.attributes.logs'), kept.at('data.attributes.lines')]).toEqual([
    201,
    evidenceLimits.lines,
    evidenceLimits.lines,
  ])
})
test('text with NUL, control and bidi characters comes back as it was', async () => {
  const hostile = '\u0000a\u001b[31m\u202E\u2066b\t<img onerror=alert(1)>'
  const kept = await keep({ text: hostile })
  expect((await admin.get(`${path}/${String(kept.at('data.id'))}`)).at('data.attributes.text')).toBe(hostile)
  expect(kept.at('data.attributes.sha256')).toBe(sha256(hostile))
})
test('page by page, newest first', async () => {
  const all = (await admin.get(`${path}?page[limit]=100`)).each('data', 'id')
  const paged: unknown[] = []
  let cursor = ''
  do {
    const answer = await admin.get(`${path}?page[limit]=3${cursor}`)
    paged.push(...answer.each('data', 'id'))
    const after = answer.at('meta.page.after')
    cursor = after === undefined ? '' : `&page[cursor]=${String(after)}`
  } while (cursor !== '')
  expect(paged).toEqual(all)
})
test('who may not write signals keeps nothing', async () => {
  const answer = await readOnly.post(path, { data: { attributes: { text: 'x', page, time: noon } } })
  expect(answer.status).toBe(403)
})
test('a signal raised by hand takes its logs as samples', async () => {
  const kept = await keep({ text })
  const made = await analyst.post('/api/local/signals', {
    data: { attributes: { title: 'Seen on a page', severity: 'high', logs: kept.at('data.attributes.log_ids') } },
  })
  expect([made.status, made.at('data.attributes.custom.samples.length')]).toEqual([201, 3])
})
