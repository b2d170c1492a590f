import type { AttackerGroup } from '../../../shared/attacker.ts'
import type { AttackerRow } from './rows.ts'
import { earlier, later } from './signals.ts'

/** Attackers that have something in common. */
export interface AttackersTogether {
  key: string
  label: string
  rows: AttackerRow[]
}
/** Labels of addresses: the most frequent first. */
export type Labels = Readonly<Record<string, readonly string[]>>

const none = { as: 'No network known', user_agent: 'No user agent', cluster: '' }

/** In which groups an address is, by key and label. */
type GroupsOf = (row: AttackerRow, labels: { agents: Labels; rules: Labels }) => [key: string, label: string][]
export const groupings: Record<Exclude<AttackerGroup, 'ip'>, GroupsOf> = {
  as: ({ described: { place } }) => [place.as ? [String(place.as.number), `AS${place.as.number} ${place.as.name}`] : ['none', none.as]],
  user_agent({ address }, { agents }) {
    const known = agents[address] ?? []
    return known.length === 0 ? [['none', none.user_agent]] : known.map(agent => [agent, agent])
  },
  cluster({ address }, { agents, rules }) {
    const about = [...(rules[address] ?? [])].sort()
    const agent = agents[address]?.[0] ?? none.user_agent
    return [[JSON.stringify([agent, about]), [about.join(', ') || 'No rule', agent].join(' · ')]]
  },
}

/** The groups of rows, the one with the most flagged ones first, then the largest. */
export function together(by: Exclude<AttackerGroup, 'ip'>, rows: readonly AttackerRow[], labels: { agents: Labels; rules: Labels }) {
  const found = new Map<string, AttackersTogether>()
  for (const row of rows)
    for (const [key, label] of groupings[by](row, labels)) {
      const known = found.get(key) ?? { key, label, rows: [] }
      found.set(key, known)
      known.rows.push(row)
    }
  return [...found.values()].sort((a, b) => flagged(b) - flagged(a) || b.rows.length - a.rows.length || (a.key < b.key ? -1 : 1))
}

export const countOf = ({ rows }: AttackersTogether, keep: (row: AttackerRow) => boolean): number => rows.filter(keep).length
const flagged = (group: AttackersTogether) => countOf(group, ({ state }) => state === 'flagged')

export const spanOf = ({ rows }: AttackersTogether) => ({
  first_seen: rows.reduce<number | null>((first, row) => earlier(first, row.first_seen), null),
  last_seen: rows.reduce<number | null>((last, row) => later(last, row.last_seen), null),
})
