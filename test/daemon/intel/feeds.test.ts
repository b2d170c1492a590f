import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFeeds } from '../../../daemon/intel/feeds.ts'
import { Refusal } from '../../../daemon/lib/errors.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

let dir: string
let time: number
const now = () => time
async function open() {
  const feeds = createFeeds({ dir, now })
  await feeds.open()
  return feeds
}
const vpn = { name: 'VPN blocks', format: 'netset', category: 'anonymizer', intention: 'suspicious' } as const
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `203.0.113.${i + from}`).join('\n')

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'feeds-'))
  time = Date.UTC(2026, 0, 1)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** An update that does not come to an end: the old entries answer, the feed says why and since when, on disk all is as before. */
describe('an update that fails leaves the old entries', () => {
  test.each<[what: string, code: string, text: string]>([
    ['HTML', 'feed_html', '<html>moved</html>'],
    ['nothing', 'feed_empty', ''],
    ['comments alone', 'feed_empty', '# 0 entries'],
    ['another format', 'feed_invalid', 'ip,category\n203.0.113.1,tor\n203.0.113.2,tor'],
    ['garbage', 'feed_invalid', 'a\nb\nc'],
    ['binary data', 'feed_not_text', '\u001f\u008b\0\0'],
    ['the whole internet', 'feed_too_wide', `${lines(10)}\n0.0.0.0/0`],
    ['a /7', 'feed_too_wide', `${lines(10)}\n8.0.0.0/7`],
    ['a range wider than /8', 'feed_too_wide', `${lines(10)}\n8.0.0.0-9.0.0.0`],
    ['an IPv6 /15', 'feed_too_wide', `${lines(10)}\n2000::/15`],
    ['60 % fewer entries', 'feed_shrunk', lines(4)],
    [
      'ranges nested without end',
      'feed_overlaps',
      Array.from({ length: 1200 }, (_, i) => `203.0.${i >> 8}.${i & 255}-203.0.113.9`).join('\n'),
    ],
  ])('%s: %s', async (_, code, text) => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(10))
    const loadedAt = time
    time += 60_000
    await expect(feeds.load(id, text)).rejects.toMatchObject({ status: 400, code })
    expect(feeds.match('203.0.113.9')).toHaveLength(1)
    const failed = { entries: 10, updated_at: loadedAt, error: { message: expect.any(String), code, since: time } }
    expect(feeds.list()[0]).toMatchObject(failed)

    time += 60_000
    await expect(feeds.load(id, text)).rejects.toThrow(Refusal)
    expect(feeds.list()[0]).toMatchObject(failed)
    const again = await open()
    expect(again.list()[0]).toMatchObject(failed)
    expect(again.match('203.0.113.9')).toHaveLength(1)

    await again.load(id, lines(9, 1))
    expect(again.list()[0]).toMatchObject({ entries: 9, updated_at: time })
    expect(again.list()[0]).not.toHaveProperty('error')
    expect(again.match('203.0.113.0')).toEqual([])
  })

  test('60 % fewer entries, forced', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(10))
    expect(await feeds.load(id, lines(4), { force: true })).toMatchObject({ entries: 4 })
  })

  test('half the entries is not more than half gone', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(10))
    expect(await feeds.load(id, lines(5))).toMatchObject({ entries: 5 })
  })

  test('killed while writing', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(10))
    writeFileSync(join(dir, `.${id}.txt.tmp`), lines(250).slice(0, 100))
    const again = await open()
    expect(again.list()[0]).toMatchObject({ entries: 10 })
    expect(await again.load(id, lines(20))).toMatchObject({ entries: 20 })
    expect(readdirSync(dir).sort()).toEqual(['feeds.json', `${id}.txt`])
  })

  test('killed between the text and the list', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await expect(feeds.load(id, '')).rejects.toThrow(Refusal)
    const before = readFileSync(join(dir, 'feeds.json'))
    time += 60_000
    await feeds.load(id, lines(10))
    writeFileSync(join(dir, 'feeds.json'), before)
    expect((await open()).list()[0]).not.toHaveProperty('error')
  })

  test('a disk that does not take the text', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(10))
    // a folder in the place of the file refuses the rename, for root too
    rmSync(join(dir, `${id}.txt`))
    mkdirSync(join(dir, `${id}.txt`, 'x'), { recursive: true })
    await expect(feeds.load(id, lines(20))).rejects.toThrow()
    expect(feeds.match('203.0.113.15')).toEqual([])
    expect(feeds.match('203.0.113.9')).toHaveLength(1)
    expect(feeds.list()[0]).toMatchObject({ entries: 10, error: { since: time } })
    expect(readdirSync(dir)).not.toContain(`.${id}.txt.tmp`)
  })

  test('no look-up misses while a large feed is replaced again and again', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    const text = `203.0.113.9\n${Array.from({ length: 20_000 }, (_, i) => `198.51.${i >> 8}.${i & 255}`).join('\n')}`
    await feeds.load(id, text)
    let loads = 0
    let asked = 0
    let missed = 0
    const done = (async () => {
      for (; loads < 5; loads++) await feeds.load(id, `${text}\n203.0.114.${loads}`)
    })()
    while (loads < 5) {
      for (let i = 0; i < 100; i++, asked++) if (feeds.match('203.0.113.9').length !== 1) missed++
      await new Promise(setImmediate)
    }
    await done
    expect(asked).toBeGreaterThan(500)
    expect(missed).toBe(0)
  })
})

describe('the list', () => {
  test('a feed, its text and its words survive a restart', async () => {
    const feeds = await open()
    const added = await feeds.add({ ...vpn, url: 'https://example.org/list.txt', licence: 'MIT' })
    expect(added).toEqual({
      id: 'vpn-blocks',
      ...vpn,
      url: 'https://example.org/list.txt',
      licence: 'MIT',
      enabled: true,
      entries: 0,
      updated_at: null,
    })
    const loaded = await feeds.load(added.id, '203.0.113.0/24\t3\nnowhere\n2001:db8::/32')
    expect(loaded).toMatchObject({
      entries: 2,
      updated_at: time,
      skipped: { lines: 1, first: expect.stringContaining('line 2: "nowhere"') },
    })
    expect((await open()).list()).toEqual([loaded])
  })

  test.skipIf(process.platform === 'win32')('only the user can read what is on disk', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(1))
    expect(statSync(join(dir, `${id}.txt`)).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['VPN blocks', 'vpn-blocks'],
    ['  Tor — Ausgänge!  ', 'tor-ausgange'],
    ['../../etc/passwd', 'etc-passwd'],
    ['列表', 'feed'],
  ])('%s gets the id %s, the next that comes to the same another', async (name, id) => {
    const feeds = await open()
    expect((await feeds.add({ ...vpn, name })).id).toBe(id)
    expect((await feeds.add({ ...vpn, name: `${name}!` })).id).toBe(`${id}-2`)
  })

  test.each(['VPN blocks', ' vpn BLOCKS '])('a second of one name: %j', async name => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    const refused = await feeds.add({ ...vpn, name }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 409, code: 'feed_exists', message: expect.stringContaining(id) })
    expect(feeds.list()).toHaveLength(1)
  })

  test.each([
    ['name', { name: ' ' }],
    ['name', { name: 'a\u0007b' }],
    ['format', { format: 'exe' }],
    ['category', { category: 'not one word' }],
    ['intention', { intention: 'evil' }],
    ['url', { url: 'file:///etc/passwd' }],
    ['url', { url: 'https://me:secret@example.org/' }],
    ['licence', { licence: 7 }],
    ['colour', { colour: 'red' }],
  ])('a bad %s is refused by name: %j', async (field, part) => {
    const feeds = await open()
    const refused = await feeds.add({ ...vpn, ...part } as typeof vpn).catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 400, code: 'bad_feed', problems: [{ field }] })
    expect(feeds.list()).toEqual([])
  })

  test('a feed that is not there: 404', async () => {
    const feeds = await open()
    for (const change of [feeds.load('x', lines(1)), feeds.remove('x'), feeds.setEnabled('x', true)])
      await expect(change).rejects.toMatchObject({ status: 404, code: 'feed_not_found' })
  })

  test('options change: name, intention, expiry; null takes one away; the entries stay', async () => {
    const feeds = await open()
    const { id } = await feeds.add({ ...vpn, licence: 'CC0' })
    await feeds.load(id, lines(10))
    expect(await feeds.alter(id, { name: 'Exits', intention: 'malicious', licence: null, expire_days: 3 })).toMatchObject({
      ...{ id, name: 'Exits', intention: 'malicious', expire_days: 3, entries: 10, enabled: true },
    })
    const again = await open()
    expect(again.list()[0]).not.toHaveProperty('licence')
    expect(again.match('203.0.113.9')).toMatchObject([{ intention: 'malicious', source: { name: 'Exits' } }])
    time += 4 * 86_400_000
    expect(again.match('203.0.113.9')).toEqual([])
  })

  test('entries are read again where another column holds them; where they cannot be, all stays', async () => {
    const feeds = await open()
    const { id } = await feeds.add({ ...vpn, format: 'csv', columns: { value: 1 } })
    await feeds.load(id, '203.0.113.1,198.51.100.1\n203.0.113.2,198.51.100.2')
    const [{ stamp: before } = { stamp: '' }] = feeds.hunted()
    expect(await feeds.alter(id, { columns: { value: 2 } }, { dryRun: true })).toMatchObject({ entries: 2 })
    expect(feeds.match('203.0.113.1')).toHaveLength(1)
    await feeds.alter(id, { columns: { value: 2 } })
    expect([feeds.match('203.0.113.1').length, feeds.match('198.51.100.1').length]).toEqual([0, 1])
    // stored logs have to be matched again
    expect(feeds.hunted()[0]!.stamp).not.toBe(before)
    for (const [part, status] of [
      [{ format: 'stix', columns: null }, 400],
      [{ intention: 'evil' }, 400],
      [{ colour: 'red' }, 400],
      [{ enabled: 'yes' }, 400],
      [{ name: null }, 400],
    ] as const)
      await expect(feeds.alter(id, part)).rejects.toMatchObject({ status })
    await feeds.add({ ...vpn, name: 'Taken' })
    await expect(feeds.alter(id, { name: 'taken' })).rejects.toMatchObject({ status: 409, code: 'feed_exists' })
    expect((await open()).match('198.51.100.1')).toHaveLength(1)
  })

  test('fetched from another host, or signed otherwise, its secret is forgotten; another path of the host keeps it', async () => {
    const feeds = await open()
    const refresh = { auth: { type: 'bearer' } } as const
    const { id } = await feeds.add({ ...vpn, url: 'https://example.org/a', refresh })
    await feeds.setSecret(id, 'hush')
    await feeds.alter(id, { url: 'https://example.org/b', refresh: { ...refresh, every_hours: 2 } })
    expect(feeds.secretOf(id)).toBe('hush')
    await feeds.alter(id, { url: 'https://elsewhere.example.org/b' })
    expect(feeds.secretOf(id)).toBeUndefined()
    await feeds.setSecret(id, 'hush')
    await feeds.alter(id, { refresh: { auth: { type: 'header', header: 'X-Key' } } })
    expect(feeds.secretOf(id)).toBeUndefined()
    expect(await feeds.alter(id, { refresh: null })).not.toHaveProperty('refresh')
  })

  test('switched off, on and removed', async () => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    await feeds.load(id, lines(10))
    expect(await feeds.setEnabled(id, false)).toMatchObject({ enabled: false, entries: 10 })
    expect(feeds.match('203.0.113.9')).toEqual([])
    expect((await open()).match('203.0.113.9')).toEqual([])
    await feeds.setEnabled(id, true)
    expect(feeds.match('203.0.113.9')).toHaveLength(1)
    await feeds.remove(id)
    expect(feeds.match('203.0.113.9')).toEqual([])
    expect(existsSync(join(dir, `${id}.txt`))).toBe(false)
  })

  test('changes at once take turns', async () => {
    const feeds = await open()
    const added = await Promise.all(Array.from({ length: 8 }, (_, i) => feeds.add({ ...vpn, name: `VPN ${i}` })))
    expect(new Set(added.map(({ id }) => id)).size).toBe(8)
    await Promise.all(added.flatMap(({ id }, i) => [feeds.load(id, lines(10)), feeds.load(id, lines(20 + i))]))
    expect((await open()).list().map(({ entries }) => entries)).toEqual(added.map((_, i) => 20 + i))
  })

  test('what a person wrote into feeds.json stays', async () => {
    writeFileSync(join(dir, 'feeds.json'), JSON.stringify({ feeds: [{ id: 'mine', ...vpn, name: 'Mine', remark: 'from Ann' }] }))
    const feeds = await open()
    await feeds.add(vpn)
    expect(JSON.parse(readFileSync(join(dir, 'feeds.json'), 'utf8')).feeds[0]).toEqual({
      id: 'mine',
      ...vpn,
      name: 'Mine',
      enabled: true,
      remark: 'from Ann',
    })
  })

  test.each([
    ['{"feeds": [', 'cannot be read'],
    ['{"feeds": {}}', 'feeds.json: feeds is wrong'],
    [JSON.stringify({ feeds: [{ ...vpn, id: '../x' }] }), 'feeds.json: feeds.0.id is wrong: must be lower-case'],
    [JSON.stringify({ feeds: [{ ...vpn, id: 'x', format: 'exe' }] }), 'feeds.json: feeds.0.format is wrong'],
    [JSON.stringify({ feeds: [1, 2].map(() => ({ ...vpn, id: 'x' })) }), 'feeds.json: feeds is wrong: two feeds have the same id'],
  ])('a list that is broken says where: %s', async (text, words) => {
    writeFileSync(join(dir, 'feeds.json'), text)
    await expect(open()).rejects.toThrow(words)
    expect(readFileSync(join(dir, 'feeds.json'), 'utf8')).toBe(text)
  })

  test('a damaged text shows an error, the others answer', async () => {
    const feeds = await open()
    const [bad, good] = [await feeds.add(vpn), await feeds.add({ ...vpn, name: 'More' })]
    await feeds.load(bad.id, lines(10))
    await feeds.load(good.id, lines(10))
    writeFileSync(join(dir, `${bad.id}.txt`), '\0\0\0\0')
    const again = await open()
    expect(again.list()).toMatchObject([{ entries: 0, error: { message: expect.stringContaining('on disk') } }, { entries: 10 }])
    expect(again.match('203.0.113.9')).toHaveLength(1)
    expect(await again.load(bad.id, lines(3))).not.toHaveProperty('error')
  })
})

describe('a match', () => {
  test('says what the entry says, else what the feed says', async () => {
    const feeds = await open()
    const { id } = await feeds.add({ ...vpn, format: 'csv', url: 'https://example.org/' })
    await feeds.load(id, 'ip,category,subcategory,intention,seen\n203.0.113.9,tor,exit,malicious,today\n203.0.113.0/24,,,,')
    const source = { name: 'VPN blocks', url: 'https://example.org/' }
    expect(feeds.match('203.0.113.9')).toEqual([
      {
        indicator: '203.0.113.9',
        type: 'IP',
        category: 'tor',
        subcategory: 'exit',
        intention: 'malicious',
        source,
        additional_data: { seen: 'today' },
      },
      { indicator: '203.0.113.0/24', type: 'IP', category: 'anonymizer', intention: 'suspicious', source },
    ])
  })

  test('of the worst intention comes first', async () => {
    const feeds = await open()
    for (const intention of ['benign', 'malicious', 'unknown', 'suspicious'] as const) {
      const { id } = await feeds.add({ ...vpn, name: intention, intention })
      await feeds.load(id, '203.0.113.0/24')
    }
    expect(feeds.match('203.0.113.9').map(({ source }) => source.name)).toEqual(['malicious', 'suspicious', 'unknown', 'benign'])
  })

  test.each<[address: string, matches: number]>([
    ['203.0.113.9', 1],
    ['::ffff:203.0.113.9', 1],
    ['2001:db8::1', 1],
    ['8.8.8.8', 1],
    ['10.1.2.3', 0],
    ['192.168.1.1', 0],
    ['127.0.0.1', 0],
    ['169.254.169.254', 0],
    ['100.64.0.1', 0],
    ['0.0.0.1', 0],
    ['224.0.0.1', 0],
    ['fe80::1', 0],
    ['fd00::1', 0],
    ['::1', 0],
    ['198.51.100.1', 0],
    ['nowhere', 0],
    ['', 0],
  ])('%s: %i', async (address, matches) => {
    const feeds = await open()
    const { id } = await feeds.add(vpn)
    const text =
      '203.0.113.0/24 2001:db8::/32 8.8.8.8 10.0.0.0/8 192.168.0.0/16 127.0.0.0/8 169.254.0.0/16 100.64.0.0/10 0.0.0.0/8 224.0.0.0/8'
    await feeds.load(id, [...text.split(' '), 'fe80::/16', 'fd00::/16', '::1'].join('\n'))
    expect(feeds.match(address)).toHaveLength(matches)
  })
})
