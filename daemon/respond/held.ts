import type { RangeMode } from '../../shared/bouncer.ts'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { readSpan } from '../../shared/span.ts'
import { canHold } from './decisions.ts'

/** How many decisions a bouncer has in force that knows all of some values, each of which comes once. */
export function countHeld(ranges: RangeMode, values: Iterable<Pick<DenylistEntry, 'kind' | 'value'>>): number {
  let count = 0
  /** IPv4 addresses, first and last: of those that lie in several ranges a bouncer has one decision. */
  const runs: [from: number, to: number][] = []
  for (const one of values) {
    if (!canHold(ranges, one)) continue
    const span = ranges === 'single' ? readSpan(one.value) : undefined
    if (span?.family === 4) runs.push([span.from[3], span.to[3]])
    else count++
  }
  runs.sort(([a], [b]) => a - b)
  let next = 0
  for (const [from, to] of runs) {
    count += Math.max(0, to + 1 - Math.max(from, next))
    next = Math.max(next, to + 1)
  }
  return count
}
