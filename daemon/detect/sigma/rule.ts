import { createHash } from 'node:crypto'
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import type { Query } from '../../../shared/query/ast.ts'
import { print } from '../../../shared/query/print.ts'
import type { Severity } from '../../../shared/severity.ts'
import { readCondition } from './condition.ts'
import { type Reading, readItem } from './items.ts'
import { readSource, type Source } from './log-source.ts'
import { messageOf } from './message.ts'
import { CannotImport } from './refused.ts'
import { toTag } from './tags.ts'
import { allOf, anyOf } from './tree.ts'

type Path = readonly (string | number)[]

const levels: Record<string, Severity> = { informational: 'info', low: 'low', medium: 'medium', high: 'high', critical: 'critical' }

/** What every rule has, of whichever kind; a payload still to be checked as any other. */
export interface Draft {
  id: string
  /** What a correlation may call it by, besides its id. */
  name: string | undefined
  title: string
  losses: string[]
  payload: Record<string, unknown>
}

/** A rule about single logs, with what a correlation makes use of. */
export interface SingleRule extends Draft {
  query: Query
  source: Source
}

export const own = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined)

/** Names each loss once. */
export const loserOf = (losses: string[]) => (what: string) => {
  if (!losses.includes(what)) losses.push(what)
}

export function textOf(object: JsonObject, key: string, path: Path = []): string | undefined {
  const value = own(object, key)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' && typeof value !== 'number') throw new CannotImport('must be a text', [...path, key])
  return String(value).trim()
}

/** Title, id, severity, tags and message, as every rule has them. */
export function readHead(document: JsonObject, losses: string[]): Draft & { severity: Severity } {
  const title = textOf(document, 'title')
  if (!title) throw new CannotImport('a rule must have a title', ['title'])
  if (title.length > 512) throw new CannotImport('is longer than 512 characters', ['title'])
  const given = textOf(document, 'id')
  if (given !== undefined && !/^[\w.-]{1,64}$/.test(given)) throw new CannotImport('must be letters, digits, “.”, “-” and “_”', ['id'])
  const level = textOf(document, 'level')?.toLowerCase() ?? 'medium'
  if (!Object.hasOwn(levels, level)) throw new CannotImport(`there is no level “${level}”`, ['level'])
  const tags = own(document, 'tags') ?? []
  if (!Array.isArray(tags) || tags.some(tag => typeof tag !== 'string' || tag.length > 150))
    throw new CannotImport('must be a list of texts', ['tags'])
  return {
    id:
      given ??
      `sigma-${createHash('sha256')
        .update(JSON.stringify([title, own(document, 'logsource') ?? null]))
        .digest('hex')
        .slice(0, 32)}`,
    name: textOf(document, 'name'),
    title,
    losses,
    severity: levels[level]!,
    payload: {
      name: title,
      message: messageOf(document),
      tags: [...new Set(['origin:sigma', ...tags.map(tag => toTag(String(tag)))])].slice(0, 100),
    },
  }
}

/** Make a rule of a Sigma document about single logs. Throws a CannotImport. */
export function readRule(document: JsonObject): SingleRule {
  const losses: string[] = []
  const { severity, ...head } = readHead(document, losses)
  const source = readSource(own(document, 'logsource'))
  if (source.unknown !== undefined)
    losses.push(`the log source (${source.unknown}) is not known: it reads logs by that name as their source`)
  const detection = own(document, 'detection')
  if (!isObject(detection)) throw new CannotImport('a rule must have a detection', ['detection'])
  const lose = loserOf(losses)
  const query = allOf([...source.queries, readDetection(detection, { fieldsOf: name => source.fieldsOf(name, lose), lose })])
  return {
    ...head,
    query,
    source,
    payload: {
      ...head.payload,
      queries: [{ query: print(query), groupByFields: source.groupBy, hasOptionalGroupByFields: true }],
      cases: [{ status: severity, condition: 'a > 0' }],
      // each log by itself
      options: { detectionMethod: 'threshold', evaluationWindow: 0, keepAlive: 3600, maxSignalDuration: 86_400 },
    },
  }
}

const longestCondition = 4096

function readDetection(detection: JsonObject, reading: Reading): Query {
  if (own(detection, 'timeframe') !== undefined)
    throw new CannotImport('counts within a timeframe, an old form: write it as a correlation', ['detection', 'timeframe'])
  const names = Object.keys(detection).filter(name => name !== 'condition')
  if (names.length === 0) throw new CannotImport('has no search', ['detection'])
  const search = (name: string) => readSearch(own(detection, name)!, ['detection', name], reading)
  const condition = own(detection, 'condition')
  const texts = Array.isArray(condition) ? condition : [condition]
  if (condition === undefined) throw new CannotImport('is missing', ['detection', 'condition'])
  if (texts.length === 0 || texts.some(text => typeof text !== 'string'))
    throw new CannotImport('must be a text', ['detection', 'condition'])
  if (texts.some(text => String(text).length > longestCondition))
    throw new CannotImport(`is longer than ${longestCondition} characters`, ['detection', 'condition'])
  return anyOf(texts.map(text => readCondition(String(text), names, search)))
}

/** A search: a map of items that all hold, a list of such maps or of words of which one holds, or a single word. */
function readSearch(search: Json, path: Path, reading: Reading): Query {
  if (isObject(search)) {
    const items = Object.entries(search)
    if (items.length === 0) throw new CannotImport('an empty search', path)
    return allOf(items.map(([key, value]) => readItem(key, value, [...path, key], reading)))
  }
  if (!Array.isArray(search)) return readItem('', search, path, reading)
  if (search.length === 0) throw new CannotImport('an empty list', path)
  const words = search.filter(one => !isObject(one))
  const maps = search.flatMap((one, i) => (isObject(one) ? [readSearch(one, [...path, i], reading)] : []))
  return anyOf([...(words.length > 0 ? [readItem('', words, path, reading)] : []), ...maps])
}
