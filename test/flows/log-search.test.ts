import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAppend } from '../../daemon/append.ts'
import { evaluate } from '../../daemon/engine/evaluate.ts'
import type { Search } from '../../daemon/engine/search.ts'
import { createPacer } from '../../daemon/engine/slices.ts'
import { createLogSearch, type LogSearch } from '../../daemon/log-search.ts'
import { openStore, type Store } from '../../daemon/store/store.ts'
import type { NewLog } from '../../shared/log.ts'
import { createRandom, randomLog } from '../daemon/engine/random-logs.ts'
import { randomSearch } from '../daemon/engine/random-search.ts'

const ends: (() => Promise<void> | void)[] = []
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'signalbox-search-'))
  ends.push(() => rmSync(dir, { recursive: true, force: true }))
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const everything: Search = { track: 'logs', query: '', from: 0, to: Date.UTC(2100, 0), limit: 1000, sort: 'timestamp', facets: ['service'] }

/** A store, and searches of it that can be ended and begun again, as by a start. */
function open() {
  const store = openStore(dir)
  const reported: unknown[] = []
  const begin = () => createLogSearch(store, error => reported.push(error), { rows: 32 })
  let logSearch = begin()
  const append = createAppend(store, logs => logSearch.add(logs))
  ends.push(async () => {
    await logSearch.close()
    store.close()
  })
  const newLog = ({ seq: _, ...log }: ReturnType<typeof randomLog>) => ({ message: '', status: 'info', received: 0, ...log }) as NewLog
  return {
    store,
    reported,
    get logSearch() {
      return logSearch
    },
    async restart(): Promise<void> {
      await logSearch.close()
      logSearch = begin()
    },
    /** `count` random logs, in batches of a stream each, as they come in. */
    async fill(seed: number, count: number): Promise<void> {
      const random = createRandom(seed)
      for (let done = 0; done < count; done += 7) {
        const stream = random.pick(['live', 'import a'])
        const logs = Array.from({ length: 7 }, (_, i) => newLog(randomLog(random, i, [stream])))
        await append(Buffer.from(logs.map(one => JSON.stringify(one)).join('\n')), {})
      }
    },
  }
}

const naive = (store: Store, search: Search) => {
  const logs = [...store.logs.all()].flat()
  const items = logs.map(log => ({ row: { ...log, id: store.idOf(log.seq) }, seq: log.seq, doc: log }))
  return evaluate(() => items, search, { secret: store.storeId, seq: store.seq }, createPacer())
}

async function expectTheSame(logSearch: LogSearch, store: Store, seed: number): Promise<void> {
  const random = createRandom(seed)
  for (let i = 0; i < 40; i++) {
    const search = i === 0 ? everything : randomSearch(random)
    expect(await logSearch.search(search), JSON.stringify(search)).toEqual(await naive(store, search))
  }
}

const segmentFiles = () => readdirSync(join(dir, 'segments'))

test('logs as they come in, then after a start, with blocks put together between the two', async () => {
  const desk = open()
  await desk.logSearch.built()
  await desk.fill(1, 300)
  await desk.logSearch.sealed()
  expect(segmentFiles().length).toBeGreaterThan(2)
  await expectTheSame(desk.logSearch, desk.store, 1)
  let compacted = 0
  for (; desk.store.logs.compact(desk.store.seq); compacted++) await expectTheSame(desk.logSearch, desk.store, 2)
  expect(compacted).toBeGreaterThan(0)
  const before = await desk.logSearch.search(everything)

  await desk.restart()
  // not all of it is there yet: the answer is the same
  expect(await desk.logSearch.search(everything)).toEqual(before)
  expect(await desk.logSearch.built()).toBe(true)
  expect(await desk.logSearch.search(everything)).toEqual(before)
  await desk.fill(2, 100)
  await desk.logSearch.sealed()
  await expectTheSame(desk.logSearch, desk.store, 3)
  expect(desk.reported).toEqual([])
})

test('logs that come in while the engine is being made', async () => {
  const desk = open()
  await desk.fill(3, 200)
  await desk.restart()
  await desk.fill(4, 70)
  expect(await desk.logSearch.built()).toBe(true)
  await expectTheSame(desk.logSearch, desk.store, 4)
  expect(desk.reported).toEqual([])
})

test.each(['deleted', 'cut short'])('segments %s while it runs: the same answers', async how => {
  const desk = open()
  await desk.fill(5, 300)
  expect(await desk.logSearch.built()).toBe(true)
  await desk.logSearch.sealed()
  const files = segmentFiles().map(name => join(dir, 'segments', name))
  if (how === 'deleted') rmSync(join(dir, 'segments'), { recursive: true })
  else for (const file of files) truncateSync(file, 10)
  await expectTheSame(desk.logSearch, desk.store, 6)
  // once it was seen to fail it is made anew
  expect(await desk.logSearch.built()).toBe(true)
  await desk.logSearch.sealed()
  await expectTheSame(desk.logSearch, desk.store, 7)
  if (how === 'cut short') expect(String(desk.reported[0])).toContain('is shorter than it was')
})
