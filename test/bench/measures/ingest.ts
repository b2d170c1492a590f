import { bytesIn } from '../bytes-in.ts'
import { lineAt } from '../sides/side.ts'
import type { Measured, Stage } from './measure.ts'

/** Taking in batches of 500, each on disk before the next, and what that takes on disk. */
export async function measureIngest(stage: Stage): Promise<Measured> {
  const rows: Measured['rows'] = []
  const rates = new Map<string, number>()
  for (const name of ['signalbox', ...stage.peers]) {
    const { ingestMs, afterwardsMs, dir } = await stage.loaded(name)
    rates.set(name, (stage.logs * 1000) / ingestMs)
    const note = [
      name === 'clickhouse' ? 'not durable: it does not wait for the disk' : 'durable',
      ...(afterwardsMs > 1000 ? [`and ${(afterwardsMs / 1000).toFixed(1)} s afterwards`] : []),
    ].join(', ')
    rows.push({ what: `intake, ${name}`, value: rates.get(name)!, unit: 'logs/s', note })
    rows.push({
      what: `disk a log, ${name}`,
      value: bytesIn(dir) / stage.logs,
      unit: 'bytes',
      ...(name === 'signalbox' && { most: 600, note: noteOn(stage.logs) }),
    })
  }
  const duckdb = rates.get('duckdb')
  if (duckdb !== undefined)
    rows.push({ what: 'durable intake beside duckdb', value: rates.get('signalbox')! / duckdb, unit: '×', least: 2 })
  return { rows }
}

function noteOn(count: number): string {
  const sample = Array.from({ length: 1000 }, (_, i) => lineAt(Math.floor((i * count) / 1000), count).length)
  return `a log as JSON has ${Math.round(sample.reduce((sum, length) => sum + length, 0) / sample.length)}`
}
