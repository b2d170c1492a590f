import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { printAddress } from '../../shared/ip.ts'
import { readSpan } from '../../shared/span.ts'
import { startDaemon } from '../daemon.ts'

// S2-20: nobody locks themselves or the world out. The warning lists of MISP, and whom a block of an address of the recorded log would have hit.
const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const lists = join(data, 'misp-warninglists/lists')
const log = join(data, 'loghub/OpenSSH/OpenSSH_2k.log')
const present = existsSync(lists) && existsSync(log)
if (!present)
  console.warn(
    `\n  SKIPPED: the lists are not in ${data}; set SIGNALBOX_REAL_DATA to the folder that holds misp-warninglists and loghub.\n`,
  )

/** Known without any list: nobody of the internet has these addresses. */
const reserved = ['ipv6-linklocal', 'multicast', 'rfc1918', 'rfc3849', 'rfc5735', 'rfc6598']
/** What half the world depends on: clouds, CDNs, resolvers, mail, certificates. */
const good = [
  'akamai',
  'amazon-aws',
  'cloudflare',
  'crl-ip',
  'fastly',
  'google-gcp',
  'googlebot',
  'icloud-private-relay',
  'microsoft-azure',
  'ovh-cluster',
  'public-dns-v4',
  'public-dns-v6',
  'smtp-sending-ips',
  'umbrella-blockpage-v4',
]
/** Lists that accuse: who scans, and what hides who asks. They keep nobody from being blocked once they are imported as what they are. */
const accusing = ['censys-scanning', 'shodan-scanning', 'stretchoid-nt-scanning', 'shadowserver', 'vpn-ipv6']

const entriesOf = (name: string) => (JSON.parse(readFileSync(join(lists, name, 'list.json'), 'utf8')) as { list: string[] }).list
/** An entry as it stands there, its first and its last address. */
const valuesOf = (entry: string): string[] => {
  const span = readSpan(entry)!
  const { family, from, to } = span
  return [entry, printAddress({ family, words: from }), printAddress({ family, words: to })]
}

describe.skipIf(!present)('the guard', async () => {
  const now = Date.UTC(2025, 11, 10, 12)
  const daemon = await startDaemon({ now })
  const { admin, intake, core } = daemon
  const objections = (value: string) => daemon.daemon.blockGuard('ip', value)
  const unguarded = (names: string[]) =>
    names.flatMap(name =>
      entriesOf(name)
        .flatMap(valuesOf)
        .filter(value => objections(value).length === 0)
        .map(value => `${name} ${value}`),
    )
  const refusal = async (value: string) =>
    (await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration: '1h' } } })).at('errors.0.code')

  test.each(reserved)('%s, without any list → every address is refused', name => {
    expect(unguarded([name])).toEqual([])
  })

  describe('with the lists as feeds', () => {
    beforeAll(async () => {
      for (const name of [...good, ...accusing]) {
        const attributes = {
          ...{ name, format: 'misp-warninglist', category: 'benign', intention: 'benign' },
          ...(accusing.includes(name) && { category: 'scanner', intention: 'suspicious', known_good: false }),
        }
        const added = await admin.post('/api/local/feeds', { data: { type: 'feed', attributes } })
        const loaded = await admin.put(
          `/api/local/feeds/${added.at('data.id')}/content`,
          readFileSync(join(lists, name, 'list.json'), 'utf8'),
          { 'content-type': 'application/json' },
        )
        expect([name, loaded.status]).toEqual([name, 200])
      }
    })

    test.each(good)('%s → every entry, its first and its last address are refused', name => {
      expect(unguarded([name])).toEqual([])
    })
    test.each([
      ['1.1.1.1', 'public-dns-v4'],
      ['104.16.0.9', 'cloudflare'],
      ['2606:4700::1111', 'cloudflare'],
    ])('%s → the refusal names %s', async (value, list) => {
      expect(objections(value)).toMatchObject([{ code: 'known_good', message: expect.stringContaining(list) }])
      expect(await refusal(value)).toBe('guarded')
    })
    test('a range that holds one of them → refused as well', () => {
      expect(objections('1.1.1.0/24').map(({ code }) => code)).toContain('known_good')
    })
    test('who scans is on a list that accuses → no list speaks for them', () => {
      const spared = accusing.flatMap(name =>
        entriesOf(name).flatMap(entry =>
          objections(entry)
            .filter(({ code, message }) => code === 'known_good' && accusing.some(list => message.includes(list)))
            .map(({ message }) => `${name} ${message}`),
        ),
      )
      expect(spared).toEqual([])
    })
    test.each(['198.51.100.20', '2a02:8071:1::20', '127.0.0.1'])('the browser’s own address %s → refused', async address => {
      const codes = daemon.daemon.blockGuard('ip', address, { ip: address }).map(({ code }) => code)
      expect(codes).toContain('your_address')
      expect(
        daemon.daemon.blockGuard('ip', `${address}/${address.includes(':') ? 64 : 24}`, { ip: address }).map(({ code }) => code),
      ).toContain('your_address')
    })
  })

  test('the preview of what the recorded log holds → what the search for its query counts', async () => {
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    for (let i = 0; i < lines.length; i += 500)
      expect((await intake.post('/api/v2/logs', lines.slice(i, i + 500).join('\n'), { 'content-type': 'text/plain' })).status).toBe(202)
    await core.caughtUp()
    const facets = {
      services: 'service',
      users: '@usr.name',
      countries: '@network.client.geoip.country.name',
      addresses: '@network.client.ip',
    }
    const values = [
      ['ip', '183.62.140.253', 867],
      ['ip', '183.62.140.0/24', 867],
      ['ip', '112.0.0.0/8', undefined],
      ['ip', '203.0.113.1', 0],
      ['user', 'admin', undefined],
    ] as const
    for (const [kind, value, expected] of values) {
      const preview = (await admin.post('/api/local/denylist/preview', { kind, value })).json as Record<string, unknown> & { logs: number }
      const { query, from, to } = preview
      const search = await admin.post('/api/local/explorer', { track: 'logs', query, from, to, limit: 1, facets: Object.values(facets) })
      const counts = Object.fromEntries(
        Object.entries(facets).map(([name, path]) => [name, (search.at('meta.facets') as object)[path as never]]),
      )
      expect([value, preview]).toEqual([value, { ...preview, logs: search.at('meta.total'), ...counts }])
      if (expected !== undefined) expect([value, preview.logs]).toEqual([value, expected])
      else expect([value, preview.logs]).toEqual([value, expect.any(Number)])
      if (expected !== 0) expect(preview.logs).toBeGreaterThan(0)
      // and the wire says the same
      const wire = await admin.post('/api/v2/logs/events/search', {
        filter: { query, from: String(from), to: String(to) },
        page: { limit: 1000 },
      })
      expect(wire.each('data', 'id')).toHaveLength(preview.logs)
    }
  })
})
