import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAppend } from '../../daemon/core/append.ts'
import { createLogSearch, type LogSearch } from '../../daemon/core/log-search.ts'
import { evaluate } from '../../daemon/engine/evaluate.ts'
import type { Search } from '../../daemon/engine/search.ts'
import { createPacer } from '../../daemon/engine/slices.ts'
import { openStore, type Store } from '../../daemon/store/store.ts'
import type { NewLog } from '../../shared/log.ts'
import { createRandom, type Random, randomLog } from '../daemon/engine/random-logs.ts'
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
    async restart(meanwhile = () => {}): Promise<void> {
      await logSearch.close()
      meanwhile()
      logSearch = begin()
    },
    /** `count` random logs, in batches of a stream each, as they come in. */
    async fill(seed: number, count: number): Promise<void> {
      const random = createRandom(seed)
      for (let done = 0; done < count; done += 7) {
        // long enough in one stream for its blocks to be put together
        const stream = Math.floor(done / 84) % 2 === 0 ? 'live' : 'import a'
        const logs = Array.from({ length: 7 }, (_, i) => newLog(randomLog(random, i, [stream])))
        await append(Buffer.from(logs.map(one => JSON.stringify(one)).join('\n')), {})
      }
    },
  }
}

const naive = (store: Store, search: Search) => {
  const logs = [...store.logs.all(() => true)].flat()
  const items = logs.map(log => ({ row: { ...log, id: store.idOf(log.seq) }, seq: log.seq, doc: log }))
  return evaluate(() => items, search, { secret: store.storeId, seq: store.seq }, createPacer())
}

async function expectTheSame(logSearch: LogSearch, store: Store, seed: number, searches = 40): Promise<void> {
  const random = createRandom(seed)
  for (let i = 0; i < searches; i++) {
    const search = i === 0 ? everything : randomSearch(random)
    expect(await logSearch.search(search), JSON.stringify(search)).toEqual(await naive(store, search))
  }
}

const segmentFiles = () => readdirSync(join(dir, 'segments', 'logs'))

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
  const files = segmentFiles().map(name => join(dir, 'segments', 'logs', name))
  if (how === 'deleted') rmSync(join(dir, 'segments', 'logs'), { recursive: true })
  else for (const file of files) truncateSync(file, 10)
  await expectTheSame(desk.logSearch, desk.store, 6)
  // once it was seen to fail it is made anew
  expect(await desk.logSearch.built()).toBe(true)
  await desk.logSearch.sealed()
  await expectTheSame(desk.logSearch, desk.store, 7)
  if (how === 'cut short') expect(String(desk.reported[0])).toContain('is shorter than it was')
})

const damages: Record<string, (file: string, random: Random) => void> = {
  deleted: file => rmSync(file),
  emptied: file => truncateSync(file, 0),
  'cut short': (file, random) => truncateSync(file, random.below(statSync(file).size)),
  'changed in one byte': (file, random) => {
    const bytes = readFileSync(file)
    bytes[random.below(bytes.length)]! ^= 1 + random.below(255)
    writeFileSync(file, bytes)
  },
  'overwritten by another': file => writeFileSync(file, readFileSync(join(dir, 'segments', 'logs', segmentFiles().at(-1)!))),
}
test.each(
  Object.keys(damages),
)('each file of the engine in turn %s before a start: the same answers, and then an engine again', async how => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = createRandom(seed)
  const desk = open()
  await desk.fill(seed, 120)
  expect(await desk.logSearch.built()).toBe(true)
  await desk.logSearch.sealed()
  const count = segmentFiles().length
  expect(count).toBeGreaterThan(5)
  for (let i = 0; i < count; i++) {
    await desk.restart(() => damages[how]!(join(dir, 'segments', 'logs', segmentFiles()[i % segmentFiles().length]!), random))
    await expectTheSame(desk.logSearch, desk.store, seed + i, 5)
    expect(await desk.logSearch.built(), `seed ${seed}`).toBe(true)
    await expectTheSame(desk.logSearch, desk.store, seed - i, 5)
  }
})

test('files left by a kill: one half written, and those that a merged one stands for', async () => {
  const desk = open()
  await desk.fill(8, 100)
  const early = new Map(segmentFiles().map(name => [name, readFileSync(join(dir, 'segments', 'logs', name))]))
  await desk.fill(9, 300)
  await desk.logSearch.sealed()
  await desk.restart(() => {
    for (const [name, bytes] of early) if (name !== 'values') writeFileSync(join(dir, 'segments', 'logs', name), bytes)
    writeFileSync(join(dir, 'segments', 'logs', '99999999.segment'), 'half')
  })
  expect(await desk.logSearch.built()).toBe(true)
  await expectTheSame(desk.logSearch, desk.store, 10)
  expect(segmentFiles()).not.toContain('99999999.segment')
})

test('a start takes over what was sealed, and reads little again', async () => {
  const desk = open()
  await desk.fill(11, 300)
  await desk.logSearch.sealed()
  let read = 0
  const all = desk.store.logs.all
  desk.store.logs.all = function* (isWanted) {
    for (const logs of all(isWanted)) {
      read += logs.length
      yield logs
    }
  }
  // the first ends before it has looked at anything
  await desk.restart()
  await desk.restart()
  expect(await desk.logSearch.built()).toBe(true)
  expect(read).toBeLessThan(60)
  await expectTheSame(desk.logSearch, desk.store, 11)
})

test('files of a store that went another way are not believed', async () => {
  const desk = open()
  await desk.fill(12, 300)
  await desk.logSearch.sealed()
  const find = desk.store.logs.find
  let segments: string[] = []
  await desk.restart(() => {
    segments = segmentFiles()
    desk.store.logs.find = seq => ({ ...find(seq)!, timestamp: 1 })
  })
  expect(await desk.logSearch.built()).toBe(true)
  desk.store.logs.find = find
  await desk.logSearch.sealed()
  await expectTheSame(desk.logSearch, desk.store, 12)
  expect(segmentFiles().filter(name => segments.includes(name))).toEqual(['values'])
})

test('no engine can be made, since its files cannot be written: the same answers, without trying all the time', async () => {
  const { store, fill } = open()
  await fill(13, 50)
  const reported: unknown[] = []
  const logSearch = createLogSearch({ ...store, dir: '/dev/null' }, error => reported.push(error))
  for (let i = 0; i < 5; i++) await expectTheSame(logSearch, store, 13, 5)
  expect(reported.length).toBeGreaterThan(1)
  expect(reported.length).toBeLessThan(6)
  await logSearch.close()
})
