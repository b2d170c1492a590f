import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLarge, largeMemory } from '../large.ts'
import { explorerBody, wholeRefreshes } from '../queries.ts'
import { settled } from '../settled.ts'
import { startDaemon } from '../start-daemon.ts'
import { startSide } from '../start-side.ts'
import type { Measured, Stage } from './measure.ts'

/** How soon the daemon answers after a start with all logs, what memory it takes to answer every query, and how fast segments are made anew. */
export async function measureStart(stage: Stage): Promise<Measured> {
  const { dir } = await stage.loaded('signalbox')
  await stage.closeSides()
  if (isLarge(stage.logs)) writeFileSync(join(dir, 'settings.json'), JSON.stringify({ search: { memory_bytes: largeMemory } }))
  stage.tell('start the daemon')
  const began = performance.now()
  const daemon = await startDaemon(dir)
  await daemon.post('/api/local/explorer', explorerBody(wholeRefreshes[0]!))
  const firstMs = performance.now() - began
  const before = (await daemon.watch('read')).rss
  const settledMs = await settled(daemon)
  for (const refresh of wholeRefreshes) await daemon.post('/api/local/explorer', explorerBody(refresh))
  const { rss } = await daemon.watch('read')
  await daemon.stop()

  stage.tell('rebuild')
  rmSync(join(dir, 'segments'), { recursive: true, force: true })
  const rebuilt = await startSide('signalbox', dir)
  const rate = (stage.logs * 1000) / rebuilt.openMs
  await rebuilt.close()

  const megabytes = (bytes: number) => bytes / 2 ** 20
  return {
    rows: [
      {
        what: 'start to the first answer',
        value: firstMs,
        unit: 'ms',
        most: 1000,
        note: `listens after ${Math.round(daemon.listeningMs)} ms, ${Math.round(megabytes(before))} MB after that answer, ${(settledMs / 1000).toFixed(1)} s more until all is in segments`,
      },
      {
        what: 'memory after the queries',
        value: megabytes(rss),
        unit: 'MB',
        most: isLarge(stage.logs) ? 1024 : 350,
        note: `of the whole daemon, both threads${isLarge(stage.logs) ? `, search.memory_bytes ${largeMemory / 2 ** 20} MB` : ''}`,
      },
      { what: 'rebuild', value: rate, unit: 'logs/s', least: 50_000, note: `${(rebuilt.openMs / 1000).toFixed(1)} s` },
    ],
  }
}
