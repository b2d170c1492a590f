import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { print, printField } from '../../../shared/query/print.ts'
import { CannotImport } from './refused.ts'
import { type Draft, loserOf, own, readHead, type SingleRule, textOf } from './rule.ts'
import { anyOf } from './tree.ts'

/** Windows that rules may have, seconds. */
const windows = [60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]
const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }
const signs: Record<string, string> = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '==', neq: '!=' }
const types = ['event_count', 'value_count', 'value_sum', 'temporal', 'temporal_ordered'] as const
type Type = (typeof types)[number]
type Lose = (what: string) => void

/** A correlation, and the rules that are in force by it alone. */
export interface Correlation extends Draft {
  covers: string[]
}

/** Make a rule of a Sigma correlation; `find` gives a rule of the same import by its id or name. Throws a CannotImport. */
export function readCorrelation(document: JsonObject, find: (reference: string) => SingleRule | undefined): Correlation {
  const losses: string[] = []
  const lose = loserOf(losses)
  const { severity, ...head } = readHead(document, losses)
  const correlation = own(document, 'correlation')
  if (!isObject(correlation)) throw new CannotImport('must be a map', ['correlation'])
  const type = typeOf(correlation)
  const references = textsOf(own(correlation, 'rules'), 'rules')
  if (references.length === 0 || references.length > 10) throw new CannotImport('must name one to ten rules', ['correlation', 'rules'])
  const rules = references.map((reference, i) => {
    const rule = find(reference)
    if (!rule) throw new CannotImport(`the rule “${reference}” is not among those that are imported with it`, ['correlation', 'rules', i])
    rule.losses.forEach(lose)
    return rule
  })
  const groups = groupsOf(correlation, references, rules, lose)
  const window = windowOf(correlation, losses)
  const compared = conditionOf(correlation)
  const isTemporal = type === 'temporal' || type === 'temporal_ordered'
  if (!isTemporal && !compared) throw new CannotImport('must compare the count: gte, gt, …', ['correlation', 'condition'])
  const names = rules.map((_, i) => String.fromCharCode(97 + i))
  const queries = isTemporal
    ? rules.map((rule, i) => ({ name: names[i], query: print(rule.query), groupByFields: groups[i], aggregation: 'count' }))
    : [counted(type, correlation, rules, groups, lose)]
  return {
    ...head,
    covers: own(correlation, 'generate') === true ? [] : rules.map(({ id }) => id),
    payload: {
      ...head.payload,
      queries,
      cases: [{ status: severity, condition: isTemporal ? temporal(type, names, compared) : `a ${compared!.sign} ${compared!.value}` }],
      options: {
        evaluationWindow: window,
        keepAlive: window,
        maxSignalDuration: 86_400,
        ...(type === 'temporal_ordered' ? ordered(names, window) : { detectionMethod: 'threshold' }),
      },
    },
  }
}

function typeOf(correlation: JsonObject): Type {
  const type = textOf(correlation, 'type', ['correlation'])
  const known = types.find(one => one === type)
  if (known) return known
  throw new CannotImport(`the type “${type ?? ''}” is not evaluated; there is ${types.join(', ')}`, ['correlation', 'type'])
}

function textsOf(value: Json | undefined, key: string): string[] {
  const list = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
  if (list.some(one => typeof one !== 'string')) throw new CannotImport('must be a list of texts', ['correlation', key])
  return list.map(String)
}

/** Our fields to group by, for each rule: an alias is another field in each. */
function groupsOf(correlation: JsonObject, references: readonly string[], rules: readonly SingleRule[], lose: Lose): string[][] {
  const names = textsOf(own(correlation, 'group-by'), 'group-by')
  if (names.length > 5) throw new CannotImport('groups by more than five fields', ['correlation', 'group-by'])
  const aliases = own(correlation, 'aliases') ?? {}
  if (!isObject(aliases)) throw new CannotImport('must be a map', ['correlation', 'aliases'])
  return rules.map(({ source }, i) =>
    names.map(name => {
      const alias = own(aliases, name)
      const meant = alias === undefined ? name : isObject(alias) ? own(alias, references[i]!) : undefined
      if (typeof meant !== 'string')
        throw new CannotImport(`the alias does not say what it is in “${references[i]}”`, ['correlation', 'aliases', name])
      return pathOf(source, meant, lose)
    }),
  )
}

/** Of several fields that may hold it the first, as groups and counts name one. */
const pathOf = (source: SingleRule['source'], name: string, lose: Lose) =>
  printField(source.fieldsOf(name, lose)[0]!).replace(/\\(.)/g, '$1')

function windowOf(correlation: JsonObject, losses: string[]): number {
  const text = textOf(correlation, 'timespan', ['correlation']) ?? ''
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * (units[unit] ?? 0)
  if (seconds === 0) throw new CannotImport('must be a time such as 5m', ['correlation', 'timespan'])
  const window = windows.find(one => one >= seconds)
  if (window === undefined) throw new CannotImport('is longer than a day', ['correlation', 'timespan'])
  if (window !== seconds) losses.push(`the window of ${text} becomes ${window / 60} minutes, the next that there is`)
  return window
}

function conditionOf(correlation: JsonObject): { sign: string; value: number } | undefined {
  const condition = own(correlation, 'condition')
  if (condition === undefined) return undefined
  const entries = isObject(condition) ? Object.entries(condition).filter(([key]) => key !== 'field') : []
  const [sign, value] = entries[0] ?? []
  if (entries.length !== 1 || !Object.hasOwn(signs, sign!) || typeof value !== 'number')
    throw new CannotImport(`must be one comparison with a number: ${Object.keys(signs).join(', ')}`, ['correlation', 'condition'])
  return { sign: signs[sign!]!, value }
}

/** The one query of a count: logs that any of the rules finds. */
function counted(
  type: Type,
  correlation: JsonObject,
  rules: readonly SingleRule[],
  groups: readonly string[][],
  lose: Lose,
): Record<string, unknown> {
  if (groups.some(group => group.join('\n') !== groups[0]!.join('\n')))
    throw new CannotImport('counts the logs of several rules together, but by other fields in each', ['correlation', 'group-by'])
  const query = { query: print(anyOf(rules.map(rule => rule.query))), groupByFields: groups[0] }
  if (type === 'event_count') return { ...query, aggregation: 'count' }
  const condition = own(correlation, 'condition')
  const field = isObject(condition) ? textsOf(own(condition, 'field'), 'condition') : []
  if (field.length !== 1) throw new CannotImport('must name one field to count', ['correlation', 'condition', 'field'])
  const path = pathOf(rules[0]!.source, field[0]!, lose)
  return type === 'value_count'
    ? { ...query, aggregation: 'cardinality', distinctFields: [path] }
    : { ...query, aggregation: 'sum', metrics: [path] }
}

/** All of the rules; with a comparison as many as it says. */
function temporal(type: Type, names: readonly string[], compared: ReturnType<typeof conditionOf>): string {
  if (compared && (compared.sign !== '>=' || compared.value !== names.length))
    throw new CannotImport('asks for some of its rules; there is only all of them', ['correlation', 'condition'])
  return type === 'temporal_ordered' ? '' : names.map(name => `${name} > 0`).join(' && ')
}

const ordered = (names: readonly string[], window: number) => ({
  detectionMethod: 'sequence_detection',
  sequenceDetectionOptions: {
    steps: names.map(name => ({ name: `step_${name}`, condition: `${name} > 0`, evaluationWindow: window })),
    stepTransitions: names.slice(1).map((name, i) => ({ parent: `step_${names[i]}`, child: `step_${name}`, evaluationWindow: window })),
  },
})
