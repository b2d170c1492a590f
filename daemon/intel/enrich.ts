import type { Match } from '../../shared/indicator.ts'
import { findAddresses, readAddress, scopeOf } from '../../shared/ip.ts'
import { get, isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'
import type { Place } from './geo.ts'

/** The most addresses that one log lists, and the most matches. */
const most = 1000

function collect(value: Json, into: Set<string>): void {
  if (into.size >= most) return
  if (typeof value === 'string') for (const { address } of findAddresses(value)) into.add(address)
  else if (Array.isArray(value)) for (const item of value) collect(item, into)
  else if (isObject(value)) for (const key of Object.keys(value)) collect(value[key]!, into)
}

function addressesOf({ message, tags, host, attributes }: NewLog): string[] {
  const found = new Set<string>()
  collect(message, found)
  for (const tag of tags) collect(tag, found)
  if (host !== undefined) collect(host, found)
  collect(attributes, found)
  return [...found].slice(0, most)
}

/** A copy with the member at a path set; what lies on the path is copied too, and a value that stands in the way is kept. */
function withMember(object: JsonObject, [key, ...rest]: [string, ...string[]], value: Json): JsonObject {
  const [next, ...after] = rest
  const before = Object.hasOwn(object, key) ? object[key]! : {}
  if (next !== undefined && !isObject(before)) return object
  const copy = { ...object }
  put(copy, key, next === undefined ? value : withMember(before as JsonObject, [next, ...after], value))
  return copy
}

function threatsOf(addresses: string[], match: (address: string) => Match[]): JsonObject | undefined {
  const matched: string[] = []
  const results = new Map<string, JsonObject>()
  for (const address of addresses) {
    const matches = match(address)
    if (matches.length > 0) matched.push(address)
    for (const { source, ...rest } of matches) {
      const key = `${source.name}\n${source.url}\n${rest.indicator}`
      if (!results.has(key) && results.size < most) results.set(key, { ...rest, source: { ...source } } as JsonObject)
    }
  }
  return matched.length > 0 ? { indicators_matched: matched, results: [...results.values()] } : undefined
}

/** The one public address that the client is, in its normal form. */
function clientOf(attributes: JsonObject): string | undefined {
  const ip = get(attributes, 'network', 'client', 'ip')
  const address = typeof ip === 'string' ? readAddress(ip) : undefined
  return address && scopeOf(address) === 'public' ? (ip as string) : undefined
}

/**
 * Add what is known of a log's addresses: `network.ip.list`, `threat_intel` and where the client is. The log that came in is left as it
 * was. What a sender claims under these names gives way to what we know, but addresses it listed stay listed.
 */
export function createEnrich({ match, locate }: { match: (address: string) => Match[]; locate: (address: string) => Place }) {
  return (log: NewLog): NewLog => {
    const addresses = addressesOf(log)
    if (addresses.length === 0) return log
    let attributes = withMember(log.attributes, ['network', 'ip', 'list'], addresses)
    const threats = threatsOf(addresses, match)
    if (threats) attributes = withMember(attributes, ['threat_intel'], threats)
    const client = clientOf(attributes)
    if (client !== undefined) {
      const { country, as } = locate(client)
      if (country) attributes = withMember(attributes, ['network', 'client', 'geoip', 'country'], { ...country })
      if (as) attributes = withMember(attributes, ['network', 'client', 'geoip', 'as'], { ...as })
    }
    return { ...log, attributes }
  }
}
