import { isObject, type Json } from '../../shared/json.ts'

/**
 * How services deliver many events as one JSON document: the member that lists them, and what may stand beside it, which is about the delivery
 * and no event. An object with anything else beside the list is an event itself.
 */
export const wrappers: Record<string, readonly string[]> = {
  // CloudTrail and other AWS notifications
  Records: [],
  // Azure diagnostic settings
  records: [],
  // aws cloudtrail lookup-events
  Events: ['NextToken'],
  // aws logs filter-log-events, get-log-events
  events: ['searchedLogStreams', 'nextToken', 'nextForwardToken', 'nextBackwardToken'],
  // Azure and Microsoft Graph
  value: ['@odata.context', '@odata.count', '@odata.nextLink', 'nextLink'],
}

/** The events of such a document and the name of their list; undefined for everything else. */
export function wrappedIn(value: Json): { name: string; events: Json[] } | undefined {
  if (!isObject(value)) return undefined
  const name = Object.keys(wrappers).find(name => Object.hasOwn(value, name))
  if (name === undefined) return undefined
  const events = value[name]
  if (!Array.isArray(events) || !events.every(isObject)) return undefined
  return Object.keys(value).every(key => key === name || wrappers[name]!.includes(key)) ? { name, events } : undefined
}
