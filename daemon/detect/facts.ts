import { get, isObject, type Json, type JsonObject, put, set } from '../../shared/json.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import type { Detection, Sample } from '../../shared/signal.ts'
import { groupValue } from './groups.ts'

/** Values of one kind that a signal keeps. */
const maxValues = 100

/** What a signal's entities are made of. The same values fill the attribute of that path. */
const kinds = ['@network.client.ip', '@usr.id', '@usr.name'].map(kind => ({ kind, field: toField(kind), path: kind.slice(1).split('.') }))
const client = kinds[0]!.field
const addresses = { kind: '@network.ip.list', field: toField('@network.ip.list'), path: ['network', 'ip', 'list'] }
const intel = ['threat_intel', 'results']
const indicators = ['threat_intel', 'indicators_matched']

/**
 * Gathers what the logs of a signal are about into its `entities`, `services`, `hosts` and `attributes`, as each log joins. `seen` is made from
 * the detection, so that one which was stored goes on where it was.
 */
export function gatherFacts(detection: Detection) {
  const seen = new Set(detection.entities)
  const count = new Map<string, number>()
  for (const entity of detection.entities) {
    const kind = entity.slice(0, entity.indexOf(':'))
    count.set(kind, (count.get(kind) ?? 0) + 1)
  }
  const matches = new Set(list(detection.attributes, intel).map(match => JSON.stringify(match)))

  function entity(kind: string, value: string): boolean {
    const text = `${kind}:${value}`
    if (seen.has(text)) return false
    const number = count.get(kind) ?? 0
    if (number >= maxValues) {
      const over = (detection.high_cardinality ??= {})
      over[kind] = (over[kind] ?? 0) + 1
      return false
    }
    seen.add(text)
    count.set(kind, number + 1)
    detection.entities.push(text)
    return true
  }

  return (sample: Sample): void => {
    const into = detection.attributes
    const { attributes, host, service } = sample
    // of the first log alone: two requests have no method in common
    for (const key of ['evt', 'http']) {
      const value = get(attributes, key)
      if (isObject(value) && !Object.hasOwn(into, key)) put(into, key, value)
    }
    for (const { kind, field, path } of kinds)
      for (const value of valuesAt(sample, field).map(groupValue)) if (entity(kind, value)) append(into, path, value)
    const clients = valuesAt(sample, client).map(groupValue)
    const found = valuesAt(sample, addresses.field).map(groupValue)
    // a log that names no client is about every address in it
    if (clients.length === 0) for (const value of found) entity(addresses.kind, value)
    union(into, addresses.path, [...clients, ...found])
    union(into, indicators, list(attributes, indicators).map(String))
    for (const match of list(attributes, intel)) {
      const text = JSON.stringify(match)
      if (matches.has(text) || matches.size >= maxValues) continue
      matches.add(text)
      set(into, intel, [...list(into, intel), match])
    }
    if (host !== undefined && entity('host', groupValue(host))) detection.hosts.push(groupValue(host))
    const name = service === undefined ? undefined : groupValue(service)
    if (name !== undefined && detection.services.length < maxValues && !detection.services.includes(name)) detection.services.push(name)
  }
}

/** The values at a path, whether there is one, a list of them, or none. */
function list(object: JsonObject, path: string[]): Json[] {
  const value = get(object, ...path)
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

/** One value stands alone, more stand in a list: both answer a search for either. */
function append(object: JsonObject, path: string[], value: Json): void {
  const before = list(object, path)
  set(object, path, before.length === 0 ? value : [...before, value])
}

function union(object: JsonObject, path: string[], values: Json[]): void {
  const before = list(object, path)
  const fresh = [...new Set(values)].filter(value => !before.includes(value))
  if (fresh.length > 0) set(object, path, [...before, ...fresh].slice(0, maxValues))
}
