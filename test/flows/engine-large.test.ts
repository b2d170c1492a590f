import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Search } from '../../daemon/engine/search.ts'
import type { Row } from '../../daemon/engine/segments/segment.ts'
import { type Both, createBoth } from '../daemon/engine/both.ts'
import { createRandom, type Random } from '../daemon/engine/random-logs.ts'

// Segments as large as they get: codes of one, two and four bytes, blocks of time, dictionaries that are gone through in parts.
const count = 70_000
const start = Date.UTC(2026, 10, 20)
const hour = 3_600_000

function logOf(random: Random, seq: number): Row {
  const kind = random.below(9)
  return {
    seq,
    stream: 'live',
    // a few seconds out of order, and now and then hours
    timestamp: start + seq * 1000 + random.below(5000) + (random.chance(0.001) ? random.below(5) * hour : 0),
    message: `request ${seq}`,
    source: kind < 4 ? 'web' : 'ssh',
    service: `service-${kind}`,
    status: 'info',
    tags: [`env:${random.pick(['prod', 'staging'])}`, ...(random.chance(0.1) ? [`service:service-${random.below(9)}`] : [])],
    attributes: {
      id: seq % 97 === 0 ? seq : `${seq % 89 === 0 ? '東' : 'Löwe'}-${seq}`,
      user: random.below(5000),
      code: random.chance(0.5) ? 200 + kind : `${200 + kind}`,
      ...(random.chance(0.05) && { rare: kind }),
      list: random.some(3, () => random.below(300)),
    },
  }
}

const facets = ['source', 'service', 'env', '@id', '@user', '@code', '@rare', '@list']
const search: Search = { track: 'logs', query: '', from: 0, to: 1e13, limit: 20, sort: '-timestamp', facets, histogram: { buckets: 30 } }
const middle = { from: start + 7 * hour, to: start + 9 * hour }

let both: Both
beforeAll(async () => {
  both = await createBoth({ rows: 65_536 })
  const random = createRandom(1)
  both.add(Array.from({ length: count }, (_, i) => logOf(random, i + 1)))
  await both.engine.sealed()
})
afterAll(() => both.close())

const searches: [string, Partial<Search>][] = [
  ['everything', {}],
  ['source:web', {}],
  ['-source:web', { sort: 'timestamp' }],
  ['@user:<10', {}],
  ['@id:*-6999?', {}],
  ['*:LÖWE-6999', {}],
  ['*:6998*', {}],
  ['@rare:*', {}],
  ['source:web', middle],
  ['@user:77', middle],
]

test.each(searches)('%s %o, and once more', async (query, more) => {
  const asked = { ...search, ...more, query: query === 'everything' ? '' : query }
  const naive = await both.naive(asked)
  expect(await both.fast(asked)).toEqual(naive)
  expect(await both.fast(asked)).toEqual(naive)
})

test('what was counted before retention is not shown after it', async () => {
  both.forget(1, 1000)
  for (const [query] of searches.slice(1, 3)) expect(await both.fast({ ...search, query })).toEqual(await both.naive({ ...search, query }))
})
