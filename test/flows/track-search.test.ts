import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { evaluate, type Item } from '../../daemon/engine/evaluate.ts'
import type { Search } from '../../daemon/engine/search.ts'
import { Refusal } from '../../daemon/lib/errors.ts'
import { createTrackSearch, type Track } from '../../daemon/track-search.ts'
import { rankOfStatus } from '../../daemon/tracks.ts'
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
  function put(seq: number): void {
    const severity = random.pick(severities)
    items.set(seq, { row: seq, seq, doc: { ...randomLog(random, seq, ['']), status: severity }, rank: rank(severity) })
    touched.add(seq)
  }
  const track: Track<number> = {
    between: () => items.values(),
    markAll: () => {
      for (const seq of items.keys()) touched.add(seq)
    },
    changed: most =>
      [...touched].slice(0, most).map(seq => {
        touched.delete(seq)
        return items.get(seq)!
      }),
    at: seq => items.get(seq)?.row,
  }
  const snapshot = () => ({ secret: 'secret', seq: items.size })
  for (let seq = 1; seq <= 300; seq++) put(seq)
  const search = createTrackSearch(track, {
    dir,
    memoryBytes: 2 ** 22,
    snapshot,
    report: error => reported.push(error),
    rankOf: rankOfStatus,
  })
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
  return { random, put, items, search, naive }
}

test('records that change between searches: each answer shows every change', { timeout: 60_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { random, put, items, search, naive } = open(seed)
  expect(await search.built()).toBe(true)
  for (let i = 0; i < 300; i++) {
    for (let n = random.below(4); n > 0; n--) put(random.chance(0.2) ? items.size + 1 : 1 + random.below(items.size))
    const asked = { ...randomSearch(random), ...(random.chance(0.5) && { sort: 'severity' as const }) }
    const found = await search.search(asked, () => {})
    expect(found, `seed ${seed}, ${JSON.stringify(asked)}`).toEqual(await naive(asked))
    if (found.after === undefined) continue
    const next = { ...asked, cursor: found.after }
    expect(await search.search(next, () => {}), `seed ${seed}, ${JSON.stringify(next)}`).toEqual(await naive(next))
  }
})

test('the engine is made anew when most of its rows stand for what has changed', async () => {
  const { put, search, naive } = open(1)
  const asked: Search = { track: 'signals', query: '', from: 0, to: Date.UTC(2100, 0), limit: 10, sort: 'severity', facets: ['status'] }
  expect(await search.built()).toBe(true)
  for (let round = 0; round < 40; round++) {
    for (let seq = 1; seq <= 300; seq++) put(seq)
    expect(await search.search(asked, () => {})).toEqual(await naive(asked))
  }
  expect(await search.built()).toBe(true)
  expect(await search.search(asked, () => {})).toEqual(await naive(asked))
})

test('asked while everything is read in: it waits, and says so at its deadline', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-tracks-'))
  const item = { row: 1, seq: 1, doc: randomLog(createRandom(1), 1, ['']), rank: 0 }
  // more and more of them
  const track: Track<number> = { between: () => [item], markAll: () => {}, changed: () => [item], at: () => 1 }
  const search = createTrackSearch(track, { dir, memoryBytes: 2 ** 22, snapshot: () => ({ secret: 'secret', seq: 1 }), report: () => {} })
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
