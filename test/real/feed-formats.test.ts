import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFeeds, type Feeds } from '../../daemon/intel/feeds.ts'
import { openGeo } from '../../daemon/intel/geo.ts'
import { readFeed } from '../../daemon/intel/read-feed.ts'
import { Refusal } from '../../daemon/lib/errors.ts'

const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const folders = {
  warninglists: join(data, 'misp-warninglists/lists'),
  events: join(data, 'misp-events/tests/mispevent_testfiles'),
  stix: join(data, 'stix-examples/examples/example_json'),
  mmdb: join(data, 'maxmind-test/test-data'),
}
const present = Object.values(folders).every(existsSync)
if (!present)
  console.warn(
    `\n  SKIPPED: the recorded MISP, STIX and MMDB files are not in ${data}; set SIGNALBOX_REAL_DATA to the folder that holds them.\n`,
  )

/** Addresses, names, entries left out and networks with a place; or the code of the refusal. */
async function read(format: string, path: string): Promise<string> {
  try {
    const { table } = await readFeed({ format, bytes: readFileSync(path) })
    const addresses = table.ranges.v4.size + table.ranges.v6.size
    return `${addresses} + ${table.names.ends.length}, ${table.skipped?.lines ?? 0} left out${table.places ? `, ${table.fresh} places` : ''}`
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
const all = async (format: string, folder: string, names: string[], path = (name: string) => name): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all(names.map(async name => [name, await read(format, join(folder, path(name)))])))
const filesOf = (folder: string, ending: string) => readdirSync(folder).filter(name => name.endsWith(ending))

describe.skipIf(!present)('recorded files', () => {
  test('MISP warning lists', async () => {
    const lists = readdirSync(folders.warninglists)
    expect(await all('misp-warninglist', folders.warninglists, lists, name => `${name}/list.json`)).toEqual({
      akamai: '268 + 0, 0 left out',
      'amazon-aws': '3847 + 0, 0 left out',
      'censys-scanning': '13 + 0, 0 left out',
      cisco_top1000: '0 + 1000, 0 left out',
      cloudflare: '22 + 0, 0 left out',
      'common-ioc-false-positive': '0 + 69, 0 left out',
      'crl-ip': '391 + 0, 0 left out',
      // "3::" is an ssdeep hash, and looks like an address
      'empty-hashes': '1 + 3, 2 left out',
      fastly: '21 + 0, 0 left out',
      'google-gcp': '471 + 0, 0 left out',
      googlebot: '65 + 0, 0 left out',
      'icloud-private-relay': '13747 + 0, 0 left out',
      'ipv6-linklocal': '0 + 0, 1 left out',
      'microsoft-azure': '2683 + 0, 0 left out',
      multicast: '16 + 0, 0 left out',
      'ovh-cluster': '622 + 0, 0 left out',
      'public-dns-v4': '62745 + 0, 0 left out',
      'public-dns-v6': '269 + 0, 0 left out',
      rfc1918: '3 + 0, 0 left out',
      rfc3849: '1 + 0, 0 left out',
      rfc5735: '13 + 0, 2 left out',
      rfc6598: '1 + 0, 0 left out',
      rfc6761: '0 + 21, 0 left out',
      'security-provider-blogpost': '0 + 646, 1 left out',
      shadowserver: '27 + 0, 0 left out',
      'shodan-scanning': '42 + 0, 0 left out',
      'smtp-sending-ips': '1002 + 0, 0 left out',
      'stretchoid-nt-scanning': '1839 + 0, 0 left out',
      // top-level domains alone are no names of hosts
      tlds: 'feed_invalid',
      'umbrella-blockpage-v4': '6 + 0, 0 left out',
      'url-shortener': '0 + 255, 0 left out',
      'vpn-ipv6': '1250 + 0, 0 left out',
    })
  })

  test('MISP events', async () => {
    expect(await all('misp', folders.events, filesOf(folders.events, '.json'))).toEqual({
      'attribute.json': 'feed_empty',
      'event_obj_attr_tag.json': '0 + 1, 1 left out',
      'event_obj_tag.json': 'feed_empty',
      'existing_event.json': '11 + 55, 15 left out',
      'malware_exist.json': '0 + 3, 1 left out',
      'misp_custom_obj.json': 'feed_empty',
      'proposals.json': 'feed_empty',
      'sighting.json': 'feed_invalid',
      'simple.json': 'feed_invalid',
    })
  })

  test('STIX 2.1 bundles', async () => {
    expect(await all('stix', folders.stix, filesOf(folders.stix, '.json'))).toEqual({
      // four ranges, three domains, three hashes; two certificates are not matched
      'apt1.json': '4 + 6, 2 left out',
      'defining-campaigns-threat-actors-intrusion-sets.json': 'feed_empty',
      'identifying-a-threat-actor-profile.json': 'feed_empty',
      'indicator-for-malicious-url.json': '0 + 1, 0 left out',
      'malware-indicator-for-file-hash.json': '0 + 1, 0 left out',
      // two file names, and "domain autuo.xicp.net", which is no domain
      'poisonivy.json': '18 + 24, 3 left out',
      'sighting-of-an-indicator.json': '0 + 1, 0 left out',
      'sighting-of-observed-data.json': '0 + 2, 0 left out',
      'threat-actor-leveraging-attack-patterns-and-malware.json': 'feed_empty',
      'using-granular-markings.json': 'feed_empty',
      'using-marking-definitions.json': '1 + 0, 0 left out',
    })
  })

  test('MaxMind databases', async () => {
    const read = await all('mmdb', folders.mmdb, filesOf(folders.mmdb, '.mmdb'))
    const refusedAs = (code: string) => Object.keys(read).filter(name => read[name] === code)
    // records of nothing that is asked here: connection types, incomes, tests of the decoder
    expect(refusedAs('feed_empty')).toHaveLength(20)
    expect(refusedAs('feed_invalid')).toEqual([
      'GeoIP2-City-Test-Invalid-Node-Count.mmdb',
      'MaxMind-DB-test-broken-pointers-24.mmdb',
      'MaxMind-DB-test-broken-search-tree-24.mmdb',
    ])
    expect(Object.fromEntries(Object.entries(read).filter(([, said]) => !said.startsWith('feed_')))).toEqual({
      'GeoIP-Anonymous-Plus-Test.mmdb': '32 + 0, 0 left out',
      'GeoIP-Residential-Proxy-Test.mmdb': '29 + 0, 0 left out',
      'GeoIP2-Anonymous-IP-Test.mmdb': '12 + 0, 0 left out',
      'GeoIP2-City-Shield-Test.mmdb': '0 + 0, 0 left out, 250 places',
      'GeoIP2-City-Test-Broken-Double-Format.mmdb': '0 + 0, 0 left out, 247 places',
      'GeoIP2-City-Test.mmdb': '0 + 0, 0 left out, 250 places',
      'GeoIP2-Country-Shield-Test.mmdb': '0 + 0, 0 left out, 345 places',
      'GeoIP2-Country-Test.mmdb': '0 + 0, 0 left out, 345 places',
      'GeoIP2-Enterprise-Shield-Test.mmdb': '0 + 0, 0 left out, 32 places',
      'GeoIP2-Enterprise-Test.mmdb': '0 + 0, 0 left out, 32 places',
      'GeoIP2-IP-Risk-Test.mmdb': '8 + 0, 0 left out',
      'GeoIP2-ISP-Test.mmdb': '0 + 0, 0 left out, 2129 places',
      'GeoIP2-Precision-Enterprise-Shield-Test.mmdb': '0 + 0, 0 left out, 59 places',
      'GeoIP2-Precision-Enterprise-Test.mmdb': '0 + 0, 0 left out, 59 places',
      'GeoLite2-ASN-Test.mmdb': '0 + 0, 0 left out, 412 places',
      'GeoLite2-City-Test.mmdb': '0 + 0, 0 left out, 242 places',
      'GeoLite2-Country-Test.mmdb': '0 + 0, 0 left out, 244 places',
    })
  })

  describe('as feeds', () => {
    let feeds: Feeds
    let dir: string
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'feeds-'))
      feeds = createFeeds({ dir, now: () => Date.UTC(2026, 8, 1) })
      await feeds.open()
      const load = async (name: string, format: string, intention: 'malicious' | 'suspicious' | 'benign', path: string) =>
        feeds.load((await feeds.add({ name, format, category: 'attack', intention })).id, readFileSync(path))
      await load('apt1', 'stix', 'malicious', join(folders.stix, 'apt1.json'))
      await load('event', 'misp', 'malicious', join(folders.events, 'existing_event.json'))
      await load('anonymous', 'mmdb', 'suspicious', join(folders.mmdb, 'GeoIP2-Anonymous-IP-Test.mmdb'))
      await load('city', 'mmdb', 'benign', join(folders.mmdb, 'GeoIP2-City-Test.mmdb'))
      await load('asn', 'mmdb', 'benign', join(folders.mmdb, 'GeoLite2-ASN-Test.mmdb'))
      await load('dns', 'misp-warninglist', 'benign', join(folders.warninglists, 'public-dns-v4/list.json'))
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))

    test('an address of a STIX indicator', () =>
      expect(feeds.match('223.166.1.1')).toMatchObject([{ indicator: '223.166.0.0/15', intention: 'malicious', source: { name: 'apt1' } }]))
    test('a name below a domain of one', () =>
      expect(feeds.matchName('domain', 'www.hugesoft.org')).toMatchObject([{ indicator: 'hugesoft.org', type: 'DOMAIN' }]))
    test('a hash', () => expect(feeds.matchName('md5', '001dd76872d80801692ff942308c64e6')).toHaveLength(1))
    test.each([
      ['1.2.0.1', { category: 'anonymizer', subcategory: 'vpn' }],
      ['1.124.213.1', { category: 'anonymizer', subcategory: 'tor' }],
      ['71.160.223.1', { category: 'hosting' }],
      ['186.30.236.1', { category: 'anonymizer', subcategory: 'proxy' }],
    ])('%s hides as %j', (address, said) => expect(feeds.match(address)).toMatchObject([said]))
    test('where an address is', async () => {
      const locate = await openGeo({ own: address => feeds.placesOf(address) }).locator()
      expect(locate('81.2.69.160')).toMatchObject({
        country: { iso_code: 'GB' },
        city: { name: 'London' },
        location: { latitude: 51.5142, longitude: -0.0931 },
      })
      expect(locate('1.128.0.1')).toMatchObject({ as: { number: 1221, name: 'Telstra Pty Ltd' } })
    })
    test('a resolver is known to be good', () => expect(feeds.knownGood({ family: 4, words: [0, 0, 0xffff, 0x08080808] })).toEqual(['dns']))
  })
})
