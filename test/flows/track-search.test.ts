import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createTrackSearch, type Track } from '../../daemon/core/track-search.ts'
import { rankOfStatus } from '../../daemon/core/tracks.ts'
import { evaluate, type Item } from '../../daemon/engine/evaluate.ts'
import type { Search } from '../../daemon/engine/search.ts'
import { Refusal } from '../../daemon/lib/errors.ts'
import { rank, severities } from '../../shared/severity.ts'
import { createRandom, randomLog } from '../daemon/engine/random-logs.ts'
import { randomSearch } from '../daemon/engine/random-search.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Records in memory that change, and searches of them. */
function open(seed: number) {
  const random = createRandom(seed)
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-tracks-'))
  const items = new Map<number, Item<number>>()
  const touched = new Set<number>()
  const reported: unknown[] = []
  let readIn = 0
  let state = 'same'
  function put(seq: number): void {
    const severity = random.pick(severities)
    items.set(seq, { row: seq, seq, doc: { ...randomLog(random, seq, ['']), status: severity }, rank: rank(severity) })
    touched.add(seq)
  }
  const track: Track<number> = {
    between: () => items.values(),
    markAll: () => {
      readIn++
      for (const seq of items.keys()) touched.add(seq)
    },
    markNone: () => touched.clear(),
    changed: most =>
      [...touched].slice(0, most).map(seq => {
        touched.delete(seq)
        return items.get(seq)!
      }),
    at: seq => items.get(seq)?.row,
  }
  const snapshot = () => ({ secret: 'secret', seq: items.size })
  for (let seq = 1; seq <= 300; seq++) put(seq)
  const begin = () =>
    createTrackSearch(track, {
      dir,
      memoryBytes: 2 ** 22,
      snapshot,
      state: () => state,
      report: error => reported.push(error),
      rankOf: rankOfStatus,
    })
  let search = begin()
  ends.push(async () => {
    await search.close()
    rmSync(dir, { recursive: true, force: true })
    expect(reported).toEqual([])
  })
  const naive = (asked: Search) =>
    evaluate(
      () => items.values(),
      asked,
      snapshot(),
      async () => {},
    )
  return {
    random,
    put,
    items,
    naive,
    dir,
    reported,
    get search() {
      return search
    },
    /** How often all records were read in. */
    get readIn() {
      return readIn
    },
    /** Closed and opened again; `meanwhile` nothing searches. */
    async again(meanwhile = () => {}, states: [before: string, after: string] = ['same', 'same']): Promise<void> {
      state = states[0]
      await search.close()
      meanwhile()
      state = states[1]
      search = begin()
      expect(await search.built()).toBe(true)
    },
  }
}

test('records that change between searches: each answer shows every change', { timeout: 60_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const opened = open(seed)
  const { random, put, items, naive } = opened
  expect(await opened.search.built()).toBe(true)
  for (let i = 0; i < 300; i++) {
    if (random.chance(0.03)) await opened.again()
    const { search } = opened
    for (let n = random.below(4); n > 0; n--) put(random.chance(0.2) ? items.size + 1 : 1 + random.below(items.size))
    const asked = { ...randomSearch(random), ...(random.chance(0.5) && { sort: 'severity' as const }) }
    const found = await search.search(asked, () => {})
    expect(found, `seed ${seed}, ${JSON.stringify(asked)}`).toEqual(await naive(asked))
    if (found.after === undefined) continue
    const next = { ...asked, cursor: found.after }
    expect(await search.search(next, () => {}), `seed ${seed}, ${JSON.stringify(next)}`).toEqual(await naive(next))
  }
})

const all: Search = { track: 'signals', query: '', from: 0, to: Date.UTC(2100, 0), limit: 10, sort: 'severity', facets: ['status'] }

test('closed and opened again: nothing is read in that was there', async () => {
  const opened = open(2)
  const { put, naive } = opened
  await opened.search.built()
  for (let seq = 1; seq <= 100; seq++) put(seq)
  await opened.again()
  expect(opened.readIn).toBe(1)
  expect(await opened.search.search(all, () => {})).toEqual(await naive(all))
  put(7)
  expect(await opened.search.search(all, () => {})).toEqual(await naive(all))
})

test('written by somebody else meanwhile: all is read in', async () => {
  const opened = open(3)
  await opened.search.built()
  await opened.again(() => opened.put(301), ['before', 'after'])
  expect(opened.readIn).toBe(2)
  expect(await opened.search.search(all, () => {})).toEqual(await opened.naive(all))
})

test.each(['lacking', 'cut', 'altered'])('a file is %s: all is read in', async how => {
  const opened = open(4)
  await opened.search.built()
  await opened.again(() => {
    const path = join(opened.dir, readdirSync(opened.dir).find(name => name.endsWith('.segment'))!)
    const bytes = readFileSync(path)
    if (how === 'lacking') rmSync(path)
    else if (how === 'cut') writeFileSync(path, bytes.subarray(0, bytes.length >> 1))
    else
      writeFileSync(
        path,
        bytes.map(byte => byte ^ 0xff),
      )
  })
  expect(await opened.search.search(all, () => {})).toEqual(await opened.naive(all))
  expect(opened.readIn).toBe(2)
  opened.reported.splice(0)
})

test('the engine is made anew when most of its rows stand for what has changed', async () => {
  const { put, search, naive } = open(1)
  expect(await search.built()).toBe(true)
  for (let round = 0; round < 40; round++) {
    for (let seq = 1; seq <= 300; seq++) put(seq)
    expect(await search.search(all, () => {})).toEqual(await naive(all))
  }
  expect(await search.built()).toBe(true)
  expect(await search.search(all, () => {})).toEqual(await naive(all))
})

test('asked while everything is read in: it waits, and says so at its deadline', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-tracks-'))
  const item = { row: 1, seq: 1, doc: randomLog(createRandom(1), 1, ['']), rank: 0 }
  // more and more of them
  const track: Track<number> = { between: () => [item], markAll: () => {}, markNone: () => {}, changed: () => [item], at: () => 1 }
  const search = createTrackSearch(track, {
    dir,
    memoryBytes: 2 ** 22,
    snapshot: () => ({ secret: 'secret', seq: 1 }),
    state: () => '',
    report: () => {},
  })
  ends.push(async () => {
    await search.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const asked: Search = { track: 'signals', query: '', from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1, sort: '-timestamp' }
  const late = () => {
    throw new Refusal(504, 'deadline', 'late')
  }
  await expect(search.search(asked, late)).rejects.toMatchObject({ status: 429, code: 'starting' })
})
