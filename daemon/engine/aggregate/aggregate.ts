import type { Aggregate, Aggregated, Bucket, Cut, GroupBy, MeasureName } from '../../../shared/aggregate.ts'
import type { Field } from '../../../shared/query/ast.ts'
import type { Value } from '../../../shared/query/look.ts'
import { toField } from '../../../shared/query/match.ts'
import type { Listing } from '../search.ts'
import { boundsOf, type Series } from './bounds.ts'
import { createCandidates } from './candidates.ts'
import { type Cell, startCell } from './measure.ts'

/** A log on its way into an aggregate. */
export interface Seen {
  /** ms UTC */
  time: number
  /** Its groups on a level, each once, of as many as count (`groupLimit`). */
  labels(level: number): readonly string[]
  /** What stands at a metric, each value once. */
  values(metric: number): readonly Value[]
}

/** A group that is shown, or leads to one. */
interface Node {
  labels: string[]
  key: string
  children: Map<string, Node>
  /** By compute: one cell, or one of each stretch of time that has any. */
  cells: (Cell | undefined)[][]
}

const nodeOf = (labels: string[]): Node => ({ labels, key: JSON.stringify(labels), children: new Map(), cells: [] })
/** What a measure without a metric takes of a log. */
const once: readonly Value[] = [1]

export type Aggregation = ReturnType<typeof createAggregate>

/**
 * Computes an aggregate from logs that are shown to it once for each level of groups, to find those that come first, and once more to fill
 * them: what it keeps is bounded by the groups asked for. The order of the logs does not matter.
 */
export function createAggregate(asked: Aggregate, listing: Listing, budget?: number) {
  const { compute, group_by: levels } = asked
  const { series, mostValues } = boundsOf(asked, listing)
  const metrics: string[] = []
  const numberOf = ({ aggregation, metric }: { aggregation: MeasureName; metric?: string }): number | undefined => {
    if (aggregation === 'count' || metric === undefined) return undefined
    if (!metrics.includes(metric)) metrics.push(metric)
    return metrics.indexOf(metric)
  }
  const computed = compute.map((one, i) => ({ aggregation: one.aggregation, metric: numberOf(one), series: series[i] }))
  const orderedBy = levels.map(({ sort }) => sort.measure && numberOf(sort.measure))
  /** Whether all that is computed is what the last groups are ordered by. */
  const orderSaysAll =
    levels.every(({ total }) => total === undefined) &&
    compute.every(({ aggregation, metric, type }) => {
      const measure = levels.at(-1)?.sort.measure
      return type === 'total' && measure?.aggregation === aggregation && (aggregation === 'count' || measure.metric === metric)
    })
  const skip = (asked.paged && listing.last?.seq) || 0
  const cut = new Set<Cut>()
  const root = nodeOf([])
  let depth = 0
  let candidates = levels[0] && createCandidates(levels[0], budget)
  let more = false
  /** Whether every cell is filled. */
  let isComplete = false

  function offer(node: Node, at: number, log: Seen): void {
    if (at < depth) {
      for (const label of log.labels(at)) {
        const child = node.children.get(label)
        if (child) offer(child, at + 1, log)
      }
      return
    }
    const metric = orderedBy[at]
    const values = metric === undefined ? once : log.values(metric)
    for (const label of log.labels(at)) candidates!.add(node.key, label, values)
  }

  function choose(): void {
    const { limit } = levels[depth]!
    isComplete = depth === levels.length - 1 && orderSaysAll
    const first = depth === 0 ? skip : 0
    for (const node of nodesAt(root, depth)) {
      const groups = candidates!.take(node.key, first + limit)
      if (depth === 0) more = groups.length > first + limit
      for (const { label, cell } of groups.slice(first, first + limit)) {
        const cells = isComplete ? compute.map(() => [cell]) : []
        node.children.set(label, { ...nodeOf([...node.labels, label]), cells })
      }
    }
    if (candidates!.cut) cut.add('groups')
    depth++
    candidates = levels[depth] && createCandidates(levels[depth]!, budget)
  }

  const isTotal = (at: number) => levels[at]?.total !== undefined && (at > 0 || skip === 0)
  const isShown = (at: number) => at === levels.length || isTotal(at)

  function fill(node: Node, at: number, log: Seen): void {
    if (isShown(at)) for (let i = 0; i < computed.length; i++) addTo((node.cells[i] ??= []), computed[i]!, log, mostValues)
    if (at === levels.length) return
    for (const label of log.labels(at)) {
      const child = node.children.get(label)
      if (child) fill(child, at + 1, log)
    }
  }

  function read(node: Node, at: number): Bucket {
    const total = at < levels.length ? [levels[at]!.total!] : []
    const names = [...node.labels.map((label, i) => readLabel(label, levels[i]!)), ...total]
    const computes = computed.map(({ aggregation, series }, i) => {
      const cells = node.cells[i] ?? []
      for (const cell of cells) if (cell?.cut) cut.add(cell.cut)
      return [
        `c${i}`,
        series ? readSeries(cells, series, aggregation === 'count') : (cells[0] ?? startCell(aggregation, 0)).read(),
      ] as const
    })
    return { by: Object.fromEntries(names.map((name, i) => [levels[i]!.facet, name])), computes: Object.fromEntries(computes) }
  }

  function* buckets(node: Node, at: number): Generator<Bucket> {
    if (at === levels.length) yield read(node, at)
    else {
      for (const child of node.children.values()) yield* buckets(child, at + 1)
      if (isTotal(at)) yield read(node, at)
    }
  }

  return {
    facets: levels.map(({ facet }): Field => toField(facet)),
    metrics: metrics.map(toField),
    levels,
    /** A log that the query finds. */
    add(log: Seen): void {
      if (depth === levels.length) fill(root, 0, log)
      else {
        offer(root, 0, log)
        candidates!.trim()
      }
    },
    /** Whether of the first level nothing matters but how often each value was found, so that `addCount` may stand for `add`. */
    countsFirst: levels[0]?.sort.measure?.aggregation === 'count' && !levels[0].histogram && levels[0].missing === undefined,
    addCount(label: string, count: number): void {
      candidates!.addCount(root.key, label, count)
      candidates!.trim()
    },
    /** Whether what is left to be filled are numbers of logs of groups that are chosen, so that `addCounts` may stand for `add`. */
    get countsGroups(): boolean {
      const [level] = levels
      const isPlain = level && !level.histogram && level.missing === undefined && level.total === undefined
      return depth === 1 && levels.length === 1 && isPlain === true && compute.every(({ aggregation }) => aggregation === 'count')
    },
    series,
    /** The groups of the first level that are chosen. */
    groups: () => root.children.keys(),
    /** So many logs of a group: in the whole range, or in one stretch of a series. */
    addCounts(label: string, compute: number, stretch: number, count: number): void {
      const cells = (root.children.get(label)!.cells[compute] ??= [])
      const cell = (cells[stretch] ??= startCell('count', 0))
      cell.add(1, count)
    },
    /** A log counts in the first of its groups only. */
    cutValues: (): void => void cut.add('values'),
    /** Whether all logs have to be shown once more, now that they all were. */
    again(): boolean {
      if (depth === levels.length) return false
      choose()
      return !isComplete
    },
    take(): Aggregated {
      const all = [...buckets(root, 0)]
      return {
        buckets: all,
        ...(asked.paged && more && { after: listing.cursorAfter({ key: 0, seq: skip + levels[0]!.limit }) }),
        cut: [...cut].sort(),
      }
    },
  }
}

function* nodesAt(node: Node, depth: number): Generator<Node> {
  if (depth === 0) yield node
  else for (const child of node.children.values()) yield* nodesAt(child, depth - 1)
}

const readLabel = (label: string, { histogram, missing }: GroupBy): string | number =>
  histogram && label !== String(missing) ? Number(label) : label

interface Computed {
  aggregation: MeasureName
  metric: number | undefined
  series: Series | undefined
}

function addTo(cells: (Cell | undefined)[], { aggregation, metric, series }: Computed, log: Seen, mostValues: number): void {
  const values = metric === undefined ? once : log.values(metric)
  if (values.length === 0) return
  const at = series ? Math.floor(log.time / series.interval) - series.first : 0
  const cell = (cells[at] ??= startCell(aggregation, mostValues))
  for (const value of values) cell.add(value)
}

/** Every stretch of a count; of the rest those that have a value. */
function readSeries(cells: (Cell | undefined)[], { interval, first, count }: Series, isCount: boolean): { time: number; value: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    time: (first + i) * interval,
    value: cells[i]?.read() ?? (isCount ? 0 : null),
  })).filter((point): point is { time: number; value: number } => point.value !== null)
}
