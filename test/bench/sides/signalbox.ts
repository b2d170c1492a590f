import { type Core, createCore } from '../../../daemon/core/core.ts'
import { prepareDataDir } from '../../../daemon/data-dir.ts'
import { unrestricted } from '../../../daemon/lib/restrictions.ts'
import { version } from '../../../daemon/lib/version.ts'
import { createMergeThread } from '../../../daemon/merge-thread.ts'
import { isLarge, largeMemory } from '../large.ts'
import { buckets, facets, type Refresh, rowsShown } from '../queries.ts'
import { type Answer, comparedValues, feed, type Side } from './side.ts'

/** The daemon's core as its worker thread runs it, without HTTP around it. */
export async function open(dir: string): Promise<Side> {
  prepareDataDir(dir, process.getuid?.())
  const core = createCore({ dir, merger: createMergeThread(), now: Date.now, publish: () => {}, report: console.error })
  await core.logsReady()
  if (isLarge((await core.statistics()).logs)) await core.setMemory(largeMemory)
  return {
    version,
    async load(count) {
      const text = new TextEncoder()
      const ingestMs = await feed(count, async lines => {
        await core.append(text.encode(lines.join('\n')), {})
      })
      const start = performance.now()
      await core.caughtUp()
      return { ingestMs, afterwardsMs: performance.now() - start }
    },
    refresh: refresh => answer(core, refresh),
    close: () => core.close(),
  }
}

async function answer(core: Core, { query, from, to, rowsOnly }: Refresh): Promise<Answer> {
  const found = await core.searchLogs(unrestricted, {
    track: 'logs',
    query,
    from,
    to,
    limit: rowsShown,
    sort: '-timestamp',
    ...(!rowsOnly && { facets, histogram: { buckets } }),
  })
  return {
    total: found.total,
    rows: found.rows.map(row => String(row.attributes['trace_id'])),
    facets: Object.fromEntries(Object.entries(found.facets).map(([path, counts]) => [path, counts.slice(0, comparedValues)])),
    histogram: found.histogram.map(({ count }) => count),
  }
}
