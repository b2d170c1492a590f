import { isSeverity, type Severity as Level, rank } from '../../../../shared/severity.ts'
import type { Group, Measure } from '../../../search-messages.ts'
import { Severity } from '../../../ui/glyphs.tsx'
import { Ago } from '../../../ui/time.tsx'
import { Visible } from '../../../ui/visible.tsx'
import { type Drawn, figure } from './asked.ts'

const [rule, severity] = ['@workflow.rule.name', 'status']
/** What the list of rules asks: how many signals of each severity every rule has, and when it fired last. */
export const ofRules: { groups: string[]; measures: Measure[] } = {
  groups: [rule, severity],
  measures: [{ aggregation: 'count' }, { aggregation: 'max', metric: '@last_seen' }],
}

interface Counted {
  name: string
  total: number
  last: number
  severities: { level: Level; count: number }[]
}
const numberAt = ({ values }: Group, at: number) => (typeof values[at] === 'number' ? values[at] : 0)

/** Rules by their signals, those with the most first. */
export function countRules(groups: readonly Group[]): Counted[] {
  const rules = new Map<string, Counted>()
  for (const group of groups) {
    const { [rule]: name = '', [severity]: level } = group.by
    const counted = rules.get(name) ?? { name, total: 0, last: 0, severities: [] }
    rules.set(name, counted)
    counted.total += numberAt(group, 0)
    counted.last = Math.max(counted.last, numberAt(group, 1))
    if (isSeverity(level)) counted.severities.push({ level, count: numberAt(group, 0) })
  }
  for (const { severities } of rules.values()) severities.sort((a, b) => rank(b.level) - rank(a.level))
  return [...rules.values()].sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
}

/** The rules whose signals were found. */
export const RuleTable = ({ found, onPick }: Drawn) => (
  <table class="groups rules">
    <thead>
      <tr>
        <th scope="col">Rule</th>
        <th scope="col">Severities</th>
        <th scope="col" class="number">
          Signals
        </th>
        <th scope="col">Seen last</th>
      </tr>
    </thead>
    <tbody>
      {countRules(found.groups).map(({ name, total, last, severities }) => (
        <tr key={name}>
          <td>
            <button type="button" title="Show these alone" onClick={() => onPick({ [rule]: name })}>
              <Visible class="cut" text={name} />
            </button>
          </td>
          <td>
            <span class="row">
              {severities.map(({ level, count }) => (
                <span key={level} class="row">
                  <Severity level={level} /> {figure(count)}
                </span>
              ))}
            </span>
          </td>
          <td class="number">{figure(total)}</td>
          <td>
            <span class="weak nowrap">{last > 0 && <Ago time={last} sentence />}</span>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
