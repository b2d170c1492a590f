import type { Json } from '../../../shared/json.ts'
import { NewValueOptions } from '../../../shared/rule-options.ts'
import { defineMethod } from '../../lib/kinds.ts'
import { createKnown } from '../known.ts'
import { behindSieve } from '../sieve.ts'

const day = 86_400_000
/** Values that a group knows at a time; past that the one not seen for longest is forgotten. */
const most = 10_000

/**
 * A value that a group has not had before, once it has been learned what it has: for so many days since the group's first log, or for none or
 * one log. A value is new once, and again when it was not seen for `forgetAfter` days.
 */
export const newValue = defineMethod({
  name: 'new_value',
  aggregations: ['new_value'],
  single: true,
  check({ queries }, wrong) {
    const { metrics = [], metric } = queries[0] ?? {}
    if (metrics.length === 0 && !metric) wrong('queries.0.metrics', 'must name the fields whose values are learned')
    if (metrics.length > 5) wrong('queries.0.metrics', 'can name 5 fields at most')
  },
  prepare(plan) {
    const options = NewValueOptions.parse(plan.options.newValueOptions ?? {})
    const { forgetAfter, learningMethod, learningThreshold } = options
    const learning = learningMethod === 'duration' ? options.learningDuration * day : 0
    /** Logs of a group that are learned from, whatever the time. */
    const silent = learningMethod === 'threshold' ? learningThreshold : learning === 0 ? 1 : 0
    return behindSieve(plan, (room, saved) => {
      let [start, logs] = (saved ?? [null, 0]) as [number | null, number, Json?]
      const known = createKnown(most, forgetAfter * day, room, (saved as Json[] | undefined)?.[2])
      return {
        sift(hit) {
          const { amounts = [], seen = [] } = hit.queries[0] ?? {}
          if (amounts.length === 0) return { same: true }
          const early = start === null || hit.time < start
          if (early) start = hit.time
          const learns = hit.time < start! + learning || logs < silent
          const counted = logs < silent
          if (counted) logs++
          let same = !early && !counted
          const fresh: Json[] = []
          for (const [i, value] of amounts.entries()) {
            const { isNew, changed } = known.see(value, hit.time)
            if (isNew) fresh.push(seen[i] ?? null)
            if (changed) same = false
          }
          if (learns || fresh.length === 0) return { same }
          return { hit, evidence: { new_values: fresh.slice(0, 10) } }
        },
        forget(time) {
          const nothing = known.forget(time)
          // that a group was there is known for as long again, or what comes back would be learned instead of told
          if (!nothing || (known.latest ?? start ?? time) + 2 * forgetAfter * day > time) return false
          start = null
          logs = 0
          return true
        },
        close: known.close,
        save: () => [start, logs, known.save()],
      }
    })
  },
})
