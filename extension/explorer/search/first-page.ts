import { severities } from '../../../shared/severity.ts'
import { type Page, type SearchAsked, type Sort, sorts, type Track } from '../../search-messages.ts'
import { readList } from './list.ts'
import type { Range, Span } from './range.ts'
import type { Defaults } from './types.ts'

// What a search is about, as the URL has it, and how its first page is asked for.

/** Rows of the first page, which is waited for. */
const rows = 50
/** Facets that are counted in one answer. */
const mostFacets = 50
/** Bars of the histogram. */
const bars = 72

export interface Wanted {
  query: string
  range: Range
  sort: Sort
  facets: readonly string[]
}

const endOf = (from: string | undefined) => (from === 'today' || from === 'yesterday' ? from : 'now')
export const rangeOf = (from: string | undefined, to: string | undefined, defaults: Defaults): Range => ({
  from: from ?? defaults.from,
  to: to ?? endOf(from),
})
/** The range as the URL has it: what is usual is left out. */
export const wordsOf = ({ from, to }: Range, defaults: Defaults) => ({
  from: from === defaults.from && to === 'now' ? undefined : from,
  to: to === endOf(from) ? undefined : to,
})
export const sortOf = (text: string | undefined, defaults: Defaults): Sort =>
  sorts.find(sort => sort === text) ?? defaults.sort ?? '-timestamp'
export const facetsOf = (text: string | undefined, defaults: Defaults): readonly string[] =>
  readList(text)?.slice(0, mostFacets) ?? Object.keys(defaults.facets)

export const wantedIn = ({ query = '', from, to, sort, facets }: Readonly<Record<string, string>>, defaults: Defaults): Wanted => ({
  query,
  range: rangeOf(from, to, defaults),
  sort: sortOf(sort, defaults),
  facets: facetsOf(facets, defaults),
})
/** The same for what asks the same. */
export const keyOf = ({ query, range, sort, facets }: Wanted): string => JSON.stringify([query, range, sort, facets])

/** The rows alone: what is counted beside them takes several times as long. `view`: a newer search of it ends an older one. */
export const firstPage = (track: Track, { query, sort }: Wanted, span: Span, view: string): SearchAsked & Page => ({
  track,
  query,
  ...span,
  limit: rows,
  sort,
  view,
})
/** What stands beside the rows: facets, and the histogram. */
export const countsOf = (track: Track, { query, facets }: Wanted, span: Span): SearchAsked & Page => ({
  track,
  query,
  ...span,
  limit: 0,
  facets: [...facets],
  buckets: bars,
  ...(track === 'signals' && bySeverity(span)),
})

/** How long a stretch of time each bar of severities is about, ms. */
export const stretchOf = ({ from, to }: Span): number => Math.max(1, Math.ceil((to - from + 1) / bars))

/** The bars of signals are stacked by severity. */
const bySeverity = (span: Span): Pick<Page, 'measures' | 'groupBy'> => ({
  measures: [{ aggregation: 'count', interval: `${stretchOf(span)}ms` }],
  groupBy: [{ facet: 'status', limit: severities.length }],
})
