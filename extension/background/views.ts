import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import { type NewView, type SavedView, type SearchProtocol, tracks } from '../search-messages.ts'
import type { Daemon } from './daemon.ts'
import { count, object, objects, text, texts } from './read.ts'

type Names = 'views' | 'saveView' | 'changeView' | 'removeView' | 'beginWithView'
export type SavedViews = { [T in Names]: (asked: Protocol[T][0]) => Promise<SearchProtocol[T][1]> }

const base = '/api/local/views'
const time = (value: Json | undefined): string => (typeof value === 'number' ? String(value) : text(value))

function toView(data: JsonObject, me: string): SavedView {
  const said = object(data['attributes'])
  const drawn = object(said['visualisation'])
  return {
    id: text(data['id']),
    name: text(said['name']),
    track: tracks.find(track => track === said['track']) ?? 'logs',
    shared: said['shared'] === true,
    version: count(said['version']),
    owner: text(get(said, 'owner', 'name')) || text(get(said, 'owner', 'handle')),
    mine: get(said, 'owner', 'uuid') === me,
    query: text(said['query']),
    from: time(said['from']),
    to: time(said['to']),
    columns: objects(said['columns']).map(({ path, width }) => ({ path: text(path), ...(typeof width === 'number' && { width }) })),
    facets: texts(said['facets']),
    timeline: said['timeline'] !== false,
    ...(typeof said['sort'] === 'string' && { sort: said['sort'] }),
    ...(isObject(said['visualisation']) && {
      visualisation: {
        kind: text(drawn['kind']),
        ...(typeof drawn['measure'] === 'string' && { measure: drawn['measure'] }),
        ...(Array.isArray(drawn['group_by']) && { group_by: texts(drawn['group_by']) }),
      },
    }),
  }
}

const attributesOf = (view: Partial<NewView>): JsonObject => JSON.parse(JSON.stringify(view))

/** Saved views of the explorer. Every function throws `Refused` or `Unanswered`. */
export function createViews({ request, me }: Pick<Daemon, 'request' | 'me'>): SavedViews {
  const write = (method: string, path: string, attributes?: JsonObject) =>
    request(method, path, attributes && { data: { type: 'view', attributes } }, crypto.randomUUID())
  return {
    async views() {
      const { data, meta } = await request('GET', base)
      return { views: objects(data).map(one => toView(one, me())), chosen: text(object(meta)['default']) || null }
    },
    saveView: async ({ view }) => toView(object((await write('POST', base, attributesOf(view)))['data']), me()),
    changeView: async ({ id, version, view }) =>
      toView(object((await write('PATCH', `${base}/${id}`, { ...attributesOf(view), version }))['data']), me()),
    removeView: ({ id }) => write('DELETE', `${base}/${id}`),
    beginWithView: ({ id }) => request('PUT', `${base}/default`, { data: { attributes: { id } } }, crypto.randomUUID()),
  }
}
