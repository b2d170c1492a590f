import { type MeasureName, measureNames } from '../../../../shared/aggregate.ts'
import { isSeverity } from '../../../../shared/severity.ts'
import type { Found, Measure, Track } from '../../../search-messages.ts'
import { place } from '../../place.ts'
import { levels } from '../levels.ts'
import { readList } from '../list.ts'
import type { Span } from '../range.ts'

/** The ways to look at what was found, and how many groups-by each takes. */
export const visuals = {
  list: { label: 'List', groups: 0 },
  rules: { label: 'Rules', groups: 0 },
  top: { label: 'Top list', groups: 1 },
  table: { label: 'Table', groups: 2 },
  timeseries: { label: 'Timeseries', groups: 1 },
  pie: { label: 'Pie', groups: 1 },
} as const
export type Visual = keyof typeof visuals

export interface Look {
  visual: Visual
  groups: string[]
  measure: Measure
}

export interface Drawn {
  found: Found
  look: Look
  span: Span
  /** Ask for the values of a group alone. */
  onPick(values: Record<string, string>): void
}

/** `count`, or `avg:@duration`. */
export function readMeasure(text: string | undefined): Measure {
  const [, name = '', metric = ''] = /^(\w+):?(.*)$/.exec(text ?? '') ?? []
  const aggregation = measureNames.find(one => one === name) ?? 'count'
  return aggregation !== 'count' && metric === '' ? { aggregation: 'count' } : { aggregation, ...(metric !== '' && { metric }) }
}
export const printMeasure = ({ aggregation, metric }: Measure): string => (metric ? `${aggregation}:${metric}` : aggregation)

/** The ways to look at a track: only signals are of rules. */
export const visualsOf = (track: Track): Visual[] =>
  (Object.keys(visuals) as Visual[]).filter(visual => visual !== 'rules' || track === 'signals')

/** What the URL asks to be drawn of a track; without a group-by the first facet is. */
export function lookOf(track: Track, first: string | undefined): Look {
  const { show, group, measure } = place.value.with
  const visual = visualsOf(track).find(one => one === show) ?? 'list'
  const groups = (readList(group) ?? (first ? [first] : [])).slice(0, visuals[visual].groups)
  return { visual, groups, measure: readMeasure(measure) }
}

/** What is drawn side by side: the levels that all look alike in a list are told apart. */
const hues: Readonly<Record<string, string>> = { ...levels, ok: 'hue-5', debug: 'hue-7' }
/** The colour of a group: a severity and a level have their own, as everywhere. */
export const hueOf = (path: string | undefined, name: string, at: number): string =>
  (path === 'status' && (isSeverity(name) ? name : Object.hasOwn(hues, name) && hues[name])) || `hue-${at % 9}`

const words: Record<MeasureName, string> = {
  count: 'Count',
  cardinality: 'Unique values',
  sum: 'Sum',
  avg: 'Average',
  min: 'Least',
  max: 'Most',
  median: 'Median',
  pc75: '75th percentile',
  pc90: '90th percentile',
  pc95: '95th percentile',
  pc98: '98th percentile',
  pc99: '99th percentile',
}
export const measureWords = words
export const said = ({ aggregation, metric }: Measure): string => (metric ? `${words[aggregation]} of ${metric}` : words[aggregation])

const figures = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
export const figure = (value: number | null): string => (value === null ? 'none' : figures.format(value))
