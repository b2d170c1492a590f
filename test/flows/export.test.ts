import { expect, test } from 'vitest'
import { system } from '../../daemon/lib/actor.ts'
import { noon, origin, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// what a query finds, as a file
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, readOnly, intake, core, clock } = daemon
const hostile = ['=HYPERLINK("http://x","y")', "+1+cmd|'/C calc'!A0", '@SUM(1)', '\t=1', '-2+3', '＝1', 'a "b", c\nd', 'plain']
await intake.post(
  '/api/v2/logs',
  hostile.map((text, i) => ({ message: 'said', ddsource: 'cells', date: noon, text, number: -i })),
)
await intake.post('/api/v2/logs', guesses(noon, '198.51.100.1', 7), { 'content-type': 'text/plain' })
await core.caughtUp()
clock.now += 60_000
const ask = (more: object, who = standard) =>
  who.post('/api/local/export', { track: 'logs', from: 0, to: 'now+1d', format: 'csv', ...more })

const given = { kind: 'application' as const, name: 'export', user: standard.user.uuid }
const { secret } = await daemon.daemon.access.createKey({ actor: system }, given)
const headers = { 'content-type': 'application/json', 'dd-api-key': daemon.apiKey, 'dd-application-key': secret, host: '127.0.0.1:7420' }
const stream = (asked: object) => daemon.app.request(`${origin}/api/local/export`, { method: 'POST', headers, body: JSON.stringify(asked) })

/** Records of RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  const cells = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/gy
  let row: string[] = []
  for (let at = 0; at < text.length; at = cells.lastIndex) {
    const [, quoted, plain, end] = cells.exec(text)!
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

test('texts that a spreadsheet would run → an apostrophe before them; numbers stay numbers', async () => {
  const answer = await ask({ query: 'source:cells', sort: 'timestamp', columns: ['@text', '@number'] })
  expect(answer.headers.get('content-type')).toContain('text/csv')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="signalbox-logs-2026-03-14T120100.csv"')
  const [head, ...rows] = readCsv(answer.text)
  expect(head).toEqual(['text', 'number'])
  expect(rows).toEqual(hostile.map((text, i) => [/^[a-z]/.test(text) ? text : `'${text}`, String(-i)]))
})

test('formulas: keep → as they are', async () => {
  const answer = await ask({ query: 'source:cells', sort: 'timestamp', columns: ['@text'], formulas: 'keep' })
  expect(readCsv(answer.text)).toEqual([['@text'], ...hostile.map(text => [text])])
})

test.each([
  [
    ['service', '@service', '@usr.name'],
    ['service', 'attributes.service', 'usr.name'],
  ],
  [
    ['@=1+1', '-2', '@@a'],
    ["'=1+1", "'-2", "'@a"],
  ],
])('the heads of %j → %j', async (columns, heads) => {
  expect(readCsv((await ask({ query: 'source:cells', columns })).text)[0]).toEqual(heads)
})

test('more rows than a page, as NDJSON, from one snapshot → each once', async () => {
  const many = Array.from({ length: 2500 }, (_, i) => ({ message: `n${i}`, ddsource: 'many', date: noon }))
  await intake.post('/api/v2/logs', many.slice(0, 1000))
  await intake.post('/api/v2/logs', many.slice(1000, 2000))
  await intake.post('/api/v2/logs', many.slice(2000))
  const asked = { track: 'logs', query: 'source:many', from: 0, to: 'now+1d', format: 'ndjson' }
  const response = await stream(asked)
  // what comes after it has begun is not part of it
  await intake.post('/api/v2/logs', [{ message: 'late', ddsource: 'many', date: noon }])
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { attributes: { message: string } })
  expect(new Set(lines.map(({ attributes }) => attributes.message))).toEqual(new Set(many.map(({ message }) => message)))
  expect(lines).toHaveLength(2500)
})
test('whoever closes the connection ends it: no page is asked for any more', async () => {
  const asked = { track: 'logs', query: '*', from: 0, to: 'now+1d', format: 'ndjson' }
  const response = await stream(asked)
  const reader = response.body!.getReader()
  expect((await reader.read()).done).toBe(false)
  await reader.cancel()
  expect((await reader.read()).done).toBe(true)
  expect(daemon.reported).toEqual([])
})

test('signals and audit events too; each export stands in the audit trail', async () => {
  const signals = readCsv((await ask({ track: 'signals' })).text)
  expect(signals).toHaveLength(2)
  expect(signals[1]).toContain('Brute force - many')
  const own = readCsv((await ask({ track: 'audit', columns: ['@usr.id'] }, readOnly)).text)
  expect(own.slice(1)).toEqual([])
  const events = readCsv((await ask({ track: 'audit', query: '@asset.type:export', sort: 'timestamp', columns: ['message'] }, admin)).text)
  expect(events.slice(1)).toContainEqual(['exported 1 signals as csv'])
  expect(events.slice(1)).toContainEqual(['exported 2500 logs as ndjson'])
})

test('a column that would be a tag where there is an attribute of its name → 400 that names it; a tag that nothing has is empty', async () => {
  const wrong = await ask({ track: 'signals', columns: ['id', 'title'] })
  expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('columns.1')])
  expect(wrong.text).toContain('the attribute is @title')
  const right = await ask({ track: 'signals', columns: ['status', '@title', 'no_such_tag'] })
  expect(readCsv(right.text)[1]).toEqual(['high', expect.stringContaining('Brute force'), ''])
})

test.each([
  [{ format: 'xlsx' }, 400],
  [{ query: 'a:(b' }, 400],
  [{ columns: [] }, 400],
  [{ from: 'soon' }, 400],
])('%j → %i', async (more, status) => {
  expect((await ask(more)).status).toBe(status)
})
