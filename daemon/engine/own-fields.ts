import type { Query } from '../../shared/query/ast.ts'

/** Where things have fields of their own and no tags, as indicators do, these are written without an @: `score:>50`. */
export function ofFields(query: Query): Query {
  switch (query.kind) {
    case 'and':
    case 'or':
      return { ...query, items: query.items.map(ofFields) }
    case 'not':
      return { ...query, item: ofFields(query.item) }
    case 'all':
      return query
    default: {
      const { field } = query
      if (field.scope !== 'tag' && field.scope !== 'reserved') return query
      return { ...query, field: { scope: 'attribute', path: field.scope === 'tag' ? field.key : field.name } }
    }
  }
}
