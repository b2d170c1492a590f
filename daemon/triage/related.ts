import type { Field, Query } from '../../shared/query/ast.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import { print } from '../../shared/query/print.ts'
import { absent, type Signal } from '../../shared/signal.ts'
import { signalDoc } from '../engine/docs.ts'

/** Entities of a signal that others are looked up by: a query has room for no more than so many. */
const mostEntities = 50

const entities: Field = { scope: 'attribute', path: 'entities' }
const term = (field: Field, literal: string): Query => ({ kind: 'term', field, pieces: [{ literal }], quoted: true, at: [0, 0] })
const groupOf = ({ detection }: Signal) => Object.entries(detection.group).filter(([, value]) => value !== absent)

/** A query for signals that share a signal's group or one of its entities, itself among them; undefined where it has neither. */
export function relatedQuery(signal: Signal): string | undefined {
  const group = groupOf(signal).map(([path, value]) => term(toField(path), value))
  const items = [
    ...(group.length > 1 ? [{ kind: 'and', items: group, at: [0, 0] } satisfies Query] : group),
    ...signal.detection.entities.slice(0, mostEntities).map(entity => term(entities, entity)),
  ]
  if (items.length === 0) return undefined
  return print(items.length > 1 ? { kind: 'or', items, at: [0, 0] } : items[0]!)
}

/** A query for signals that name an entity. */
export const queryOfEntity = (entity: string): string => print(term(entities, entity))

/** What another signal shares with it. */
export function sharedWith(signal: Signal, other: Signal): { same_group: boolean; entities: string[] } {
  const doc = signalDoc(other)
  const group = groupOf(signal)
  const has = ([path, value]: [string, string]) => valuesAt(doc, toField(path)).some(one => String(one) === value)
  const theirs = new Set(other.detection.entities)
  return { same_group: group.length > 0 && group.every(has), entities: signal.detection.entities.filter(entity => theirs.has(entity)) }
}

export interface LogQuery {
  name: string
  title: string
  query: string
  /** The values in it, by path. */
  values: Record<string, string[]>
}

/** Queries for logs that tell more of a signal: what each query of the rule matched in its group, and all that names one of its entities. */
export function logQueries(signal: Signal): LogQuery[] {
  const { queries } = signal.detection
  const group = groupOf(signal)
  const inGroup = group.map(([path, value]) => print(term(toField(path), value)))
  const values = Object.fromEntries(group.map(([path, value]) => [path, [value]]))
  const ofRule = queries.map(({ name, query }, i) => ({
    name: name || `query ${i + 1}`,
    title: `Logs that “${name || `query ${i + 1}`}” matched`,
    query: [query.trim() === '' ? '' : `(${query})`, ...inGroup].filter(Boolean).join(' ') || '*',
    values,
  }))
  const ofEntities = signal.detection.entities.slice(0, mostEntities).flatMap(entity => {
    const [path, value] = splitEntity(entity)
    // an address tells more where it stands anywhere in a log
    const at = /\.ip$/.test(path) ? '@network.ip.list' : path
    return value === ''
      ? []
      : [{ name: entity, title: `Logs that name ${value}`, query: print(term(toField(at), value)), values: { [at]: [value] } }]
  })
  return [...ofRule, ...ofEntities]
}

/** `@usr.name:root` as its path and its value. */
export function splitEntity(entity: string): [path: string, value: string] {
  const at = entity.indexOf(':')
  return at < 0 ? [entity, ''] : [entity.slice(0, at), entity.slice(at + 1)]
}

export type EntityType = 'ip_address' | 'user' | 'host' | 'other'
export function typeOfEntity(entity: string): EntityType {
  const [path] = splitEntity(entity)
  if (path === 'host') return 'host'
  return /^@usr\./.test(path) ? 'user' : /\bip\b/.test(path) ? 'ip_address' : 'other'
}
