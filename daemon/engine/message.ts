import type { Doc } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import type { Detection } from '../../shared/signal.ts'

/** Whether the message is a rule's, with variables; what a person wrote of a signal of theirs stays as it is. */
export const hasVariables = ({ rule }: Pick<Detection, 'rule'>): boolean => rule.type !== 'manual'

const variable = /\{\{\s*(@?[\w][\w.@-]*|@[\w.-]+)\s*\}\}/g
/** Values named one by one in a message; more are counted. */
const named = 5

/**
 * A rule's message with its variables filled in: `{{@network.client.ip}}` from the signal's group and attributes, else from the logs that are
 * kept with it, `{{env.name}}` or `{{env}}` from its tags. One that has no value stays as it was written. What is filled in is text of the
 * attacker's and stays text.
 */
export function messageOf(detection: Detection): string {
  const { message, group, attributes, tags, services, samples } = detection
  if (!hasVariables(detection)) return message
  const doc: Doc = { timestamp: 0, tags, service: services, attributes }
  return message.replace(variable, (written, name: string) => {
    if (Object.hasOwn(group, name)) return group[name]!
    const field = toField(name.startsWith('@') ? name : name.replace(/\.name$/, ''))
    const own = valuesAt(doc, field)
    const values = own.length > 0 ? own : [...new Set(samples.flatMap(sample => valuesAt(sample, field)))]
    if (values.length === 0) return written
    return values.slice(0, named).join(', ') + (values.length > named ? ` and ${values.length - named} more` : '')
  })
}
