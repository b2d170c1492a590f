import { type Field, QueryError, type Span } from './ast.ts'
import { maxPathLength } from './limits.ts'
import { readLiteral } from './values.ts'

const own: Readonly<Record<string, Field>> = {
  message: { scope: 'message' },
  tags: { scope: 'tags' },
  trace_id: { scope: 'attribute', path: 'trace_id' },
  service: { scope: 'reserved', name: 'service' },
  source: { scope: 'reserved', name: 'source' },
  host: { scope: 'reserved', name: 'host' },
  status: { scope: 'reserved', name: 'status' },
}

const named = (name: string): Field => (Object.hasOwn(own, name) ? own[name]! : { scope: 'tag', key: name })

/** The field that a facet or group-by path means: `@http.status_code`, `service`, `tags`, `trace_id`, `*`, else a tag key. Nothing in it is escaped. */
export function toField(path: string): Field {
  if (path[0] === '@') return { scope: 'attribute', path: path.slice(1) }
  return path === '*' ? { scope: 'any' } : named(path)
}

/** Read a key of a query, colon left out of `[from, to)`; `at` is what to point at when the name is empty. */
export function readField(text: string, [from, to]: Span, at: Span): Field {
  const raw = text.slice(from, to)
  if (raw === '*') return { scope: 'any' }
  const attribute = raw[0] === '@'
  const name = readLiteral(attribute ? raw.slice(1) : raw)
  if (name === '') throw new QueryError('The key is empty.', at)
  const wildcard = /^(?:[^\\*?]|\\.)*[*?]/su.exec(raw)
  if (wildcard) {
    const end = from + wildcard[0].length
    throw new QueryError('A key takes no wildcards.', [end - 1, end])
  }
  if (name.length > maxPathLength) throw new QueryError(`A path has at most ${maxPathLength} characters.`, [from, to])
  return attribute ? { scope: 'attribute', path: name } : named(name)
}
