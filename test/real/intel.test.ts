import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFeeds, type Feeds } from '../../daemon/intel/feeds.ts'

const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const present = existsSync(join(data, 'ipsum/ipsum.txt'))
if (!present)
  console.warn(
    `\n  SKIPPED: the recorded feeds are not in ${data}; set SIGNALBOX_REAL_DATA to the folder that holds ipsum, tor and x4b-vpn.\n`,
  )

describe.skipIf(!present)('recorded feeds', () => {
  let feeds: Feeds
  let dir: string
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'feeds-'))
    feeds = createFeeds({ dir, now: Date.now })
    await feeds.open()
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test.each([
    ['ipsum/ipsum.txt', 120_430, 'scanner', 'malicious'],
    ['tor/tor-exit-nodes.lst', 1_746, 'tor', 'suspicious'],
    ['tor/tor-nodes.lst', 8_054, 'tor', 'unknown'],
    ['x4b-vpn/output/vpn/ipv4.txt', 10_862, 'anonymizer', 'unknown'],
    ['x4b-vpn/output/vpn/ipv6.txt', 498, 'anonymizer', 'unknown'],
    ['x4b-vpn/output/datacenter/ipv4.txt', 42_566, 'hosting', 'unknown'],
    ['x4b-vpn/output/datacenter/ipv6.txt', 8_752, 'hosting', 'unknown'],
  ] as const)('%s has %i entries', async (path, entries, category, intention) => {
    const { id } = await feeds.add({ name: path, format: 'netset', category, intention })
    const loaded = await feeds.load(id, readFileSync(join(data, path), 'utf8'))
    expect(loaded).toMatchObject({ entries })
    expect(loaded).not.toHaveProperty('skipped')
  })

  test.each([
    ['77.90.185.20', 'ipsum/ipsum.txt', '77.90.185.20'],
    ['101.99.92.179', 'tor/tor-exit-nodes.lst', '101.99.92.179'],
    ['1.1.168.51', 'tor/tor-nodes.lst', '1.1.168.51'],
    ['2.27.227.255', 'x4b-vpn/output/vpn/ipv4.txt', '2.27.224.0/22'],
    ['2001:ac8:ffff::1', 'x4b-vpn/output/vpn/ipv6.txt', '2001:ac8::/32'],
    ['1.13.37.1', 'x4b-vpn/output/datacenter/ipv4.txt', '1.12.0.0/14'],
    ['2001:418:1401:4::beef', 'x4b-vpn/output/datacenter/ipv6.txt', '2001:418:1401:4::/64'],
  ])('%s is in %s as %s', (address, name, indicator) => {
    expect(feeds.match(address)).toContainEqual(expect.objectContaining({ indicator, source: { name } }))
  })

  test('ipsum says on how many lists an address stands', () => {
    expect(feeds.match('77.90.185.20')[0]).toMatchObject({ intention: 'malicious', additional_data: { lists: '10' } })
  })

  test('every entry answers for its own first address', () => {
    for (const path of ['ipsum/ipsum.txt', 'tor/tor-nodes.lst', 'x4b-vpn/output/vpn/ipv6.txt']) {
      const lines = readFileSync(join(data, path), 'utf8')
        .split('\n')
        .filter(line => line !== '' && !line.startsWith('#') && !line.startsWith('2002:')) // 6to4 is reserved, and never matches
      expect(lines.length).toBeGreaterThan(400)
      const missed = lines.filter(line => !feeds.match(line.split(/[\t/]/)[0]!).some(({ source }) => source.name === path))
      expect(missed).toEqual([])
    }
  })
})
