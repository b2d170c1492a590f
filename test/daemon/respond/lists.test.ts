import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holdsEntry } from '../../../daemon/respond/list-routes.ts'
import { listFormats } from '../../../daemon/respond/lists/index.ts'

const noon = Date.UTC(2026, 2, 14, 12)
const entry = (value: string, more: object = {}) => ({
  ...{
    id: '5f0c8d4e-4d3a-8a3b-a111-8f6d2f0a7c11',
    kind: 'ip' as const,
    value,
    until: noon + 90_500,
    reason: 'brute force',
    created_at: noon,
  },
  ...more,
})
const entries = [
  entry('203.0.113.9'),
  entry('203.0.113.64/28', { until: null }),
  entry('2001:db8::/48'),
  entry('mallory\nALL: ALL', { kind: 'user', until: null }),
  entry('eve', { kind: 'user', until: null }),
]
const written = (name: string) => {
  const format = listFormats.find(format => format.name === name)!
  return format.write(
    entries.filter(one => holdsEntry(format.holds, one)),
    noon,
  )
}

describe.each(listFormats)('$name', format => {
  test('nothing blocked → still what its reader can read', () => {
    const empty = format.write([], noon)
    if (format.contentType.includes('json')) expect(() => JSON.parse(empty)).not.toThrow()
    else expect(empty).not.toMatch(/undefined|null/)
  })
  test('what it does not hold is left out, what it holds is there', () => {
    const text = written(format.name)
    for (const one of entries)
      expect([one.value, text.includes(one.value.split(/[\n/]/)[0]!)]).toEqual([one.value, holdsEntry(format.holds, one)])
  })
  test('its name can stand in an address, and its type says what it is', () => {
    expect(format.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(format.contentType).toMatch(/^(text\/plain|application\/)/)
  })
})

test.each([
  ['plain', '203.0.113.9\n203.0.113.64/28\n2001:db8::/48\n'],
  ['nginx', 'deny 203.0.113.9;\ndeny 203.0.113.64/28;\ndeny 2001:db8::/48;\n'],
  ['haproxy', '203.0.113.9 block\n203.0.113.64/28 block\n2001:db8::/48 block\n'],
  ['hosts-deny', 'ALL: 203.0.113.9\nALL: 203.0.113.64/28\nALL: [2001:db8::]/48\n'],
  ['users', 'eve\n'],
])('%s', (name, text) => expect(written(name)).toBe(text))

test('nftables: both sets, and what runs out does so by itself', () => {
  const text = written('nftables')
  expect(text).toMatch(/^table inet signalbox\ndelete table inet signalbox\ntable inet signalbox \{\n/)
  expect(text).toContain('203.0.113.9 timeout 91s,\n      203.0.113.64/28\n')
  expect(text).toContain('2001:db8::/48 timeout 91s\n')
})

const block = fc
  .record({ host: fc.nat(15), length: fc.integer({ min: 28, max: 32 }), seconds: fc.constantFrom(30, 60, Infinity) })
  .map(({ host, length, seconds }) => {
    const size = 2 ** (32 - length)
    const from = host - (host % size)
    return { from, to: from + size - 1, seconds, text: `203.0.113.${from}${length === 32 ? '' : `/${length}`}` }
  })
test('nftables: what overlaps or touches stays for as long as the longest that covers each address, and nothing overlaps', () => {
  const { write } = listFormats.find(({ name }) => name === 'nftables')!
  fc.assert(
    fc.property(fc.array(block, { maxLength: 8 }), blocks => {
      const text = write(
        blocks.map(({ text, seconds }) => entry(text, { until: seconds === Infinity ? null : noon + seconds * 1000 })),
        noon,
      )
      const held = [...text.matchAll(/203\.0\.113\.(\d+)(?:-203\.0\.113\.(\d+)|\/(\d+))?(?: timeout (\d+)s)?/g)].map(
        ([, from, to = from, length = '32', seconds = Infinity]) => ({
          from: Number(from),
          to: Number(to) + 2 ** (32 - Number(length)) - 1,
          seconds: Number(seconds),
        }),
      )
      for (let host = 0; host < 16; host++) {
        const of = (all: readonly { from: number; to: number; seconds: number }[]) =>
          all.filter(({ from, to }) => from <= host && host <= to).map(({ seconds }) => seconds)
        expect(of(held)).toEqual(of(blocks).length > 0 ? [Math.max(...of(blocks))] : [])
      }
    }),
  )
})

test('rules-data: addresses and users with their ends in seconds', () => {
  const end = Math.ceil((noon + 90_500) / 1000)
  expect(JSON.parse(written('rules-data'))).toEqual({
    rules_data: [
      {
        id: 'blocked_ips',
        type: 'ip_with_expiration',
        data: [{ value: '203.0.113.9', expiration: end }, { value: '203.0.113.64/28' }, { value: '2001:db8::/48', expiration: end }],
      },
      { id: 'blocked_users', type: 'data_with_expiration', data: [{ value: 'mallory\nALL: ALL' }, { value: 'eve' }] },
    ],
  })
})

test('stix: a pattern that no name can leave, valid until its end', () => {
  const { objects } = JSON.parse(written('stix')) as { objects: Record<string, string>[] }
  expect(objects.map(({ pattern }) => pattern)).toEqual([
    "[ipv4-addr:value = '203.0.113.9']",
    "[ipv4-addr:value = '203.0.113.64/28']",
    "[ipv6-addr:value = '2001:db8::/48']",
    "[user-account:user_id = 'mallory\nALL: ALL']",
    "[user-account:user_id = 'eve']",
  ])
  expect(objects.map(({ valid_until }) => valid_until)).toEqual([
    new Date(noon + 90_500).toISOString(),
    undefined,
    new Date(noon + 90_500).toISOString(),
    undefined,
    undefined,
  ])
})
