import { rank, severities } from '../../../shared/severity.ts'
import type { RuleNoise, RuleRow } from '../../rule-messages.ts'
import { listOf } from '../place.ts'

// Which rules are shown, and in which order: all of it from the URL.

export type Noise = Readonly<Record<string, RuleNoise>>

/** What rules can be told apart by: the key in the URL, and the value a rule has. */
export const facets = {
  severity: (rule: RuleRow) => rule.severity ?? 'none',
  state: (rule: RuleRow) => (rule.enabled ? 'on' : 'off'),
  origin: (rule: RuleRow) => (rule.isDefault ? 'default' : rule.imported ? 'imported' : 'own'),
  method: (rule: RuleRow) => rule.method || 'none',
  source: (rule: RuleRow) => rule.source ?? 'none',
} as const
export type FacetName = keyof typeof facets
export const facetNames = Object.keys(facets) as FacetName[]

type Asked = Readonly<Record<string, string>>

/** Whether a rule has all the words that were typed, in its name, its tags or its id. */
function hasWords({ id, name, tags }: RuleRow, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = [name, id, ...tags].join('\n').toLowerCase()
  return words.every(word => text.includes(word))
}
const wordsOf = (asked: Asked) => (asked['search'] ?? '').toLowerCase().split(/\s+/).filter(Boolean)

/** The rules that are asked for; with `but` one facet is left out of account. */
export function wanted(rules: readonly RuleRow[], asked: Asked, but?: FacetName): RuleRow[] {
  const words = wordsOf(asked)
  const chosen = facetNames.filter(name => name !== but && asked[name]).map(name => [facets[name], new Set(listOf(asked[name]))] as const)
  return rules.filter(rule => hasWords(rule, words) && chosen.every(([of, values]) => values.has(of(rule))))
}

/** How many rules each value of a facet has among those that the rest of what is asked leaves; chosen values are there with none too. */
export function countsOf(rules: readonly RuleRow[], asked: Asked, name: FacetName): { value: string; count: number }[] {
  const counts = new Map<string, number>(listOf(asked[name]).map(value => [value, 0]))
  for (const rule of wanted(rules, asked, name)) {
    const value = facets[name](rule)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const all = [...counts].map(([value, count]) => ({ value, count }))
  if (name === 'severity') return all.sort((a, b) => order(a.value) - order(b.value))
  return all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
// without one it comes last
const order = (severity: string) => [...severities, 'none'].indexOf(severity)

const byText = (of: (rule: RuleRow) => string) => (a: RuleRow, b: RuleRow) => of(a).localeCompare(of(b))
const byNumber = (of: (rule: RuleRow, noise: Noise) => number | null | undefined) => (a: RuleRow, b: RuleRow, noise: Noise) =>
  (of(a, noise) ?? -1) - (of(b, noise) ?? -1)
const sorts: Record<string, (a: RuleRow, b: RuleRow, noise: Noise) => number> = {
  name: byText(rule => rule.name),
  severity: byNumber(rule => (rule.severity ? rank(rule.severity) : null)),
  method: byText(rule => rule.method),
  source: byText(rule => rule.source ?? ''),
  enabled: byNumber(rule => Number(rule.enabled)),
  week: byNumber(({ id }, noise) => noise[id]?.week),
  month: byNumber(({ id }, noise) => noise[id]?.month),
  wrong: byNumber(({ id }, noise) => noise[id]?.falsePositives),
  last: byNumber(({ id }, noise) => noise[id]?.last),
}

/** In the order that is asked for, such as `-week`; rules that are alike in it by their names. */
export function sorted(rules: readonly RuleRow[], noise: Noise, sort: string): RuleRow[] {
  const compare = sorts[sort.replace(/^-/, '')] ?? sorts['name']!
  const sign = sort.startsWith('-') ? -1 : 1
  return [...rules].sort((a, b) => sign * compare(a, b, noise) || a.name.localeCompare(b.name))
}
