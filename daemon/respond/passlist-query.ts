import type { PasslistEntry } from '../../shared/passlist.ts'
import type { Field, Piece, Query } from '../../shared/query/ast.ts'

const at = [0, 0] as const
const client: Field = { scope: 'attribute', path: 'network.client.ip' }
const exactly = (field: Field, literal: string): Query => ({ kind: 'term', field, pieces: [{ literal }], quoted: true, at })
const all = (items: Query[]): Query[] => (items.length > 1 ? [{ kind: 'and', items, at }] : items)
const any = (items: Query[]): Query[] => (items.length > 1 ? [{ kind: 'or', items, at }] : items)

/** `*` is any run and `?` one character, as in a query. */
const globPieces = (glob: string): Piece[] =>
  (glob.match(/[*?]|[^*?]+/g) ?? []).map(part => (part === '*' || part === '?' ? part : { literal: part }))

/** The logs that an exclusion filter is about: of its addresses, and where it is narrowed, of that path, those parameters and those services. */
export function queryOfPasslist({
  ip_list,
  path_glob,
  parameters,
  scope,
}: Pick<PasslistEntry, 'ip_list' | 'path_glob' | 'parameters' | 'scope'>): Query {
  const parts = [
    ...any(ip_list.map(text => (text.includes('/') ? { kind: 'cidr', field: client, blocks: [{ text, at }], at } : exactly(client, text)))),
    ...(path_glob
      ? [
          {
            kind: 'term',
            field: { scope: 'attribute', path: 'http.url_details.path' },
            pieces: globPieces(path_glob),
            quoted: false,
            at,
          } as const,
        ]
      : []),
    ...any(
      parameters.map(
        name => ({ kind: 'exists', field: { scope: 'attribute', path: `http.url_details.queryString.${name}` }, at }) as const,
      ),
    ),
    ...any(
      scope.flatMap(({ env, service }) =>
        all([
          ...(env === undefined ? [] : [exactly({ scope: 'tag', key: 'env' }, env)]),
          ...(service === undefined ? [] : [exactly({ scope: 'reserved', name: 'service' }, service)]),
        ]),
      ),
    ),
  ]
  return all(parts)[0] ?? { kind: 'all', at }
}
