import type { Doc } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import { rank } from '../../shared/severity.ts'
import type { Signal } from '../../shared/signal.ts'
import { signalDoc } from '../engine/docs.ts'

const iso = (time: number) => new Date(time).toISOString()

/** Variables with a name of their own. Those of time stand in ISO 8601, and with `_epoch` in ms UTC. */
const named = {
  severity: ({ detection }) => rank(detection.severity),
  status: ({ detection }) => detection.severity,
  title: ({ detection }) => detection.title,
  signal_id: ({ id }) => id,
  rule_name: ({ detection }) => detection.rule.name,
  rule_id: ({ detection }) => detection.rule.id,
  case_name: ({ detection }) => detection.case.name,
  events_matched: ({ detection }) => detection.events_matched,
  timestamp: ({ timestamp }) => iso(timestamp),
  timestamp_epoch: ({ timestamp }) => timestamp,
  first_seen: ({ detection }) => iso(detection.first_seen),
  first_seen_epoch: ({ detection }) => detection.first_seen,
  last_seen: ({ detection }) => iso(detection.last_seen),
  last_seen_epoch: ({ detection }) => detection.last_seen,
} satisfies Record<string, (signal: Signal) => string | number>
type Named = keyof typeof named

export const timeVariables: readonly string[] = ['timestamp', 'first_seen', 'last_seen']
/** Further ones: what the detection rule says, and whom and what it is about. */
const listed = ['message', 'entities']
/** The names that people are offered. */
export const variableNames: readonly string[] = [...Object.keys(named), ...listed]

const isNamed = (name: string): name is Named => Object.hasOwn(named, name)
const perQuery = /^events_matched_per_query\.(.+)$/
const attribute = /^@[^\s{}"']+$/
const tag = /^(?:\[([^\]\s{}"']+)\]|([^\s{}"'[\]@.]+))\.name$/

/** Whether something can be a variable: one of the names above, `events_matched_per_query.x`, `@attribute`, `tag.name` or `[dot.key].name`. */
export const isVariable = (name: string): boolean =>
  variableNames.includes(name) || perQuery.test(name) || attribute.test(name) || tag.test(name)

/** The values that a variable has for a signal; none where it has none. `message` is what the rule says of it. */
export function variablesOf(signal: Signal, message: () => string): (name: string) => string[] {
  let known: Doc | undefined
  const doc = () => (known ??= signalDoc(signal))
  const { entities, group, queries } = signal.detection
  return name => {
    if (isNamed(name)) return [String(named[name](signal))]
    if (name === 'message') return [message()]
    if (name === 'entities') return entities
    const query = perQuery.exec(name)
    if (query) return queries.filter(one => one.name === query[1]).map(({ eventsCount }) => String(eventsCount))
    if (Object.hasOwn(group, name)) return [group[name]!]
    const [, dotted, plain] = tag.exec(name) ?? []
    return valuesAt(doc(), toField(dotted ?? plain ?? name)).map(String)
  }
}
