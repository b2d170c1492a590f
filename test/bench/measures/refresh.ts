import { differences } from '../compare.ts'
import { type Refresh, refreshes } from '../queries.ts'
import type { Answer } from '../sides/side.ts'
import { geometricMean, median } from '../statistics.ts'
import type { Measured, Row, Stage } from './measure.ts'

/** Warm repetitions, of which the median counts. */
const repetitions = 7

export interface RefreshLine {
  name: string
  wholeTime: boolean
  total: number
  /** By side: the first time after the start, the median of the next ones, ms. A side that took longer than our deadline has neither. */
  first: Record<string, number>
  warm: Record<string, number>
  /** How much faster we are than the fastest peer; undefined where there is none or answers differ. */
  ratio?: number
  different: string[]
}

/** Refreshes of the explorer on every side, query by query in turn, the answers compared. */
export async function measureRefresh(stage: Stage): Promise<Measured & { details: RefreshLine[] }> {
  const lines: RefreshLine[] = []
  const sides = []
  for (const name of ['signalbox', ...stage.peers]) sides.push(await stage.side(name))
  for (const refresh of refreshes) {
    stage.tell(`refresh ${refresh.name}`)
    const line: RefreshLine = { name: refresh.name, wholeTime: isWhole(refresh), total: 0, first: {}, warm: {}, different: [] }
    let ours: Answer | undefined
    for (const side of sides) {
      const refreshed = await side.refresh(refresh, repetitions + 1).catch(pastDeadline)
      if (!refreshed) continue
      const { answer, times } = refreshed
      ours ??= answer
      line.total = ours.total
      line.first[side.name] = times[0]!
      line.warm[side.name] = median(times.slice(1))
      line.different.push(...differences(answer, ours).map(text => `${side.name}: ${text}`))
    }
    const fastest = Math.min(...stage.peers.map(peer => warmOf(line, peer)))
    if (line.different.length === 0 && stage.peers.length > 0) line.ratio = fastest / warmOf(line, 'signalbox')
    lines.push(line)
  }
  const memory: Row[] = []
  for (const side of sides)
    memory.push({ what: `memory after the refreshes, ${side.name}`, value: (await side.memory()) / 2 ** 20, unit: 'MB' })
  return { rows: [...rowsOf(lines, stage), ...memory], details: lines }
}

/** A query that has met the engine's deadline is a line of the table; anything else ends the measure. */
function pastDeadline(error: unknown): undefined {
  if (!(error as Error).message.includes('The query took longer than')) throw error
}

/** ms, as many as can be where the deadline was met. */
const warmOf = ({ warm }: RefreshLine, side: string): number => warm[side] ?? Number.POSITIVE_INFINITY

const isWhole = ({ name, query }: Refresh) => name === (query || '(everything)')

function rowsOf(lines: RefreshLine[], { logs, peers }: Stage): Row[] {
  const rows: Row[] = []
  const asked = lines.filter(({ name }) => !name.startsWith('(everything)'))
  const ratios = (some: RefreshLine[]) => some.flatMap(({ ratio }) => ratio ?? [])
  if (peers.length > 0 && lines.every(({ different }) => different.length === 0)) {
    rows.push(
      {
        what: 'refresh, geometric mean of the ratios',
        value: geometricMean(ratios(asked.filter(one => one.wholeTime))),
        unit: '×',
        least: 5,
      },
      { what: 'the same, a quarter of the time', value: geometricMean(ratios(asked.filter(one => !one.wholeTime))), unit: '×', least: 5 },
    )
    for (const peer of peers) {
      const slower = lines.filter(
        line => warmOf(line, 'signalbox') > warmOf(line, peer) && !(peer === 'sqlite' && line.total <= logs / 1000),
      )
      const what = `refreshes slower than ${peer}${peer === 'sqlite' ? ', but for rare values' : ''}`
      rows.push({
        what,
        value: slower.length,
        unit: '',
        most: 0,
        ...(slower.length > 0 && { note: slower.map(({ name }) => name).join('; ') }),
      })
    }
  }
  const large = logs >= 10_000_000
  for (const [query, share, most] of [
    ['source:nginx', '45 %', 250],
    ['service:risk', '1 %', 50],
  ] as const) {
    const value = warmOf(lines.find(({ name }) => name === query)!, 'signalbox')
    rows.push({ what: `refresh at ${share} (${query})`, value, unit: 'ms', ...(large && { most }) })
  }
  return rows
}
