import { rareRefreshes } from '../queries.ts'
import { median } from '../statistics.ts'
import type { Measured, Stage } from './measure.ts'

/** Refreshes on words and phrases that few logs have. */
export async function measureText(stage: Stage): Promise<Measured> {
  const side = await stage.side('signalbox')
  const rows: Measured['rows'] = []
  for (const refresh of rareRefreshes) {
    const { times, answer } = await side.refresh(refresh, 8)
    const note = `${answer.total} logs; the first time ${times[0]!.toFixed(1)} ms`
    rows.push({ what: `rare text ${refresh.query}`, value: median(times.slice(1)), unit: 'ms', most: 10, note })
  }
  return { rows }
}
