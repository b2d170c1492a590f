import type { Aggregate } from '../../../shared/aggregate.ts'
import { Refusal } from '../../lib/errors.ts'
import type { Listing } from '../search.ts'

/** Stretches of time in one series, groups in all, and stretches of all groups, that an answer may have. */
const mostPoints = 1000
const mostGroups = 10_000
const mostCells = 100_000
/** Groups that one level alone may have: nothing is multiplied by them. */
const mostOfOne = 50_000
/** Points of a series whose interval nobody chose. */
const usualPoints = 150

/** Values that all cells of `cardinality` may keep between them, and that each may keep in any case. */
const keptValues = 2 ** 22
const leastValues = 1000
const mostValues = 100_000

/** The stretches of time of a series: `count` of them, from `first` times the interval (ms) since 1970 on. */
export interface Series {
  interval: number
  first: number
  count: number
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const usual = [1, 2, 5, 10, 15, 30]
const intervals = [...usual.map(n => n * second), ...usual.map(n => n * minute), ...[1, 2, 3, 6, 12].map(n => n * hour)]

/** The series of each compute that has one, and how many distinct values a cell may count; refuses what would be too much. */
export function boundsOf({ compute, group_by }: Aggregate, { from, to }: Pick<Listing, 'from' | 'to'>) {
  const groups = group_by.reduce((product, { limit }) => product * limit, 1)
  const most = group_by.length > 1 ? mostGroups : mostOfOne
  if (groups > most) throw tooMany('group_by', `asks for ${groups} groups; the limits multiplied may come to ${most}`)
  let cells = 0
  const series = compute.map(({ type, interval = usualInterval(to - from) }, i): Series | undefined => {
    if (type === 'total') return undefined
    const first = Math.floor(from / interval)
    const count = Math.floor(to / interval) - first + 1
    const field = `compute.${i}.interval`
    if (count > mostPoints) throw tooMany(field, `cuts the range into ${count} pieces; ${mostPoints} are allowed`)
    cells += count * groups
    if (cells > mostCells) throw tooMany(field, `asks for ${cells} values, a piece and a group each; ${mostCells} are allowed`)
    return { interval, first, count }
  })
  const all = Math.max(cells, groups)
  return { series, mostValues: Math.max(leastValues, Math.min(mostValues, Math.floor(keptValues / all))) }
}

/** An interval that people count in, of which about 150 make up a range. */
function usualInterval(range: number): number {
  const least = range / usualPoints
  return intervals.find(interval => interval >= least) ?? Math.ceil(least / day) * day
}

const tooMany = (field: string, message: string) => new Refusal(400, 'too_many', `${field} ${message}`, { problems: [{ field, message }] })
