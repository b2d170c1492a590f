import { findAddresses } from '../../shared/addresses.ts'
import type { Match, NameType } from '../../shared/indicator.ts'
import { readAddress, scopeOf } from '../../shared/ip.ts'
import { get, isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'
import { findNames } from '../../shared/names.ts'
import type { Place } from './geo.ts'

/** The most addresses that one log lists, the most names that are looked up, and the most matches. */
const most = 1000

/** What is known, and what of it needs to be looked for in every log. */
interface Known {
  match(address: string): readonly Match[]
  matchName(type: NameType, name: string): readonly Match[]
  /** The kinds of names that any feed knows. */
  nameTypes(): ReadonlySet<NameType>
  locate(address: string): Place
}

interface Found {
  addresses: Set<string>
  /** What feeds say, by the value as the log has it. */
  threats: Map<string, readonly Match[]>
}

/** Looks through every text of a log once, for addresses and for the names that feeds know. */
function createLook({ matchName, nameTypes }: Known) {
  return ({ message, tags, host, attributes }: NewLog): Found => {
    const found: Found = { addresses: new Set(), threats: new Map() }
    const wanted = nameTypes()
    let names = 0
    const onName = (type: NameType, name: string) => {
      if (!wanted.has(type) || names >= most) return
      names++
      const matches = matchName(type, name)
      if (matches.length > 0) found.threats.set(name, matches)
    }
    const onText = (text: string) => {
      if (found.addresses.size < most) for (const { address } of findAddresses(text)) found.addresses.add(address)
      if (wanted.size > 0 && names < most) findNames(text, onName, wanted)
    }
    const walk = (value: Json): void => {
      if (typeof value === 'string') onText(value)
      else if (Array.isArray(value)) for (const item of value) walk(item)
      else if (isObject(value)) for (const key of Object.keys(value)) walk(value[key]!)
    }
    onText(message)
    tags.forEach(onText)
    if (host !== undefined) onText(host)
    walk(attributes)
    return found
  }
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

function threatsOf(threats: Found['threats']): JsonObject {
  const results = new Map<string, JsonObject>()
  for (const matches of threats.values())
    for (const { source, ...rest } of matches) {
      const key = `${source.name}\n${source.url}\n${rest.indicator}`
      if (!results.has(key) && results.size < most) results.set(key, { ...rest, source: { ...source } } as JsonObject)
    }
  return { indicators_matched: [...threats.keys()], results: [...results.values()] }
}

const withoutClaims = ({ threat_intel: _, ...own }: JsonObject): JsonObject => own

/** The one public address that the client is, in its normal form. */
function clientOf(attributes: JsonObject): string | undefined {
  const ip = get(attributes, 'network', 'client', 'ip')
  const address = typeof ip === 'string' ? readAddress(ip) : undefined
  return address && scopeOf(address) === 'public' ? (ip as string) : undefined
}

/**
 * Add what is known of a log's addresses and names: `network.ip.list`, `threat_intel` and where the client is. The log that came in is left as
 * it was. What a sender claims under these names gives way to what we know, but addresses it listed stay listed.
 */
export function createEnrich(known: Known) {
  const look = createLook(known)
  return (given: NewLog): NewLog => {
    // only feeds speak there: a claim could raise a signal, or keep a later match from being news
    const log = Object.hasOwn(given.attributes, 'threat_intel') ? { ...given, attributes: withoutClaims(given.attributes) } : given
    const found = look(log)
    const addresses = [...found.addresses].slice(0, most)
    for (const address of addresses) {
      const matches = known.match(address)
      if (matches.length > 0) found.threats.set(address, matches)
    }
    if (addresses.length === 0 && found.threats.size === 0) return log
    let { attributes } = log
    if (addresses.length > 0) attributes = withMember(attributes, ['network', 'ip', 'list'], addresses)
    if (found.threats.size > 0) attributes = withMember(attributes, ['threat_intel'], threatsOf(found.threats))
    const client = clientOf(attributes)
    if (client !== undefined)
      for (const [name, value] of Object.entries(known.locate(client)))
        if (typeof value === 'object') attributes = withMember(attributes, ['network', 'client', 'geoip', name], { ...value })
    return { ...log, attributes }
  }
}
