import type { Doc } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import type { Detection } from '../../shared/signal.ts'

const variable = /\{\{\s*(@?[\w][\w.@-]*|@[\w.-]+)\s*\}\}/g
/** Values named one by one in a message; more are counted. */
const named = 5

/**
 * A rule's message with its variables filled in: `{{@network.client.ip}}` from the signal's group and attributes, `{{env.name}}` or `{{env}}`
 * from its tags. One that has no value stays as it was written. What is filled in is text of the attacker's and stays text.
 */
export function messageOf({ message, group, attributes, tags, services }: Detection): string {
  const doc: Doc = { timestamp: 0, tags, service: services, attributes }
  return message.replace(variable, (written, name: string) => {
    if (Object.hasOwn(group, name)) return group[name]!
    const values = valuesAt(doc, toField(name.startsWith('@') ? name : name.replace(/\.name$/, '')))
    if (values.length === 0) return written
    return values.slice(0, named).join(', ') + (values.length > named ? ` and ${values.length - named} more` : '')
  })
}
