import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogEngine } from '../../daemon/engine/log-engine.ts'
import { facets, queries } from './queries.ts'
import { begin, logAt, span } from './workload.ts'

// node <built file> <logs> <repetitions>: what the engine costs and how long its answers take, without the store around it
const count = Number(process.argv[2] ?? 200_000)
const repetitions = Number(process.argv[3] ?? 7)
const dir = mkdtempSync(join(tmpdir(), 'signalbox-bench-'))
const engine = createLogEngine({ dir, report: console.error })
await engine.open(0)
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
const memory = () => {
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return `heap ${megabytes(heapUsed)}, arrays ${megabytes(arrayBuffers)}, rss ${megabytes(rss)}`
}

const batch = 500
let appending = 0
let longest = 0
let sealing = 0
for (let i = 0; i < count; i += batch) {
  // as they come from the wire: parsed, so that no text is shared with the generator
  const logs = Array.from({ length: Math.min(batch, count - i) }, (_, j) => JSON.parse(JSON.stringify(logAt(i + j, count))))
  const start = performance.now()
  engine.add(logs)
  const took = performance.now() - start
  appending += took
  longest = Math.max(longest, took)
  if ((i / batch) % 128 === 127) {
    const began = performance.now()
    await engine.sealed()
    sealing += performance.now() - began
  }
}
const began = performance.now()
await engine.sealed()
sealing += performance.now() - began
console.log(
  `append ${((appending * 1000) / count).toFixed(2)} µs a log, longest batch ${longest.toFixed(1)} ms; seal ${((sealing * 1000) / count).toFixed(2)} µs a log`,
)
const files = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
globalThis.gc?.()
console.log(engine.statistics(), `files ${(files / count).toFixed(0)} bytes a log; ${memory()}`)

console.log('first ms   p50 ms     total   query')
for (const query of queries) {
  const times: number[] = []
  let total = 0
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now()
    const search = {
      track: 'logs',
      query,
      from: begin,
      to: begin + span + 10_000,
      limit: 50,
      sort: '-timestamp' as const,
      facets,
      histogram: { buckets: 60 },
    }
    ;({ total } = await engine.search(search, { secret: '', seq: count }))
    times.push(performance.now() - start)
  }
  const [first] = times
  const sorted = times.slice(1).sort((a, b) => a - b)
  console.log(
    `${first!.toFixed(1).padStart(8)} ${sorted[sorted.length >> 1]!.toFixed(1).padStart(8)} ${String(total).padStart(9)}   ${query}`,
  )
}
globalThis.gc?.()
console.log(engine.statistics(), memory())
await engine.close({ isKept: false })
rmSync(dir, { recursive: true, force: true })
