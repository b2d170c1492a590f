import type { Json } from '../../../shared/json.ts'
import { ImpossibleTravelOptions } from '../../../shared/rule-options.ts'
import { defineMethod } from '../../lib/kinds.ts'
import { distanceBetween, type Place } from '../places.ts'
import { behindSieve } from '../sieve.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Faster than this, km/h, and further than that, km, nobody travels. */
const fastest = 1000
const nearest = 500
/** Places that are remembered of one user at a time. */
const most = 50
/** Half around the earth takes this long, ms: what was before says nothing of what can be reached. */
const longest = 21 * hour
const learnedFor = 30 * day

/** A place with the minute in which a user was seen there last. */
type Visit = [place: Place, last: number]

/**
 * Somebody is where nobody could be who was where they were. With a baseline the places of a user's first days, and each that was seen
 * within 30 days, are their own, and say nothing.
 */
export const impossibleTravel = defineMethod({
  name: 'impossible_travel',
  aggregations: ['geo_data'],
  single: true,
  check({ queries }, wrong) {
    const { metrics = [], metric, groupByFields = [] } = queries[0] ?? {}
    if ((metrics[0] ?? metric) !== '@network.client.geoip') wrong('queries.0.metrics', 'must be @network.client.geoip')
    if (groupByFields.length === 0) wrong('queries.0.groupByFields', 'must name the attribute of the user')
  },
  prepare(plan) {
    const { baselineUserLocations: baseline, baselineUserLocationsDuration: days } = ImpossibleTravelOptions.parse(
      plan.options.impossibleTravelOptions ?? {},
    )
    const lifetime = baseline ? learnedFor : longest
    return behindSieve(plan, (room, saved) => {
      let [start, visits] = (saved ?? [null, []]) as unknown as [number | null, Visit[]]
      room.keep(visits.length)

      /** The user was there; answers whether what is saved has changed. */
      function visit(place: Place, at: number): boolean {
        const known = visits.find(([{ name }]) => name === place.name)
        if (known) {
          // a log that is more than a day behind can only be so because the other was ahead of its time
          if (at <= known[1] && known[1] - at <= day / minute) return false
          known[1] = at
          return true
        }
        if (visits.length < most && room.take()) visits.push([place, at])
        else if (visits.length > 0) {
          // the one furthest from now, in the past or in a future that a wrong clock made up
          const away = visits.map(([, last]) => Math.abs(last - at))
          visits[away.indexOf(Math.max(...away))] = [place, at]
        } else return false
        return true
      }

      return {
        sift(hit) {
          const place = hit.queries[0]?.seen?.[0] as Place | undefined
          if (!place) return { same: true }
          const at = Math.floor(hit.time / minute)
          const early = start === null || hit.time < start
          if (early) start = hit.time
          const own = visits.find(([{ name }]) => name === place.name)
          const ours = baseline && own !== undefined && hit.time <= (own[1] + 1) * minute + learnedFor
          const learns = baseline && hit.time < start! + days * day
          const from = learns || ours ? undefined : visits.map(reach).find(one => one !== undefined)
          const changed = visit(place, at) || early
          return from ? { hit, evidence: { ...from, to: place.name } } : { same: !changed }

          function reach([known, last]: Visit) {
            const distance = distanceBetween(known, place!)
            const gap = Math.abs(at - last)
            const speed = distance / Math.max(gap / 60, 1 / 60)
            if (distance <= nearest || speed <= fastest) return undefined
            return { from: known.name, distance_km: Math.round(distance), minutes: gap, speed_kmh: Math.round(speed) }
          }
        },
        forget(time) {
          const before = visits.length
          if (visits.some(([, last]) => (last + 1) * minute + lifetime <= time))
            visits = visits.filter(([, last]) => (last + 1) * minute + lifetime > time)
          room.give(before - visits.length)
          if (visits.length > 0) return false
          start = null
          return true
        },
        close() {
          room.give(visits.length)
          visits = []
        },
        save: (): Json => [start, visits as unknown as Json],
      }
    })
  },
})
