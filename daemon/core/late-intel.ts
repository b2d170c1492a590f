import type { Match } from '../../shared/indicator.ts'
import { get, isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import type { StoredLog } from '../store/block.ts'
import type { Late, LateRow } from '../store/log-intel.ts'
import type { Store } from '../store/store.ts'

/** Names one feed's word on one indicator. */
export const keyOfMatch = ({ source, indicator }: Pick<Match, 'source' | 'indicator'>): string => `${source.name}\n${indicator}`

/** What was found late as it stands in a log: each result says that it is late. */
export function lateAttributes(late: readonly Late[]): JsonObject {
  const results = late.flatMap(({ results }) => results.map(result => ({ ...result, late: true })))
  return { threat_intel: { indicators_matched: [...new Set(late.flatMap(({ values }) => values))], results: results as unknown as Json[] } }
}

const listOf = (value: Json | undefined): Json[] => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value])

/** A log with what was found in it late; the log itself stays as it is. Whatever stood under the same names stays beside it. */
export function withLate<L extends { attributes: JsonObject }>(log: L, late: readonly Late[]): L {
  if (late.length === 0) return log
  const added = lateAttributes(late)['threat_intel'] as JsonObject
  const own = Object.hasOwn(log.attributes, 'threat_intel') ? log.attributes['threat_intel']! : {}
  const attributes = { ...log.attributes }
  if (!isObject(own)) return { ...log, attributes: { ...attributes, threat_intel: [...listOf(own), added] } }
  const joined = { ...own }
  for (const [name, values] of Object.entries(added)) {
    const before = listOf(Object.hasOwn(own, name) ? own[name] : undefined)
    put(joined, name, [...before, ...(values as Json[]).filter(value => typeof value !== 'string' || !before.includes(value))])
  }
  return { ...log, attributes: { ...attributes, threat_intel: joined } }
}

/** What a log itself says of feeds' words, by `keyOfMatch`. */
export function knownMatches(attributes: JsonObject): Set<string> {
  const known = new Set<string>()
  for (const result of listOf(get(attributes, 'threat_intel', 'results'))) {
    const [name, indicator] = isObject(result) ? [get(result, 'source', 'name'), get(result, 'indicator')] : []
    if (typeof name === 'string' && typeof indicator === 'string') known.add(`${name}\n${indicator}`)
  }
  return known
}

/** Reads stored logs with what was found in them late. */
export function createLateReader({ logs, logIntel }: Store) {
  type Stored = NonNullable<ReturnType<typeof logs.find>>
  return {
    find(seq: number): Stored | undefined {
      const log = logs.find(seq)
      return log && withLate(log, logIntel.of(seq))
    },
    /** The logs of a block, by rising seq. */
    block(stored: readonly Stored[]): readonly Stored[] {
      const [first, last] = [stored[0]?.seq, stored.at(-1)?.seq]
      const rows = first === undefined ? [] : logIntel.between(first, last!)
      if (rows.length === 0) return stored
      const bySeq = groupBySeq(rows)
      return stored.map(log => withLate(log, bySeq.get(log.seq) ?? []))
    },
  }
}
export type LateReader = ReturnType<typeof createLateReader>

/** Findings by the log that they are of. */
export function groupBySeq(rows: readonly LateRow[]): Map<number, LateRow[]> {
  const bySeq = new Map<number, LateRow[]>()
  for (const row of rows) {
    const known = bySeq.get(row.seq)
    if (known) known.push(row)
    else bySeq.set(row.seq, [row])
  }
  return bySeq
}

/** Logs by rising seqs, each with its place among them and what was found in it late; where many of a block are wanted it is read once. */
export function* logsAt(
  { logs, logIntel }: Store,
  seqs: readonly number[],
): Generator<[place: number, log: StoredLog | undefined, found: readonly LateRow[]]> {
  let block: { last: number; logs: Map<number, StoredLog>; found: Map<number, LateRow[]> } | undefined
  for (const [i, seq] of seqs.entries()) {
    if (!block || block.last < seq) {
      const read = (seqs[i + 2] ?? Infinity) - seq < 64 ? logs.from(seq) : undefined
      block = read && {
        last: read.last,
        logs: new Map(read.logs.map(log => [log.seq, log])),
        found: groupBySeq(logIntel.between(seq, read.last)),
      }
    }
    if (block) yield [i, block.logs.get(seq), block.found.get(seq) ?? []]
    else yield [i, logs.find(seq), logIntel.of(seq)]
  }
}
