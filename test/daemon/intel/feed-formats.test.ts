import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { feedFormats } from '../../../daemon/intel/feed-formats/index.ts'
import { Refusal } from '../../../daemon/lib/errors.ts'
import type { Columns, FeedContent } from '../../../daemon/lib/kinds.ts'
import type { JsonObject } from '../../../shared/json.ts'
import { readObservable } from '../../../shared/observable.ts'
import { writeMmdb } from './write-mmdb.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

const contentOf = (content: string | Uint8Array, columns?: Columns): FeedContent => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { bytes, columns, text: () => Buffer.from(bytes).toString() }
}
function read(name: string, content: string | Uint8Array, columns?: Columns) {
  const skipped: string[] = []
  const format = feedFormats.find(format => format.name === name)!
  const entries = [...format.read(contentOf(content, columns), (where, why) => skipped.push(`${where}: ${why}`))]
  return { entries, skipped }
}
function refusal(name: string, content: string | Uint8Array, columns?: Columns): Refusal {
  try {
    read(name, content, columns)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('It was not refused.')
}

const values = ['203.0.113.9', '198.51.100.0/24', '192.0.2.1-192.0.2.9', '2001:db8::/32', '2001:db8::1']
const indicator = (value: string, part: JsonObject = {}) => {
  const path = value.includes(':') ? 'ipv6-addr' : 'ipv4-addr'
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${value}`,
    pattern: `[${path}:value = '${value}']`,
    pattern_type: 'stix',
    ...part,
  }
}

/** Every feed format must pass these. `wrap` writes addresses as the format does; `line` is the number of the first where each has a line. */
const contract: {
  name: string
  line?: number
  columns?: Columns
  wrap: (values: string[]) => string | Uint8Array
  values?: string[]
}[] = [
  { name: 'netset', line: 1, wrap: values => values.join('\n') },
  { name: 'csv', line: 2, wrap: values => ['ip_address', ...values].join('\n') },
  { name: 'list', line: 1, wrap: values => values.join('\n') },
  { name: 'json', columns: { value: 'ip' }, wrap: values => JSON.stringify(values.map(ip => ({ ip }))) },
  { name: 'stix', wrap: values => JSON.stringify({ type: 'bundle', objects: values.map(value => indicator(value)) }) },
  {
    name: 'misp',
    wrap: values => JSON.stringify({ Event: { Attribute: values.map(value => ({ type: 'ip-dst', value, to_ids: true })) } }),
  },
  { name: 'misp-warninglist', wrap: values => JSON.stringify({ name: 'x', type: 'cidr', list: values }) },
  {
    name: 'mmdb',
    values: ['203.0.113.9', '198.51.100.0/24', '2001:db8::/32'],
    wrap: values => writeMmdb(Object.fromEntries(values.map(value => [value, { is_tor_exit_node: true }]))),
  },
]

test('every format has a contract', () => expect(feedFormats.map(({ name }) => name)).toEqual(contract.map(({ name }) => name)))

describe.each(contract)('$name', ({ name, columns, wrap, values: own = values }) => {
  test('reads addresses, blocks and ranges', () => {
    const { entries, skipped } = read(name, wrap(own), columns)
    expect(entries.map(({ value }) => value).sort()).toEqual([...own].sort())
    expect(skipped).toEqual([])
  })

  test.each([
    ['', /feed_(empty|invalid)/],
    [' \n\t\r\n ', /feed_(empty|invalid)/],
    ['<!DOCTYPE html><html><body>Log in</body></html>', /feed_(html|invalid)/],
    ['\n  <html>\n203.0.113.9\n</html>', /feed_(html|invalid)/],
    ['<?xml version="1.0"?><Error/>', /feed_(html|invalid)/],
    ['\u001f\u008b\u0008\0\0\0', /feed_(not_text|invalid)/],
    ['{"message":"Not Found"}', /feed_(json|invalid|empty)/],
    ['It works!', /feed_invalid/],
  ])('refuses %j: %s', (text, code) => expect(refusal(name, text, columns).code).toMatch(code))

  test('cut off anywhere or with a byte changed: entries or a refusal', () => {
    const whole = Buffer.from(wrap(own))
    const made = (bytes: Buffer) => {
      try {
        for (const entry of read(name, bytes, columns).entries) expect(readObservable(entry.value, entry.type)).toBeDefined()
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal)
      }
    }
    const step = Math.ceil(whole.length / 200)
    for (let end = 0; end < whole.length; end += step) {
      made(whole.subarray(0, end))
      const changed = Buffer.from(whole)
      changed[end] = changed[end]! ^ 0xff
      made(changed)
    }
  })
})

/** Formats of one entry a line. */
const lists = contract.flatMap(({ name, line, wrap }) =>
  line === undefined ? [] : [{ name, line, wrap: wrap as (values: string[]) => string }],
)
describe.each(lists)('lines of $name', ({ name, line, wrap }) => {
  test.each([
    ['line feeds', wrap(values)],
    ['carriage returns', wrap(values).replaceAll('\n', '\r\n')],
    ['a line end at the end', `${wrap(values)}\n`],
    ['a byte order mark', `\uFEFF${wrap(values)}`],
    ['empty lines', wrap(values).replaceAll('\n', '\n\n')],
    ['comments', `# a list\n${wrap(values)}\n# the end`],
  ])('with %s', (_, text) => {
    expect(read(name, text)).toEqual({ entries: values.map(value => ({ value })), skipped: [] })
  })

  test.each([
    ['', 'feed_empty', 'empty'],
    ['# nothing but a comment\n', 'feed_empty', 'no entries'],
    ['<html>\n203.0.113.9\n</html>', 'feed_html', 'HTML'],
    ['\u001f\u008b\u0008\0\0\0', 'feed_not_text', 'binary'],
    ['{"message":"Not Found"}', 'feed_json', 'JSON'],
    ['It works!', 'feed_invalid', 'it works!'],
    [wrap(['nowhere']), 'feed_invalid', `line ${line}: "nowhere"`],
    [wrap(['203.0.113.9', 'a', 'b']), 'feed_invalid', `2 of 3 entries are not valid for the format ${name}; line ${line + 1}: "a"`],
  ])('refuses %j: %s', (text, code, words) => {
    const refused = refusal(name, text)
    expect(refused).toMatchObject({ status: 400, code })
    expect(refused.message.toLowerCase()).toContain(words.toLowerCase())
  })

  test('a few bad lines are told, not fatal', () => {
    const { entries, skipped } = read(
      name,
      wrap(['203.0.113.9', '203.0.113.256', '203.0.113.10', '203.0.113.9-203.0.113.1', '203.0.113.0/33', '2001:db8::/129', ...values]),
    )
    expect(entries.map(({ value }) => value)).toEqual(['203.0.113.9', '203.0.113.10', ...values])
    expect(skipped.map(words => Number.parseInt(words, 10))).toEqual([1, 3, 4, 5].map(at => at + line))
  })

  test('a hostile line is quoted short', () => expect(refusal(name, wrap(['x'.repeat(100_000)])).message.length).toBeLessThan(400))

  test('any text gives entries or a refusal', () => {
    const text = fc.string({ unit: fc.constantFrom(...'019.:/-,;"#\t \r\nip<{x\0'), maxLength: 200 })
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map(text => wrap([text])),
          fc.string(),
        ),
        text => {
          try {
            for (const { value, type } of read(name, text).entries) expect(readObservable(value, type ?? 'ip')).toBeDefined()
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('netset', () => {
  test.each([
    ['203.0.113.9\t10', { value: '203.0.113.9', additional_data: { lists: '10' } }],
    ['203.0.113.9 # seen twice', { value: '203.0.113.9' }],
    ['203.0.113.0/24 ; SBL1', { value: '203.0.113.0/24' }],
    ['  203.0.113.9  ', { value: '203.0.113.9' }],
    ['203.0.113.9 - 203.0.113.12', { value: '203.0.113.9-203.0.113.12' }],
    ['203.0.113.9 ssh 2026-01-02', { value: '203.0.113.9', additional_data: { column_2: 'ssh', column_3: '2026-01-02' } }],
  ])('%s', (line, entry) => expect(read('netset', line).entries).toEqual([entry]))
})

describe('csv', () => {
  test.each([
    [
      'ip_address,category,subcategory,intention\n203.0.113.9,tor,exit,suspicious',
      { category: 'tor', subcategory: 'exit', intention: 'suspicious' },
    ],
    ['IP,Intention\n203.0.113.9,MALICIOUS', { intention: 'malicious' }],
    ['address;first seen;owner\n203.0.113.9;2026-01-02;', { additional_data: { first_seen: '2026-01-02' } }],
    ['network\tnote\n203.0.113.9\ta, b; c', { additional_data: { note: 'a, b; c' } }],
    ['note,cidr\n"said ""hello"", and\r\nleft",203.0.113.9', { additional_data: { note: 'said "hello", and\nleft' } }],
    ['"indicator","note"\n"203.0.113.9",""', {}],
    [
      'ip,source,additional_data\n203.0.113.9,honeypot,"{""port"":22,""user"":""root""}"',
      { additional_data: { source: 'honeypot', port: '22', user: 'root' } },
    ],
    ['ip,additional_data\n203.0.113.9,{not json', { additional_data: { additional_data: '{not json' } }],
    ['ip,cidr\n203.0.113.9,203.0.113.0/24', { additional_data: { cidr: '203.0.113.0/24' } }],
    ['ip,note,more\n203.0.113.9', {}],
  ])('%j', (text, said) => expect(read('csv', text)).toEqual({ entries: [{ value: '203.0.113.9', ...said }], skipped: [] }))

  test.each([
    ['203.0.113.9', 'quotes', '203.0.113.8,"x" y'],
    ['203.0.113.9', 'has 3 cells where the header has 2', '203.0.113.8,x,y'],
    ['203.0.113.9', 'is not an intention', '203.0.113.8,evil'],
  ])('%s stands, the next row is told: %s', (value, words, row) => {
    const { entries, skipped } = read('csv', `ip,intention\n203.0.113.9,benign\n${row}`)
    expect(entries).toEqual([{ value, intention: 'benign' }])
    expect(skipped[0]).toContain(`3: `)
    expect(skipped[0]).toContain(words)
  })

  test('an open quote costs its own record, not the feed', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255},x`)
    const { entries, skipped } = read('csv', ['ip,note', '203.0.113.9,"open', ...rows].join('\n'))
    expect(skipped).toEqual(['2: its quotes do not match up'])
    expect(entries.length).toBeGreaterThan(10_000)
  })

  test.each(['user,category\nann,malware', '203.0.113.9,tor\n203.0.113.10,tor'])('without a column for values: %j', text => {
    expect(refusal('csv', text).message).toContain('must name the columns, one of them ip_address, ip,')
  })

  test('a column called __proto__ is data', () => {
    const [entry] = read('csv', 'ip,__proto__,constructor\n203.0.113.9,a,b').entries
    expect(Object.entries(entry!.additional_data!)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})

describe('csv with columns', () => {
  const threats = [
    '# "first_seen_utc","ioc_id","ioc_value","ioc_type","malware"',
    '"2026-01-02 03:04:05", "1", "203.0.113.9:8080", "ip:port", "Mirai"',
    '"2026-01-02 03:04:05", "2", "Evil.Example.ORG", "domain", "Emotet"',
    '"2026-01-02 03:04:05", "3", "https://evil.example.org/a?b#c", "url", ""',
    '"2026-01-02 03:04:05", "4", "D41D8CD98F00B204E9800998ECF8427E", "md5_hash", ""',
    '"2026-01-02 03:04:05", "5", "Eve@Example.org", "email", ""',
    '"2026-01-02 03:04:05", "6", "CVE-2021-44228", "cve", ""',
    '"2026-01-02 03:04:05", "7", "kernel.sys", "filename", ""',
  ].join('\n')
  test('by number, with a column for types', () => {
    const { entries, skipped } = read('csv', threats, { value: 3, type: 4, seen: 1, malware: 5 })
    const seen = Date.UTC(2026, 0, 2, 3, 4, 5)
    expect(entries).toEqual([
      { value: '203.0.113.9', seen, additional_data: { malware: 'Mirai' } },
      { value: 'evil.example.org', type: 'domain', seen, additional_data: { malware: 'Emotet' } },
      { value: 'https://evil.example.org/a?b', type: 'url', seen },
      { value: 'd41d8cd98f00b204e9800998ecf8427e', type: 'md5', seen },
      { value: 'eve@example.org', type: 'email', seen },
      { value: 'CVE-2021-44228', type: 'cve', seen },
    ])
    expect(skipped).toEqual(['8: "filename" is a kind of value that is not matched'])
  })
  test('by name', () =>
    expect(read('csv', 'Dst IP;Note;Sure\n203.0.113.9;a;80', { value: 'dst_ip', score: 'sure' }).entries).toEqual([
      { value: '203.0.113.9', score: 80 },
    ]))
  test('a name that is not there', () =>
    expect(refusal('csv', 'a,b\n1,2', { value: 'ip' }).message).toContain('no column "ip" in the first row, which is "a,b"'))
})

describe('json', () => {
  test('one object a line, the last of them about the list', () => {
    const text = '{"cidr":"203.0.113.0/24","sblid":"SBL1"}\n{"cidr":"2001:db8::/32","sblid":"SBL2"}\n{"type":"metadata","records":2}\n'
    expect(read('json', text, { value: 'cidr', listing: 'sblid' }).entries).toEqual([
      { value: '203.0.113.0/24', additional_data: { listing: 'SBL1' } },
      { value: '2001:db8::/32', additional_data: { listing: 'SBL2' } },
    ])
  })
  test('arrays by id, and members below members', () =>
    expect(read('json', '{"1":[{"ioc":{"v":"evil.example.org"}}],"2":[{"ioc":{"v":"203.0.113.9"}}]}', { value: 'ioc.v' }).entries).toEqual([
      { value: 'evil.example.org', type: 'domain' },
      { value: '203.0.113.9' },
    ]))
})

test.each([
  ['evil.example.org', { value: 'evil.example.org', type: 'domain' }],
  ['*.evil.example.org', { value: 'evil.example.org', type: 'domain' }],
  ['evil[.]example[.]org', { value: 'evil.example.org', type: 'domain' }],
  ['0.0.0.0 evil.example.org # ads', { value: 'evil.example.org', type: 'domain' }],
  ['hxxp://evil.example.org:80/x#y', { value: 'http://evil.example.org/x', type: 'url' }],
  ['da39a3ee5e6b4b0d3255bfef95601890afd80709', { value: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', type: 'sha1' }],
  ['203.0.113.0/24', { value: '203.0.113.0/24' }],
])('list: %s', (line, entry) => expect(read('list', `127.0.0.1 localhost\n${line}`).entries).toEqual([entry]))

describe('stix', () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const bundle = (...objects: JsonObject[]) => JSON.stringify({ type: 'bundle', id: 'bundle--1', objects })
  test.each<[pattern: string, values: string[]]>([
    ["[domain-name:value = 'evil.example.org' OR ipv4-addr:value = '203.0.113.9']", ['evil.example.org', '203.0.113.9']],
    ["[ipv4-addr:value IN ('203.0.113.9', '203.0.113.10')]", ['203.0.113.9', '203.0.113.10']],
    ["[ipv4-addr:value ISSUBSET '203.0.113.0/24']", ['203.0.113.0/24']],
    [`[file:hashes.'SHA-256' = '${sha256}' AND file:hashes.MD5 = '${md5}']`, [sha256, md5]],
    ["([url:value = 'http://evil.example.org/it\\'s'])", ["http://evil.example.org/it's"]],
    ["[network-traffic:dst_ref.value = 'evil.example.org']", ['evil.example.org']],
    ["[ipv4-addr:value = '203.0.113.9'] OR [domain-name:value = 'evil.example.org']", ['203.0.113.9', 'evil.example.org']],
    ["[file:name = 'a' OR ipv4-addr:value = '203.0.113.9']", ['203.0.113.9']],
    ["[(file:name = 'a' AND file:size = 7) OR ipv4-addr:value = '203.0.113.9']", ['203.0.113.9']],
  ])('%s', (pattern, values) => expect(read('stix', bundle(indicator('x', { pattern }))).entries.map(({ value }) => value)).toEqual(values))

  test.each([
    ["[ipv4-addr:value = '203.0.113.9' AND network-traffic:dst_port = 80]", 'looks at network-traffic:dst_port'],
    ["[ipv4-addr:value = '203.0.113.9' AND domain-name:value = 'evil.example.org']", 'several things at once'],
    ["[ipv4-addr:value = '203.0.113.9'] AND [domain-name:value = 'evil.example.org']", 'several things at once'],
    ["[ipv4-addr:value = '203.0.113.9'] FOLLOWEDBY [domain-name:value = 'evil.example.org']", 'several things at once'],
    ["[ipv4-addr:value = '203.0.113.9'] REPEATS 5 TIMES", 'counts or times'],
    ["[url:value MATCHES '^http']", 'compares by MATCHES'],
    ["[ipv4-addr:value NOT = '203.0.113.9']", 'says what is not there'],
    ["[ipv4-addr:value != '203.0.113.9']", 'compares by !='],
    ["[ipv4-addr:value = 'nowhere']", 'is not an address'],
    ["[ipv4-addr:value = '203.0.113.9'", 'not a pattern that can be read'],
    [`${'('.repeat(100)}[ipv4-addr:value = '203.0.113.9']`, 'nests too deep'],
  ])('%s is left out: %s', (pattern, why) => {
    const { entries, skipped } = read('stix', bundle(indicator('203.0.113.1'), indicator('x', { pattern })))
    expect(entries.map(({ value }) => value)).toEqual(['203.0.113.1'])
    expect(skipped).toEqual([expect.stringContaining(why)])
  })

  test('what it says of an indicator', () => {
    const said = {
      name: 'C2 of Example',
      indicator_types: ['malicious-activity'],
      labels: ['C2'],
      confidence: 85,
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2026-02-01T00:00:00.000Z',
    }
    expect(read('stix', bundle(indicator('203.0.113.9', said))).entries).toEqual([
      {
        value: '203.0.113.9',
        category: 'c2',
        intention: 'malicious',
        score: 85,
        from: Date.UTC(2026, 0, 1),
        until: Date.UTC(2026, 1, 1),
        additional_data: { name: 'C2 of Example', labels: 'malicious-activity, C2', stix_id: 'indicator--203.0.113.9' },
      },
    ])
  })
  test('a newer version counts, one that was revoked does not', () => {
    const pages = [
      bundle(indicator('203.0.113.1', { id: 'a', modified: '2026-01-02T00:00:00Z' }), indicator('203.0.113.2', { id: 'b' })),
      bundle(indicator('203.0.113.3', { id: 'a', modified: '2026-01-01T00:00:00Z' }), indicator('203.0.113.2', { id: 'b', revoked: true })),
    ]
    expect(read('stix', pages.join('\n')).entries.map(({ value }) => value)).toEqual(['203.0.113.1'])
  })
  test('observables count where there are no indicators', () => {
    const file = { type: 'file', id: 'f', hashes: { MD5: md5, SSDEEP: '3::' } }
    const address = { type: 'ipv4-addr', id: 'i', value: '203.0.113.9' }
    expect(read('stix', bundle(address, file)).entries).toEqual([{ value: '203.0.113.9' }, { value: md5, type: 'md5' }])
    expect(read('stix', bundle(address, indicator('203.0.113.1'))).entries).toHaveLength(1)
  })
})

describe('misp', () => {
  const attribute = (type: string, value: string, part: JsonObject = {}) => ({ type, value, to_ids: true, ...part })
  test('attributes for detection, of the event and of its objects', () => {
    const event = {
      info: 'Case 7',
      Tag: [{ name: 'tlp:green' }],
      Attribute: [
        attribute('ip-dst|port', '203.0.113.9|443', { comment: 'beacon', category: 'Network activity' }),
        attribute('domain', 'quiet.example.org', { to_ids: false }),
        attribute('domain', 'gone.example.org', { deleted: true }),
        attribute('mutex', 'x'),
      ],
      Object: [{ Attribute: [attribute('filename|md5', 'a|b.exe|x'), attribute('domain|ip', 'evil.example.org|203.0.113.10')] }],
    }
    const { entries, skipped } = read('misp', JSON.stringify({ response: [{ Event: event }] }))
    const data = { event: 'Case 7', tags: 'tlp:green' }
    expect(entries).toEqual([
      { value: '203.0.113.9', additional_data: { ...data, comment: 'beacon', misp_category: 'Network activity' } },
      { value: 'evil.example.org', type: 'domain', additional_data: data },
      { value: '203.0.113.10', additional_data: data },
    ])
    expect(skipped).toHaveLength(2)
  })
  test('events one a line', () => {
    const line = (value: string) => JSON.stringify({ Event: { info: 'x', Attribute: [attribute('url', value)] } })
    expect(read('misp', `${line('http://a.example.org/')}\n${line('http://b.example.org/')}\n`).entries).toHaveLength(2)
  })
})

describe('misp-warninglist', () => {
  test('a list of strings means each as it is, one of host names what lies below too', () => {
    const list = (type: string) => JSON.stringify({ name: 'x', type, list: ['example.org'] })
    expect(read('misp-warninglist', list('string')).entries).toEqual([{ value: 'example.org', type: 'domain', exact: true }])
    expect(read('misp-warninglist', list('hostname')).entries).toEqual([{ value: 'example.org', type: 'domain' }])
  })
  test('expressions are refused', () => expect(refusal('misp-warninglist', '{"type":"regex","list":["/x/"]}').message).toContain('"regex"'))
})

describe('mmdb', () => {
  test.each<[record: JsonObject, said: JsonObject | undefined]>([
    [
      { is_anonymous: true, is_tor_exit_node: true, is_anonymous_vpn: true },
      { category: 'anonymizer', subcategory: 'tor' },
    ],
    [
      { is_anonymous: true, is_anonymous_vpn: true },
      { category: 'anonymizer', subcategory: 'vpn' },
    ],
    [{ is_public_proxy: true }, { category: 'anonymizer', subcategory: 'proxy' }],
    [{ is_residential_proxy: true }, { category: 'residential_proxy', subcategory: 'proxy' }],
    [{ is_hosting_provider: true }, { category: 'hosting' }],
    [{ traits: { is_tor_exit_node: true } }, { category: 'anonymizer', subcategory: 'tor' }],
    [
      { vpn: 'true', tor: '', proxy: 'false', hosting: '', service: 'Example VPN' },
      { category: 'anonymizer', subcategory: 'vpn' },
    ],
    [{ is_anonymous: false }, undefined],
  ])('%j: %j', (record, said) => {
    const { entries } = read('mmdb', writeMmdb({ '203.0.113.0/24': record, '198.51.100.0/24': { tor: true } }))
    const entry = entries.find(({ value }) => value === '203.0.113.0/24')
    if (said) expect(entry).toMatchObject(said)
    else expect(entry).toBeUndefined()
  })
  test.each([24, 28, 32] as const)('records of %i bits', recordSize => {
    const networks = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`198.51.${i >> 8}.${i & 255}`, { tor: true }]))
    expect(read('mmdb', writeMmdb({ ...networks, '2001:db8::/48': { vpn: true } }, { recordSize })).entries).toHaveLength(301)
  })
  test('places alone are no entries', () =>
    expect(read('mmdb', writeMmdb({ '203.0.113.0/24': { country_code: 'DE' } })).entries).toEqual([]))
  test('neither: refused', () => expect(refusal('mmdb', writeMmdb({ '203.0.113.0/24': { score: 1 } })).code).toBe('feed_empty'))
})
