import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unrestricted } from '../../daemon/lib/restrictions.ts'
import type { BlocksAsked } from '../../daemon/respond/ordered.ts'
import { openStore } from '../../daemon/store/store.ts'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { noon, startDaemon } from '../daemon.ts'

// a denylist of a hundred thousand entries, page by page
const base = '/api/local/denylist'
const entries = 100_000
const hour = 3_600_000

/** Eight of ten are addresses, the others ranges and users; the later one, the later its end, and every thousandth has none. */
const blockOf = (i: number): Pick<DenylistEntry, 'kind' | 'value' | 'duration' | 'reason'> => {
  const address = `93.${i >> 14}.${(i >> 6) & 255}.${(i & 63) * 4}`
  return {
    ...(i % 10 === 9 ? { kind: 'user', value: `user-${i}` } : { kind: 'ip', value: i % 10 === 8 ? `${address}/30` : address }),
    duration: i % 1000 === 0 ? null : hour + i * 1000,
    reason: i % 500 === 7 ? `Campaign ${i % 7}` : 'guesses passwords',
  }
}
const values = Array.from({ length: entries }, (_, i) => blockOf(i).value)

const root = mkdtempSync(join(tmpdir(), 'signalbox-'))
mkdirSync(join(root, 'made'))
const store = openStore(join(root, 'made'))
store.write(() => {
  for (let i = 0; i < entries; i++) {
    const [block, seq] = [blockOf(i), store.nextSeq()]
    store.denylist.put({
      ...block,
      ...{ id: `entry-${String(i).padStart(6, '0')}`, seq, since: seq, created_at: noon, signal_id: null, rule: null, approved_by: null },
      ...{ until: block.duration === null ? null : noon + block.duration, ended: null, version: 1 },
      by: { uuid: 'ada', handle: 'ada', name: 'ada' },
    })
  }
})
store.close()
// one process does not open a directory twice
cpSync(join(root, 'made'), join(root, 'data'), { recursive: true })
const { admin, core, clock, stop } = await startDaemon({ dir: join(root, 'data') })
afterAll(async () => {
  await stop()
  rmSync(root, { recursive: true, force: true })
})

interface Page {
  values: string[]
  total: number
  after: string | undefined
}
async function page(query: string): Promise<Page> {
  const answer = await admin.get(`${base}?page[size]=100&${query}`)
  expect(answer.status).toBe(200)
  return {
    values: answer.each('data', 'attributes.value') as string[],
    total: Number(answer.at('meta.page.total_count')),
    after: answer.at('meta.page.after') as string | undefined,
  }
}

test('its first page, a page in the middle, the last → the latest first, with how many there are', async () => {
  expect(await page('')).toMatchObject({ total: entries, values: values.slice(-100).reverse() })
  expect((await page('page[number]=500')).values).toEqual(values.slice(entries - 50_100, entries - 50_000).reverse())
  const last = await page('page[number]=999')
  expect(last.values).toEqual(values.slice(0, 100).reverse())
  expect((await page(`page[cursor]=${last.after}`)).values).toEqual([])
})

test('by value, from cursor to cursor through all of them, while others are blocked and lifted → each once, in the order of addresses', async () => {
  const seen: string[] = []
  const asked: BlocksAsked = { state: 'current', text: '', sort: 'value', limit: 2500, offset: 0 }
  for (let next = await core.denylistPage(unrestricted, asked), n = 1; ; n++) {
    seen.push(...next.entries.map(({ value }) => value))
    if (next.after === undefined) break
    // in front of what is still to come, where an offset would slip by one
    const value = `9.9.9.${n}`
    const made = await admin.post(base, { data: { attributes: { kind: 'ip', value, duration: '1h' } } })
    if (n % 2 === 0) await admin.delete(`${base}/${made.at('data.id')}`)
    next = await core.denylistPage(unrestricted, { ...asked, cursor: next.after })
  }
  const number = (value: string) =>
    value
      .replace(/\/30$/, '')
      .split('.')
      .reduce((sum, part) => sum * 256 + Number(part), 0)
  const addresses = values.filter(value => !value.startsWith('user')).sort((a, b) => number(a) - number(b))
  const users = values.filter(value => value.startsWith('user')).sort()
  expect(seen).toEqual([...addresses, ...users])
  for (const id of (await admin.get(`${base}?page[size]=100&filter[text]=9.9.9.`)).each('data', 'id')) await admin.delete(`${base}/${id}`)
}, 120_000)

test.each([
  ['sort=until', (i: number) => i % 1000 !== 0, 'rising'],
  ['sort=-created_at&filter[kind]=user', (i: number) => i % 10 === 9, 'falling'],
  ['sort=created_at&filter[text]=CAMPAIGN', (i: number) => i % 500 === 7, 'rising'],
  ['sort=created_at&filter[text]=93.3.', (i: number) => (values[i] ?? '').includes('93.3.'), 'rising'],
  ['sort=value&filter[kind]=user&filter[text]=user-9999', (i: number) => /^user-9999/.test(values[i] ?? ''), 'rising'],
] as const)('%s → those alone, and as many are counted', async (query, keep, order) => {
  const expected = values.filter((_, i) => keep(i))
  const found = await page(query)
  expect(found.values).toEqual((order === 'falling' ? expected.toReversed() : expected).slice(0, 100))
  expect(found.total).toBe(query.includes('filter') ? expected.length : entries)
})

test('for good comes last by end, and first the other way round', async () => {
  expect((await page('sort=-until')).values).toEqual(
    values
      .filter((_, i) => i % 1000 === 0)
      .toReversed()
      .slice(0, 100),
  )
})

test('a cursor of another question, an altered one → 400 that names it', async () => {
  const { after } = await page('sort=value')
  for (const cursor of [`${after}&filter[kind]=user`, 'nonsense', Buffer.from('["x",1]').toString('base64url')]) {
    const refused = await admin.get(`${base}?page[size]=100&sort=value&page[cursor]=${cursor}`)
    expect([refused.status, refused.at('errors.0.code')]).toEqual([400, 'invalid_cursor'])
  }
})

test('the proof of a page: a bouncer that reports all of them has applied each, one short has not', async () => {
  const made = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'edge', ranges: 'single' } } })
  const key = { 'x-api-key': String(made.at('data.attributes.key')), 'user-agent': 'crowdsec-firewall-bouncer/v0.0.34' }
  const stream = await admin.get('/v1/decisions/stream?startup=true', key)
  const told = (stream.json as { new: { scope: string }[] }).new.filter(({ scope }) => scope !== 'username').length
  const report = (value: number) =>
    admin.post(
      '/v1/usage-metrics',
      {
        remediation_components: [
          {
            ...{ type: 'crowdsec-firewall-bouncer', version: 'v0.0.34', utc_startup_timestamp: 1 },
            metrics: [
              {
                meta: { window_size_seconds: 900, utc_now_timestamp: clock.now / 1000 },
                items: [{ name: 'active_decisions', unit: 'ip', value, labels: {} }],
              },
            ],
          },
        ],
      },
      key,
    )
  const states = async () => {
    const answer = await admin.get(`${base}?page[size]=100&filter[kind]=ip&include=proof`)
    const proof = answer.at('meta.proof') as Record<string, { state: string }[]>
    return [...new Set(Object.values(proof).flatMap(all => all.map(({ state }) => state)))]
  }
  clock.now += 1000
  await report(told)
  expect(await states()).toEqual(['applied'])
  await report(told - 1)
  expect(await states()).toEqual(['partly'])
}, 60_000)

test('the time of thousands has come → not listed from that moment on, all of them among what has ended, each once', async () => {
  clock.now = noon + 3 * hour
  const isOver = (i: number) => (blockOf(i).duration ?? Infinity) <= 3 * hour
  const over = values.filter((_, i) => isOver(i))
  expect((await page('sort=created_at')).total).toBe(entries - over.length)
  const ended = (more: string) => page(`filter[state]=ended&filter[text]=3.&${more}`)
  const gone = over.filter(value => value.includes('3.'))
  // they are written down some hundreds at a time
  while ((await ended('')).total < gone.length) await core.denylistPage(unrestricted, { ...ofOne, state: 'ended' })
  const seen: string[] = []
  for (let next = await ended(''); ; next = await ended(`page[cursor]=${next.after}`)) {
    seen.push(...next.values)
    if (next.after === undefined) break
  }
  expect(seen.toSorted()).toEqual(gone.toSorted())
  expect((await page('filter[state]=ended&filter[kind]=user')).total).toBe(over.filter(value => value.startsWith('user')).length)
}, 120_000)
const ofOne: BlocksAsked = { state: 'current', text: '', sort: 'value', limit: 1, offset: 0 }
