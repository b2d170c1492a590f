import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../../relay.ts'
import type { Page } from '../../../search-messages.ts'
import { Failed, Skeleton } from '../../states.tsx'
import type { Surface } from '../types.ts'
import { type Drawn, type Look, said, type Visual } from './asked.ts'
import { Pie } from './pie.tsx'
import { ofRules, RuleTable } from './rules.tsx'
import { Series } from './series.tsx'
import { GroupTable, TopList } from './tables.tsx'

/** Groups of each level. */
const limits: Record<Exclude<Visual, 'list'>, number[]> = { top: [50], rules: [100, 5], table: [20, 10], timeseries: [6], pie: [9] }
const points = 60

const charts = { top: TopList, rules: RuleTable, table: GroupTable, timeseries: Series, pie: Pie } as const

/** Groups of what was found, as they are asked for; what was there stays until the next answer. */
export function Chart({ surface, look }: { surface: Surface; look: Look & { visual: keyof typeof charts } }) {
  const [drawn, setDrawn] = useState<Omit<Drawn, 'onPick'>>()
  const [error, setError] = useState('')
  const found = surface.found.value
  const { visual, groups, measure } = look
  async function load(isGone = () => false) {
    if (!found) return
    const { span } = found
    const interval = `${Math.max(1, Math.ceil((span.to - span.from + 1) / points))}ms`
    const asked = visual === 'rules' ? ofRules : { groups, measures: [visual === 'timeseries' ? { ...measure, interval } : measure] }
    const page: Page = {
      limit: 0,
      measures: asked.measures,
      groupBy: asked.groups.map((facet, i) => ({ facet, limit: limits[visual][i] ?? 10 })),
    }
    const answer = await ask('search', { track: surface.track, query: surface.query.peek(), ...span, ...page })
    if (isGone()) return
    setError(isFailure(answer) ? answer.error : '')
    if (!isFailure(answer)) setDrawn({ found: answer, look, span })
  }
  useEffect(() => {
    let gone = false
    void load(() => gone)
    return () => {
      gone = true
    }
  }, [found, visual, groups.join('\n'), measure.aggregation, measure.metric])
  if (error) return <Failed error={error} onRetry={() => void load()} />
  if (!drawn || drawn.look.visual !== visual) return <Skeleton />
  const Draw = charts[visual]
  return (
    <div class="chart">
      <h2>
        {visual === 'rules' ? 'Rules by their signals' : said(drawn.look.measure)}
        {drawn.look.groups.length > 0 && <span class="weak"> by {drawn.look.groups.join(', then ')}</span>}
      </h2>
      {drawn.found.groups.length === 0 ? (
        <p class="dim">Nothing found has a value there. Group by something else, or widen the time.</p>
      ) : (
        <Draw
          {...drawn}
          onPick={values => {
            for (const [path, value] of Object.entries(values)) surface.narrow(path, value, 'only')
          }}
        />
      )}
      {drawn.found.warnings.map(warning => (
        <p key={warning} class="dim">
          About: {warning}
        </p>
      ))}
    </div>
  )
}
