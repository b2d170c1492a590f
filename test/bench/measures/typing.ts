import { parse } from '../../../shared/query/parse.ts'
import { explorerBody } from '../queries.ts'
import { settled } from '../settled.ts'
import { startDaemon } from '../start-daemon.ts'
import { percentile } from '../statistics.ts'
import { startTrickle } from '../trickle.ts'
import { begin } from '../workload.ts'
import type { Measured, Stage } from './measure.ts'

const typed = [
  'failed password user_12',
  'source:nginx wp-login php 404',
  'service:checkout -env:prod onyx GET',
  '@usr.name:user_77 invalid user',
  'denied with AccessDenied bkt-quartz',
]
const keystrokes = 20
/** ms between two keys. */
const pause = 120
/** Logs come in for so long before somebody types, ms: what is measured is a daemon at work, not one that has just started. */
const before = 5000
/** A daemon that cannot keep up is not waited for longer than this, ms. */
const patience = 120_000

/** A query typed key by key while logs come in; each key that leaves a query refreshes the whole explorer. */
export async function measureTyping(stage: Stage): Promise<Measured> {
  const { dir } = await stage.loaded('signalbox')
  await stage.closeSides()
  const daemon = await startDaemon(dir)
  await settled(daemon)
  stage.tell(`${keystrokes} keys of ${typed.length} queries`)

  const trickle = startTrickle(daemon, 2000)
  await new Promise(resolve => setTimeout(resolve, before))
  const times: number[] = []
  const began = performance.now()
  for (const query of typed) {
    for (const part of prefixes(query)) {
      if (performance.now() - began > patience) break
      const to = Math.max(Date.now(), begin + 31 * 86_400_000)
      const start = performance.now()
      await daemon.post('/api/local/explorer', explorerBody({ name: part, query: part, from: begin, to }))
      times.push(performance.now() - start)
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }
  const rate = await trickle.stop()
  await daemon.stop()
  const slowest = Math.max(...times)
  return {
    rows: [
      {
        what: 'a key typed while logs come in, p95',
        value: percentile(times, 0.95),
        unit: 'ms',
        most: 100,
        note: `${times.length} keys, p50 ${percentile(times, 0.5).toFixed(1)} ms, slowest ${slowest.toFixed(0)} ms, beside ${Math.round(rate)} logs/s`,
      },
    ],
    details: times,
  }
}

/** The first twenty beginnings of a query that are queries themselves. */
function prefixes(query: string): string[] {
  const all = Array.from({ length: query.length }, (_, i) => query.slice(0, i + 1))
  return all.filter(isQuery).slice(0, keystrokes)
}
function isQuery(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
