import { createEnrich } from '../../../daemon/intel/enrich.ts'
import { createFeeds } from '../../../daemon/intel/feeds.ts'
import { openGeo } from '../../../daemon/intel/geo.ts'
import type { NewLog } from '../../../shared/log.ts'
import { makeRanges } from '../ranges.ts'
import { median } from '../statistics.ts'
import { logAt } from '../workload.ts'
import type { Measured, Stage } from './measure.ts'

const rounds = 7
const count = 4000

/** What enrichment costs a log on the thread of the HTTP server: with a feed of addresses, and with feeds of names beside it. */
export async function measureEnrich(stage: Stage): Promise<Measured> {
  await stage.closeSides()
  const logs = Array.from({ length: count }, (_, i) => ({ ...logAt(i, count), received: 0 }))
  const feeds = createFeeds({ dir: stage.directory('enrich'), now: Date.now })
  await feeds.open()
  const enrich = createEnrich({ ...feeds, locate: await openGeo().locator() })
  const add = async (name: string, format: string, text: string) =>
    feeds.load((await feeds.add({ name, format, category: 'malware', intention: 'malicious' })).id, text)
  await add('Addresses', 'netset', makeRanges(3000, 0).blocks.join('\n'))
  const addresses = cost(logs, enrich)
  await add(
    'Names',
    'list',
    Array.from({ length: 50_000 }, (_, i) => `host-${i}.example.org\nhttp://host-${i}.example.net/${i}`).join('\n'),
  )
  const names = cost(logs, enrich)
  const note = `${logs.length} logs, CPU time`
  return {
    rows: [
      { what: 'enriching a log, a feed of addresses', value: addresses, unit: 'µs', note },
      { what: 'enriching a log, domains and URLs too', value: names, unit: 'µs', note },
    ],
  }
}

function cost(logs: readonly NewLog[], enrich: (log: NewLog) => NewLog): number {
  const costs: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const start = process.cpuUsage()
    for (const log of logs) enrich(log)
    const { user, system } = process.cpuUsage(start)
    if (round > 0) costs.push((user + system) / logs.length)
  }
  return median(costs)
}
