import type { CaseSort } from '../../case-messages.ts'
import { listOf } from '../place.ts'
import { wordsOf } from './words.ts'

// Which cases are shown, and in which order: all of it from the URL.

export const facetFields = ['status', 'priority', 'assignee', 'type', 'project', 'overdue', 'archived'] as const
export type CaseFacet = (typeof facetFields)[number]

type Asked = Readonly<Record<string, string>>
const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`

/** What the URL asks for as a filter; with `but` one facet is left out of account. What is archived is out of sight unless it is asked for. */
export function filterOf(asked: Asked, but?: CaseFacet): string {
  const chosen = facetFields
    .filter(field => field !== but && asked[field])
    .map(field => `${field}:(${listOf(asked[field]).map(quoted).join(' OR ')})`)
  const text = asked['search'] ?? ''
  return [
    // a key or a field is a query; anything else is words
    /\w:\S|[()"]/.test(text) ? text && `(${text})` : wordsOf(text),
    ...chosen,
    ...(asked['archived'] || but === 'archived' ? [] : ['-archived:true']),
  ]
    .filter(Boolean)
    .join(' ')
}
export const sortOf = (asked: Asked): { by: CaseSort; falling: boolean } => {
  const sort = asked['sort'] ?? '-created_at'
  const by = sort.replace(/^-/, '')
  return { by: by === 'modified_at' || by === 'priority' || by === 'status' ? by : 'created_at', falling: sort.startsWith('-') }
}
