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
