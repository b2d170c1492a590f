import { open as clickhouse } from './sides/clickhouse.ts'
import { open as duckdb } from './sides/duckdb.ts'
import type { Side } from './sides/side.ts'
import { open as signalbox } from './sides/signalbox.ts'
import { open as sqlite } from './sides/sqlite.ts'
import type { Ask } from './start-side.ts'

// A process of its own for each side, so that memory is told apart: argv is the side and its directory, questions come as messages.
const sides = { signalbox, duckdb, clickhouse, sqlite }
const [, , name, dir] = process.argv
let side: Side | undefined

async function reply(ask: Ask): Promise<unknown> {
  switch (ask.do) {
    case 'open': {
      const start = performance.now()
      side = await sides[name as keyof typeof sides](dir!)
      return { version: side.version, openMs: performance.now() - start }
    }
    case 'load':
      return side!.load(ask.count)
    case 'refresh': {
      const times: number[] = []
      let answer: unknown
      for (let i = 0; i < ask.times; i++) {
        const start = performance.now()
        answer = await side!.refresh(ask.refresh)
        times.push(performance.now() - start)
      }
      return { times, answer }
    }
    case 'memory':
      return process.memoryUsage.rss()
    case 'close':
      await side!.close()
      return undefined
  }
}

process.on('message', (ask: Ask) => {
  reply(ask).then(
    value => process.send!({ value }),
    (error: unknown) => process.send!({ error: (error as Error).stack ?? String(error) }),
  )
})
// whoever asked is gone
process.once('disconnect', () => process.exit())
