import { isLarge } from '../large.ts'
import { pivots } from '../queries.ts'
import { median } from '../statistics.ts'
import type { Measured, Stage } from './measure.ts'

/** The newest fifty logs of an address. */
export async function measurePivot(stage: Stage): Promise<Measured> {
  const side = await stage.side('signalbox')
  const rows: Measured['rows'] = []
  for (const pivot of pivots) {
    const { times, answer } = await side.refresh(pivot, 22)
    const note = `${answer.total} logs; the first time ${times[0]!.toFixed(1)} ms`
    rows.push({ what: pivot.name, value: median(times.slice(1)), unit: 'ms', ...(!isLarge(stage.logs) && { most: 3 }), note })
  }
  return { rows }
}
