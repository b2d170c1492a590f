import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createEnrich as createWhole } from '../../../daemon/intel/enrich.ts'
import type { Match } from '../../../shared/indicator.ts'
import { normaliseAddress } from '../../../shared/ip.ts'
import { get, type Json, type JsonObject } from '../../../shared/json.ts'
import type { NewLog } from '../../../shared/log.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

const noNames = { matchName: () => [], nameTypes: () => new Set<never>() }
const createEnrich = (part: Pick<Parameters<typeof createWhole>[0], 'match' | 'locate'>) => createWhole({ ...noNames, ...part })
const log = (part: Partial<NewLog>): NewLog => ({
  ...{ stream: 'live', timestamp: 0, received: 0, message: '', status: 'info', tags: [], attributes: {} },
  ...part,
})
const match = (indicator: string, part: Partial<Match> = {}): Match => ({
  ...{ indicator, type: 'IP', category: 'scanner', intention: 'suspicious', source: { name: 'ours' } },
  ...part,
})
const plain = createEnrich({ match: () => [], locate: () => ({}) })
const listOf = ({ attributes }: NewLog) => get(attributes, 'network', 'ip', 'list')

/** The value and everything in it made immutable, so that a write throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(Object.freeze(value))) frozen(item)
  return value
}

describe('network.ip.list', () => {
  test.each<[what: string, part: Partial<NewLog>, list: Json | undefined]>([
    ['nothing', { message: 'no address at 06:55:46' }, undefined],
    ['the message', { message: 'Failed password for root from 183.62.140.253 port 22 ssh2' }, ['183.62.140.253']],
    ['once each', { message: '203.0.113.9 ::ffff:203.0.113.9 ::ffff:cb00:7109' }, ['203.0.113.9']],
    ['normal forms', { message: '2001:DB8:0:0::1' }, ['2001:db8::1']],
    [
      'message, tags, host, attributes, in order',
      {
        message: 'a 203.0.113.1',
        tags: ['ip:203.0.113.2', 'env:prod'],
        host: '203.0.113.3',
        attributes: { a: [{ b: 'x 203.0.113.4' }], c: '203.0.113.1' },
      },
      ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'],
    ],
    ['private addresses too', { message: '10.0.0.1' }, ['10.0.0.1']],
    ['values, not keys', { attributes: { '203.0.113.9': 'x' } }, undefined],
    ['error fields', { attributes: { error: { stack: 'at connect (203.0.113.9:443)' } } }, ['203.0.113.9']],
    [
      "the sender's list",
      { message: '203.0.113.9', attributes: { network: { ip: { list: ['203.0.113.7'] } } } },
      ['203.0.113.9', '203.0.113.7'],
    ],
    ['what the sender put in its place stays', { message: '203.0.113.9', attributes: { network: 'eth0' } }, undefined],
  ])('%s', (_, part, list) => expect(listOf(plain(frozen(log(part))))).toEqual(list))

  test('holds 1,000 addresses at most', () => {
    const message = Array.from({ length: 3000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join(' ')
    expect(listOf(plain(log({ message })))).toHaveLength(1000)
  })

  test('an address anywhere in any log is found, and the log stays as it was', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter(text => /\d/.test(text) && text.length > 3),
    )
    const around = fc.constantFrom<[string, string]>(
      ['', ''],
      ['from ', ' port 22'],
      ['(', ')'],
      ['"', '",'],
      ['ip=', ';'],
      ['[', ']:22'],
      ['\n', '\n'],
    )
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    const { node } = fc.letrec<{ node: Json }>(tie => ({
      node: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
      ),
    }))
    const place = fc.tuple(
      fc.constantFrom('message', 'tags', 'host', 'attributes'),
      fc.array(fc.oneof(fc.string(), fc.constant(0)), { maxLength: 6 }),
    )
    fc.assert(
      fc.property(address, around, place, fc.dictionary(fc.string(), node), (text, [before, after], [where, path], attributes) => {
        const value = `${before}${text}${after}`
        const nested = path.reduce<Json>((inner, key) => (key === 0 ? ['x', inner] : Object.fromEntries([[key, inner]])), value)
        const part = { message: { message: value }, tags: { tags: ['env:prod', value] }, host: { host: value }, attributes: {} }[where]
        const given = log({ ...part, attributes: (where === 'attributes' ? { ...attributes, last: nested } : attributes) as JsonObject })
        delete given.attributes['network']
        const copy = structuredClone(given)
        expect(listOf(plain(frozen(given)))).toContain(normaliseAddress(text))
        expect(given).toEqual(copy)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('threat_intel', () => {
  test('lists the addresses that match and what is said of them', () => {
    const enrich = createEnrich({ match: address => (address.startsWith('203.') ? [match(address)] : []), locate: () => ({}) })
    const { attributes } = enrich(frozen(log({ message: '203.0.113.9 10.0.0.1', attributes: { a: 1 } })))
    expect(attributes).toEqual({
      a: 1,
      network: { ip: { list: ['203.0.113.9', '10.0.0.1'] } },
      threat_intel: { indicators_matched: ['203.0.113.9'], results: [{ ...match('203.0.113.9') }] },
    })
  })

  test('names a feed and indicator once', () => {
    const enrich = createEnrich({
      match: () => [match('203.0.113.0/24'), match('203.0.113.0/24', { source: { name: 'theirs' } })],
      locate: () => ({}),
    })
    const { attributes } = enrich(log({ message: '203.0.113.9 203.0.113.10' }))
    expect(attributes['threat_intel']).toMatchObject({
      indicators_matched: ['203.0.113.9', '203.0.113.10'],
      results: [{ source: { name: 'ours' } }, { source: { name: 'theirs' } }],
    })
  })

  test('what a sender claims under that name does not stand', () => {
    const claimed = log({ message: 'a', attributes: { a: 1, threat_intel: { results: ['theirs'] } } })
    expect(plain(frozen(claimed)).attributes).toEqual({ a: 1 })
  })

  test('a look-up that throws leaves the log as it was', () => {
    const enrich = createEnrich({
      match: () => [match('8.8.8.8')],
      locate: () => {
        throw new Error('damaged')
      },
    })
    const given = frozen(log({ attributes: { network: { client: { ip: '8.8.8.8' } } } }))
    expect(() => enrich(given)).toThrow('damaged')
  })
})

describe('network.client.geoip', () => {
  const place = { country: { iso_code: 'US', name: 'United States' }, as: { number: 15169, name: 'Google LLC' } }
  const enrich = createEnrich({ match: () => [], locate: () => place })

  test.each<[ip: Json, geoip: Json | undefined]>([
    ['8.8.8.8', place],
    ['2001:4860:4860::8888', place],
    ['10.0.0.1', undefined],
    ['203.0.113.9', undefined],
    ['8.8.8.8, 8.8.4.4', undefined],
    [['8.8.8.8'], undefined],
    ['nowhere', undefined],
    [8, undefined],
  ])('%j: %j', (ip, geoip) => {
    const { attributes } = enrich(frozen(log({ message: '8.8.8.8', attributes: { network: { client: { ip } } } })))
    expect(get(attributes, 'network', 'client', 'geoip')).toEqual(geoip)
  })

  test("stands beside the sender's other words", () => {
    const { attributes } = enrich(
      frozen(log({ attributes: { network: { client: { ip: '8.8.8.8', port: 22, geoip: { city: { name: 'X' } } } } } })),
    )
    expect(get(attributes, 'network', 'client')).toEqual({ ip: '8.8.8.8', port: 22, geoip: { city: { name: 'X' }, ...place } })
  })
})
