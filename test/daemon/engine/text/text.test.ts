import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashWord } from '../../../../daemon/engine/text/cut-words.ts'
import { createBoth } from '../both.ts'
import { createRandom } from '../random-logs.ts'

// Few words, so that each stands beside each, in every share of the rows; and some rows in which they do not.
const vocabulary = ['a', 'b', 'c', 'été', 'мир']
const random = createRandom(11)
const messages = Array.from({ length: 700 }, (_, i) => {
  if (i % 50 === 0) return `rare${i} ${vocabulary[i % 5]} a b`
  if (i % 9 === 0) return random.some(3, () => 'x').join(' ')
  return random.some(5, () => random.pick(vocabulary)).join(random.pick([' ', '-', '']))
})
const both = await createBoth({ rows: 512 })
beforeAll(async () => {
  both.add(messages.map((message, i) => ({ seq: i + 1, stream: 'live', timestamp: i, message, tags: [], attributes: {} })))
  await both.engine.sealed()
})
afterAll(() => both.close())

// found by trying numbers until two hashes were the same
const [one, other, third, absent] = ['w4pvu', 'wb3ea', 'x3rnw', 'xkpba']
const two = vocabulary.flatMap(a => vocabulary.map(b => `${a} ${b}`))
const three = two.flatMap(pair => ['a', 'мир', 'nowhere'].map(word => `${pair} ${word}`))
const wild = ['a*', '*b', 'a?b', 'a\\ b*', '*a\\ b', 'a\\ ?\\ c', 'rare*', 'rare5?', '*\\ мир\\ *', 'été*a', '*-*', '?']
const searches = [...[...vocabulary, ...two, ...three, 'rare50', 'rare51', 'x x x'].map(text => `"${text}"`), ...wild, '"-"', '-"a b"']

test.each(searches)('%s', async query => {
  const search = { track: 'logs', query, from: 0, to: 1000, limit: 1000, sort: 'timestamp' as const }
  expect(await both.fast(search)).toEqual(await both.naive(search))
})

test('words of one hash are told apart', async () => {
  expect(hashWord(one)).toBe(hashWord(other))
  const words = await createBoth({ rows: 64 })
  const rows = Array.from({ length: 65 }, (_, i) => ({
    seq: i + 1,
    stream: 'live',
    timestamp: i,
    message: i === 3 ? one : i === 5 ? other : i % 2 ? `${one} often` : 'none',
    tags: [],
    attributes: {},
  }))
  words.add(rows)
  await words.engine.sealed()
  for (const query of [one, other, `"${other} often"`, `"${one} often"`]) {
    const search = { track: 'logs', query, from: 0, to: 1000, limit: 1000, sort: 'timestamp' as const }
    expect(await words.fast(search), query).toEqual(await words.naive(search))
  }
  await words.close()
})

test('a word in many rows, too few for a set of its own, is told from those of its hash', async () => {
  expect(hashWord(third)).toBe(hashWord(absent))
  const words = await createBoth({ rows: 2048 })
  const rows = Array.from({ length: 2049 }, (_, i) => ({
    seq: i + 1,
    stream: 'live',
    timestamp: i,
    message: i % 100 === 3 ? one : i % 100 === 5 ? `${other} ${other}` : i % 100 === 7 ? third : i % 100 === 9 ? 'алло' : `none${i}`,
    tags: [],
    attributes: {},
  }))
  words.add(rows)
  await words.engine.sealed()
  expect(words.engine.statistics().sealed).toBe(1)
  for (const query of [one, other, third, absent, 'алло', `"${other} ${other}"`, `${one} OR ${third}`, `-${other}`]) {
    const search = { track: 'logs', query, from: 0, to: 3000, limit: 1000, sort: 'timestamp' as const }
    expect(await words.fast(search), query).toEqual(await words.naive(search))
  }
  await words.close()
})
