import type { Log } from '../../shared/log.ts'
import type { Query } from '../../shared/query/ast.ts'

/** The log sources outside of which a query cannot match, or undefined where it is open to all. `source:(a OR b) x` → a, b. */
export function sourcesOf(query: Query): ReadonlySet<string> | undefined {
  switch (query.kind) {
    case 'and':
      for (const item of query.items) {
        const sources = sourcesOf(item)
        if (sources) return sources
      }
      return undefined
    case 'or': {
      const union = new Set<string>()
      for (const item of query.items) {
        const sources = sourcesOf(item)
        if (!sources) return undefined
        for (const source of sources) union.add(source)
      }
      return union
    }
    case 'term': {
      if (query.field.scope !== 'reserved' || query.field.name !== 'source' || query.pieces.length !== 1) return undefined
      const piece = query.pieces[0]!
      return typeof piece === 'string' ? undefined : new Set([piece.literal])
    }
    default:
      return undefined
  }
}

/** What `source:` can find in a log: the field and tags of that key. */
export function sourceNames(log: Log): string[] {
  const names = log.source === undefined ? [] : [log.source]
  for (const tag of log.tags) {
    const name = tag.startsWith('source:') ? tag.slice(7) : undefined
    if (name !== undefined && !names.includes(name)) names.push(name)
  }
  return names
}

interface Gated {
  sources: ReadonlySet<string> | undefined
}

/** Finds by log source what may match: a log is shown only to those of its source and to those open to all, in the given order. */
export function indexBySource<T extends Gated>(items: readonly T[]): (log: Log) => readonly T[] {
  const listed = new Map<string, readonly T[]>()
  const open = items.filter(item => !item.sources)
  for (const { sources } of items)
    for (const source of sources ?? []) {
      if (!listed.has(source))
        listed.set(
          source,
          items.filter(item => !item.sources || item.sources.has(source)),
        )
    }
  return log => {
    const names = sourceNames(log)
    if (names.length < 2) return listed.get(names[0] ?? '') ?? open
    return items.filter(item => !item.sources || names.some(name => item.sources!.has(name)))
  }
}
