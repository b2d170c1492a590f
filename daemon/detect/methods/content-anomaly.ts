import type { Json } from '../../../shared/json.ts'
import { ContentAnomalyOptions } from '../../../shared/rule-options.ts'
import { defineMethod, type Room } from '../../lib/kinds.ts'
import { behindSieve } from '../sieve.ts'
import { similarity } from '../tokens.ts'

const hour = 3_600_000
const day = 24 * hour
/** Different logs that a group remembers for one query; past that the one not seen for longest is forgotten. */
const most = 500

/** A log by its words, the hour in which one of them was last there, and how many there were, as far as that matters. */
type Item = [tokens: number[], last: number, count: number]

/** Counts logs whose fields are unlike those of the days before: fewer than so many were similar enough, as Jaccard has it. */
export const contentAnomaly = defineMethod({
  name: 'content_anomaly',
  aggregations: ['count', 'none'],
  check({ queries }, wrong) {
    for (const [i, { metrics }] of queries.entries())
      if (metrics.length === 0) wrong(`queries.${i}.metrics`, 'must name the fields whose content is compared')
  },
  prepare(plan) {
    const options = ContentAnomalyOptions.parse(plan.options.contentAnomalyOptions ?? {})
    const alike = options.similarityPercentageThreshold / 100
    const enough = options.nbSimilarItemsThreshold
    const lifetime = options.forgetAfter * day
    return behindSieve(plan, (room, saved) => {
      let [start, latest, lists] = (saved ?? [null, null, plan.names.map(() => [])]) as [number | null, number | null, Item[][]]
      for (const items of lists) for (const [tokens] of items) room.keep(tokens.length)
      let swept = Number.NEGATIVE_INFINITY

      /** The highest similarity to what was there before, and how many were similar enough. */
      function compare(items: readonly Item[], tokens: readonly number[], time: number): { best: number; similar: number } {
        let best = 0
        let similar = 0
        for (const [known, last, count] of items) {
          if ((last + 1) * hour + lifetime < time) continue
          // no more can be shared than the shorter has
          const [short, long] = known.length < tokens.length ? [known.length, tokens.length] : [tokens.length, known.length]
          if (long > 0 && short / long < alike && short / long <= best) continue
          const found = similarity(known, tokens)
          best = Math.max(best, found)
          if (found >= alike) similar += count
          if (similar >= enough) break
        }
        return { best, similar }
      }

      return {
        sift(hit) {
          const worded = hit.queries.filter(({ amounts }) => amounts.length > 0)
          if (worded.length === 0) return { same: true }
          const early = start === null || hit.time < start
          if (early) start = hit.time
          const at = Math.floor(hit.time / hour)
          const later = latest === null || at > latest
          if (later) latest = at
          const learns = hit.time < start! + options.learningDuration * day
          let same = !early && !later
          const unlike: { query: string; similarity: number }[] = []
          const queries = worded.filter(({ index, amounts }) => {
            const items = lists[index]!
            const { best, similar } = compare(items, amounts, hit.time)
            if (learn(items, amounts, at, enough, room)) same = false
            if (learns || similar >= enough) return false
            unlike.push({ query: plan.names[index]!, similarity: Math.round(best * 100) / 100 })
            return true
          })
          return queries.length > 0 ? { hit: { ...hit, queries }, evidence: { unlike } } : { same }
        },
        forget(time) {
          if (Math.floor(time / hour) > swept)
            lists = lists.map(items =>
              items.filter(([tokens, last]) => {
                const lives = (last + 1) * hour + lifetime > time
                if (!lives) room.give(tokens.length)
                return lives
              }),
            )
          swept = Math.floor(time / hour)
          // that a group was there is known for as long again, or what comes back would be learned instead of told
          if (lists.some(items => items.length > 0) || ((latest ?? 0) + 1) * hour + 2 * lifetime > time) return false
          start = null
          latest = null
          return true
        },
        close() {
          for (const [tokens] of lists.flat()) room.give(tokens.length)
          lists = []
        },
        save: (): Json => [start, latest, lists],
      }
    })
  },
})

/** Answers whether what is remembered is another than before. */
function learn(items: Item[], tokens: readonly number[], at: number, enough: number, room: Room): boolean {
  const place = items.findIndex(([known]) => known.length === tokens.length && known.every((token, i) => token === tokens[i]))
  if (place >= 0) {
    const item = items[place]!
    const [, last, count] = item
    // one that is more than a day behind can only be so because the other was ahead of its time
    const next = at > last || last > at + 24 ? at : last
    if (next === last && count >= enough) return false
    item[1] = next
    item[2] = Math.min(enough, count + 1)
    return true
  }
  const oldest = (): Item | undefined =>
    items.reduce<Item | undefined>((old, item) => (old === undefined || item[1] < old[1] ? item : old), undefined)
  while (items.length >= most || !room.take(tokens.length)) {
    const old = oldest()
    if (!old) return false
    items.splice(items.indexOf(old), 1)
    room.give(old[0].length)
  }
  items.push([[...tokens], at, 1])
  return true
}
