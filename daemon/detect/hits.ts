import type { Doc } from '../../shared/log.ts'
import type { Hit } from '../lib/kinds.ts'
import type { CompiledRule } from './compile.ts'

export interface GroupHit {
  values: string[]
  hit: Hit
}

/** Places of the queries that a log matches. */
export function matching({ queries }: CompiledRule, log: Doc): number[] {
  const found: number[] = []
  for (let i = 0; i < queries.length; i++) if (queries[i]!.keeps(log)) found.push(i)
  return found
}

/** What a log that matches these queries means to each of its groups. */
export function hitsOf({ queries, alike }: CompiledRule, log: Doc, matched: readonly number[]): GroupHit[] {
  const entries = matched.map(index => ({ index, ...queries[index]!.take(log) }))
  if (alike) return queries[0]!.groups(log).map(values => ({ values, hit: { time: log.timestamp, queries: entries } }))
  const byGroup = new Map<string, GroupHit>()
  for (const entry of entries)
    for (const values of queries[entry.index]!.groups(log)) {
      const key = JSON.stringify(values)
      const known = byGroup.get(key)
      if (known) known.hit.queries.push(entry)
      else byGroup.set(key, { values, hit: { time: log.timestamp, queries: [entry] } })
    }
  return [...byGroup.values()]
}

/** Of what a log means now, whatever it did not mean as it was before: other queries of a group, and other groups. */
export function newHits(compiled: CompiledRule, log: Doc, before: Doc, matched: readonly number[]): GroupHit[] {
  const known = new Map<string, Set<number>>()
  for (const { values, hit } of hitsOf(compiled, before, matching(compiled, before)))
    known.set(JSON.stringify(values), new Set(hit.queries.map(({ index }) => index)))
  return hitsOf(compiled, log, matched).flatMap(({ values, hit }) => {
    const queries = hit.queries.filter(({ index }) => !known.get(JSON.stringify(values))?.has(index))
    return queries.length > 0 ? { values, hit: { ...hit, queries } } : []
  })
}
