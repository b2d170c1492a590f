import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEnrich } from '../../../daemon/intel/enrich.ts'
import { createFeeds, type Feeds } from '../../../daemon/intel/feeds.ts'
import { openGeo } from '../../../daemon/intel/geo.ts'
import { verdictOf, worstOf } from '../../../shared/verdict.ts'
import { writeMmdb } from './write-mmdb.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

let dir: string
let time: number
const day = 24 * 3_600_000
const now = () => time
async function open() {
  const feeds = createFeeds({ dir, now })
  await feeds.open()
  return feeds
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'feeds-'))
  time = Date.UTC(2026, 0, 1)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const threat = { name: 'Threats', format: 'list', category: 'malware', intention: 'malicious' } as const
async function filled(text: string | Uint8Array, part: object = {}, feeds?: Feeds) {
  const made = feeds ?? (await open())
  const { id } = await made.add({ ...threat, ...part })
  await made.load(id, text)
  return { feeds: made, id }
}
const md5 = 'd41d8cd98f00b204e9800998ecf8427e'

describe('names', () => {
  const text = ['evil.example.org', 'http://bad.example.net/kit?x=1', md5, '203.0.113.9'].join('\n')

  test.each<[type: 'domain' | 'url' | 'md5' | 'sha1', name: string, indicator: string | undefined]>([
    ['domain', 'evil.example.org', 'evil.example.org'],
    ['domain', 'a.b.evil.example.org', 'evil.example.org'],
    ['domain', 'notevil.example.org', undefined],
    ['domain', 'example.org', undefined],
    ['domain', 'org', undefined],
    ['url', 'http://bad.example.net/kit?x=1', 'http://bad.example.net/kit?x=1'],
    ['url', 'http://bad.example.net/kit', undefined],
    ['md5', md5, md5],
    ['sha1', md5, undefined],
  ])('%s %s: %s', async (type, name, indicator) => {
    const { feeds } = await filled(text)
    expect(feeds.matchName(type, name).map(match => [match.type, match.indicator])).toEqual(
      indicator === undefined ? [] : [[type.toUpperCase(), indicator]],
    )
    // and after a restart
    expect((await open()).matchName(type, name)).toHaveLength(indicator === undefined ? 0 : 1)
  })
  test('many, each found and no other', async () => {
    const { feeds } = await filled(Array.from({ length: 5000 }, (_, i) => `host-${i}.example.org`).join('\n'))
    expect(feeds.list()[0]!.entries).toBe(5000)
    for (let i = 0; i < 5000; i++) expect(feeds.matchName('domain', `host-${i}.example.org`)).toHaveLength(1)
    expect(feeds.matchName('domain', 'host-5000.example.org')).toEqual([])
  })

  test.each<[message: string, matched: string[]]>([
    ['GET http://bad.example.net/kit?x=1, then more', ['http://bad.example.net/kit?x=1']],
    ['referer=(HTTP://BAD.example.net:80/kit?x=1#top)', ['http://bad.example.net/kit?x=1']],
    ['query EVIL.Example.org. IN A', ['evil.example.org']],
    ['to www.evil.example.org:443 from 203.0.113.9', ['www.evil.example.org', '203.0.113.9']],
    [`MD5=${md5.toUpperCase()};`, [md5]],
    [`x${md5}`, []],
    ['nothing to see in version 1.2.3 of evil.exe', []],
  ])('%s: %j', async (message, matched) => {
    const { feeds } = await filled(text)
    const enrich = createEnrich({ ...feeds, locate: () => ({}) })
    const log = { stream: 'live', timestamp: 0, received: 0, message: '', status: 'info', tags: [], attributes: { deep: [{ message }] } }
    const { attributes } = enrich(log)
    expect(Object.keys(attributes['threat_intel'] ?? {})).toEqual(matched.length > 0 ? ['indicators_matched', 'results'] : [])
    if (matched.length > 0) expect(attributes['threat_intel']).toMatchObject({ indicators_matched: matched })
  })
})

describe('decay', () => {
  test('an entry counts less by the day, and then not at all', async () => {
    const { feeds } = await filled('203.0.113.9', { expire_days: 10 })
    const scores: (number | undefined)[] = []
    for (let days = 0; days <= 10; days += 2, time += 2 * day) scores.push(feeds.match('203.0.113.9')[0]?.score)
    expect(scores).toEqual([100, 80, 60, 40, 20, undefined])
  })
  test('one that is not there any more stays until then, over restarts; one that is seen again is new', async () => {
    const { feeds, id } = await filled('203.0.113.1\n203.0.113.2', { expire_days: 10 })
    time += 4 * day
    expect(await feeds.load(id, '203.0.113.2\n203.0.113.3')).toMatchObject({ entries: 3 })
    const scores = (of: Feeds) => [1, 2, 3].map(n => of.match(`203.0.113.${n}`)[0]?.score)
    expect(scores(feeds)).toEqual([60, 100, 100])
    expect(scores(await open())).toEqual([60, 100, 100])
    time += 4 * day
    await feeds.load(id, '203.0.113.3\n203.0.113.4')
    expect(scores(feeds)).toEqual([20, 60, 100])
    time += 4 * day
    expect(await feeds.load(id, '203.0.113.3\n203.0.113.4')).toMatchObject({ entries: 3 })
    expect(scores(feeds)).toEqual([undefined, 20, 100])
    await feeds.remove(id)
    expect(existsSync(join(dir, `${id}.earlier.jsonl`))).toBe(false)
  })
  test('without expiry what is gone is gone', async () => {
    const { feeds, id } = await filled('203.0.113.1\n203.0.113.2')
    await feeds.load(id, '203.0.113.2')
    expect([1, 2].map(n => feeds.match(`203.0.113.${n}`).length)).toEqual([0, 1])
    expect(feeds.match('203.0.113.2')[0]).not.toHaveProperty('score')
  })
  test('an indicator holds from its day to its day', async () => {
    const pattern = "[ipv4-addr:value = '203.0.113.9']"
    const indicator = { type: 'indicator', id: 'x', pattern, valid_from: '2026-01-02T00:00:00Z', valid_until: '2026-01-04T00:00:00Z' }
    const { feeds } = await filled(JSON.stringify({ objects: [indicator] }), { format: 'stix' })
    const counts: number[] = []
    for (let days = 0; days < 5; days++, time += day) counts.push(feeds.match('203.0.113.9').length)
    expect(counts).toEqual([0, 1, 1, 0, 0])
  })
})

describe('known good', () => {
  const good = { name: 'Resolvers', category: 'known_good', intention: 'benign', format: 'misp-warninglist' }
  const warninglist = (type: string, list: string[]) => JSON.stringify({ name: 'x', type, list })

  test('a hit is downgraded and says by whom; what is good alone is no hit', async () => {
    const { feeds } = await filled('203.0.113.9\n203.0.113.10\nevil.example.org\nhttp://www.example.com/x\nhttp://203.0.113.11/x')
    await filled(warninglist('cidr', ['203.0.113.9', '203.0.113.11', '8.8.8.8']), good, feeds)
    await filled(warninglist('hostname', ['example.com']), { ...good, name: 'Hosts' }, feeds)
    await filled(warninglist('string', ['example.org']), { ...good, name: 'Exact' }, feeds)
    const downgraded = (by: string[]) => ({ intention: 'unknown', downgraded: { from: 'malicious', by } })
    expect(feeds.match('203.0.113.9')).toMatchObject([{ source: { name: 'Threats' }, ...downgraded(['Resolvers']) }])
    expect(worstOf(feeds.match('203.0.113.9'))).toBe('unknown')
    expect(feeds.match('203.0.113.10')[0]).toMatchObject({ intention: 'malicious' })
    expect(feeds.match('203.0.113.10')[0]).not.toHaveProperty('downgraded')
    expect(feeds.match('8.8.8.8')).toEqual([])
    expect(feeds.knownGood({ family: 4, words: [0, 0, 0xffff, 0x08080808] })).toEqual(['Resolvers'])
    expect(feeds.matchName('url', 'http://www.example.com/x')[0]).toMatchObject(downgraded(['Hosts']))
    expect(feeds.matchName('url', 'http://203.0.113.11/x')[0]).toMatchObject(downgraded(['Resolvers']))
    expect(feeds.matchName('domain', 'evil.example.org')[0]).toMatchObject({ intention: 'malicious' })
    expect(feeds.list().map(({ known_good }) => known_good ?? false)).toEqual([false, true, true, true])
  })
  test('a Tor exit that was downgraded is no anonymizer any more', () => {
    const said = { category: 'tor', intention: 'unknown' } as const
    expect(verdictOf(said)).toBe('anonymizer')
    expect(verdictOf({ ...said, downgraded: { from: 'suspicious', by: ['x'] } })).toBe('unknown')
  })
  test('a netset may be one, when it is benign', async () => {
    const feeds = await open()
    const ours = { name: 'Ours', format: 'netset', category: 'known_good', known_good: true }
    await expect(feeds.add({ ...ours, intention: 'malicious' })).rejects.toMatchObject({ problems: [{ field: 'intention' }] })
    await filled('203.0.113.0/24', { ...ours, intention: 'benign' }, feeds)
    await filled('203.0.113.9', {}, feeds)
    expect(feeds.match('203.0.113.9')).toMatchObject([{ downgraded: { by: ['Ours'] } }])
  })
  test('everything is not good', async () => {
    const feeds = await open()
    const { id } = await feeds.add({ ...threat, ...good } as typeof threat)
    await expect(feeds.load(id, warninglist('cidr', ['0.0.0.0/0']))).rejects.toMatchObject({ code: 'feed_too_wide' })
    // multicast and the like match nothing, however wide
    expect(await feeds.load(id, warninglist('cidr', ['224.0.0.0/3', '203.0.113.0/24']))).toMatchObject({
      entries: 1,
      skipped: { lines: 1 },
    })
  })
})

describe('a database of places', () => {
  const places = {
    '8.8.8.0/24': {
      country: { iso_code: 'DE' },
      city: { names: { en: 'Köln' } },
      location: { latitude: 50.94, longitude: -6.96 },
      autonomous_system_number: 64_500,
      autonomous_system_organization: 'Example',
    },
    '1.1.1.0/24': { country_code: 'FR', asn: 'AS64501', as_name: 'Exemple' },
    '9.9.9.0/24': { is_tor_exit_node: true },
  }
  test('speaks before what came with the installation, and says what the feed holds', async () => {
    const { feeds } = await filled(writeMmdb(places), { format: 'mmdb', intention: 'suspicious' })
    const { locator, forget } = openGeo({ own: address => feeds.placesOf(address) })
    const locate = await locator()
    expect(locate('8.8.8.8')).toEqual({
      network: '8.8.8.0/24',
      country: { iso_code: 'DE', name: 'Germany' },
      city: { name: 'Köln' },
      location: { latitude: 50.94, longitude: -6.96 },
      as: { number: 64_500, name: 'Example' },
    })
    expect(locate('1.1.1.1')).toEqual({
      network: '1.1.1.0/24',
      country: { iso_code: 'FR', name: 'France' },
      as: { number: 64_501, name: 'Exemple' },
    })
    expect(feeds.match('9.9.9.9')).toMatchObject([{ category: 'anonymizer', subcategory: 'tor' }])
    await feeds.setEnabled('threats', false)
    forget()
    expect(locate('8.8.8.8').country).toEqual({ iso_code: 'US', name: 'United States' })
  })
  test('its networks are what the feed shows', async () => {
    const { feeds } = await filled(writeMmdb({ '8.8.8.0/24': { country_code: 'DE' }, '2001:4860::/32': { country_code: 'US' } }), {
      format: 'mmdb',
    })
    expect(feeds.list()[0]).toMatchObject({ entries: 2 })
    expect(feeds.match('8.8.8.8')).toEqual([])
  })
})
