import type { FacetPath } from '../../shared/facet.ts'
import { get, type Json, type JsonObject } from '../../shared/json.ts'
import type { Count, Found, FoundRow, Group, LogContext, Track } from '../search-messages.ts'
import { count, object, objects, text, texts } from './read.ts'
import { bodyOf, toRow } from './wire.ts'

// The daemon's answers about logs, signals and audit events into what the explorer shows. A value of the wrong type is left out, not shown.

const toTime = (value: Json | undefined): number => (typeof value === 'string' ? Date.parse(value) || 0 : count(value))
const optional = <K extends string>(key: K, value: Json | undefined) =>
  (typeof value === 'string' ? { [key]: value } : {}) as Partial<Record<K, string>>

/** One row of a track. The samples of a signal are its panel's: a list does without. */
export function toFoundRow(track: Track, data: JsonObject): FoundRow {
  const said = object(data['attributes'])
  const local = object(said['x_local'])
  const { samples, ...body } = track === 'signals' ? bodyOf(data) : object(said['attributes'])
  const service = said['service']
  return {
    id: text(data['id']),
    doc: {
      timestamp: local['timestamp_ms'] === undefined ? toTime(said['timestamp']) : count(local['timestamp_ms']),
      ...optional('message', said['message']),
      ...(Array.isArray(service) ? { service: texts(service) } : optional('service', service)),
      ...optional('source', local['source']),
      ...optional('host', said['host']),
      ...optional('status', said['status']),
      tags: texts(said['tags']),
      attributes: track !== 'signals' && samples !== undefined ? { ...body, samples } : body,
    },
    ...(track === 'signals' && { signal: toRow(data) }),
  }
}

export const toCounted = (value: Json | undefined): Count[] =>
  objects(value).map(one => ({ value: text(one['value']), count: count(one['count']) }))

function toGroup(bucket: JsonObject): Group {
  const computes = object(bucket['computes'])
  return {
    by: Object.fromEntries(Object.entries(object(bucket['by'])).map(([facet, value]) => [facet, String(value)])),
    values: Object.keys(computes)
      // c0, c1, … c10
      .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
      .map(key => {
        const value = computes[key]
        if (Array.isArray(value)) return objects(value).map(point => ({ time: toTime(point['time']), value: count(point['value']) }))
        return typeof value === 'number' ? value : null
      }),
  }
}

export function toFound(track: Track, answer: JsonObject): Found {
  const meta = object(answer['meta'])
  const after = get(meta, 'page', 'after')
  return {
    rows: objects(answer['data']).map(row => toFoundRow(track, row)),
    total: count(meta['total']),
    after: typeof after === 'string' ? after : null,
    facets: Object.fromEntries(Object.entries(object(meta['facets'])).map(([path, values]) => [path, toCounted(values)])),
    cut: texts(meta['cut']),
    histogram: objects(meta['histogram']).map(bucket => ({ time: count(bucket['time']), count: count(bucket['count']) })),
    groups: objects(meta['buckets']).map(toGroup),
    warnings: objects(meta['warnings']).map(warning => text(warning['detail'])),
    took: count(meta['took_ms']),
  }
}

const facetTypes = ['string', 'number', 'boolean', 'mixed'] as const
export const toFacetPath = (said: JsonObject): FacetPath => ({
  path: text(said['path']),
  type: facetTypes.find(type => type === said['type']) ?? 'mixed',
  cardinality: count(said['cardinality']),
  count: count(said['count']),
})

export function toLogContext(answer: JsonObject): LogContext {
  const more = object(get(answer, 'meta', 'more'))
  return {
    rows: objects(answer['data']).map(row => toFoundRow('logs', row)),
    index: count(get(answer, 'meta', 'index')),
    more: { before: more['before'] === true, after: more['after'] === true },
  }
}
