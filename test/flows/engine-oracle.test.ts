import { expect, test } from 'vitest'
import { createBoth } from '../daemon/engine/both.ts'
import { addresses, createRandom, randomLate, randomLog } from '../daemon/engine/random-logs.ts'
import { randomSearch } from '../daemon/engine/random-search.ts'

// Random searches of random logs: the engine answers what straight evaluation answers, to the last count. A seed repeats a failure.
const seed = Number(process.env['ENGINE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const stores = Number(process.env['ENGINE_STORES'] ?? 100)
const searches = 200

test(`${stores * searches} pairs, ENGINE_SEED=${seed}`, { timeout: 300_000 }, async () => {
  let sealed = 0
  let reread = 0
  for (let store = 0; store < stores; store++) {
    const random = createRandom(seed + store)
    const limits = random.chance(0.3) ? { maxPaths: 6, maxValues: 8, maxBytes: 4096 } : undefined
    const both = await createBoth({
      rows: random.pick([64, 32, 16]),
      ...(limits && { limits }),
      memoryBytes: random.chance(0.8) ? 2 ** 23 : 4000,
    })
    const streams = random.chance(0.7) ? ['live'] : ['live', 'live', 'import a', 'import b']
    const logs = Array.from({ length: 60 + random.below(150) }, (_, i) => randomLog(random, i + 1, streams))
    const asked: { search: ReturnType<typeof randomSearch>; seq: number }[] = []
    both.add(logs.splice(0, logs.length - 20))
    for (let i = 0; i < searches; i++) {
      if (i % 40 === 10) both.add(logs.splice(0, 4))
      if (i === 100) await both.engine.sealed()
      if (i === 120) reread += await both.reload()
      if (i % 10 === 5) both.amend(1 + random.below(both.snapshot().seq), randomLate(random, random.pick(addresses)))
      if (i === 150) both.forget(1, random.pick([40, 80]))
      if (i === 170) await both.reload()
      const again = asked[random.below(asked.length)]
      const search = again && random.chance(0.2) ? again.search : randomSearch(random)
      const seq = random.chance(0.1) ? 50 : both.snapshot().seq
      asked.push({ search, seq })
      const [naive, fast] = [await both.naive(search, seq), await both.fast(search, seq)]
      expect(fast, `store ${store}, ${JSON.stringify(search)}`).toEqual(naive)
      // its next page, and from then on nothing new in it
      if (naive.after !== undefined && random.chance(0.5)) {
        const next = { ...search, cursor: naive.after }
        expect(await both.fast(next), `store ${store}, ${JSON.stringify(next)}`).toEqual(await both.naive(next))
      }
    }
    sealed += both.engine.statistics().sealed
    await both.close()
  }
  expect(sealed).toBeGreaterThan(stores)
  // the rest was there after a start
  expect(reread).toBeLessThan(stores * 60)
})
