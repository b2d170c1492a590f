import type { Indicator, Intention, indicatorTypes } from '../../../shared/indicator.ts'
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { readObservable } from '../../../shared/observable.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { readPattern } from '../stix/pattern.ts'
import { jsonValues, objectsIn, textIn } from './json-text.ts'
import { quoted, refuseFeed } from './text.ts'

const intentionOf: Record<string, Intention> = {
  'malicious-activity': 'malicious',
  compromised: 'malicious',
  'anomalous-activity': 'suspicious',
  anonymization: 'suspicious',
  benign: 'benign',
  unknown: 'unknown',
}
/** Words of labels that are categories of ours. */
const categories = new Set(
  'attack anonymizer botnet botnet_proxy c2 cryptomining disposable_email hosting malware phishing ransomware residential_proxy scanner tor vpn'.split(
    ' ',
  ),
)

const timeIn = (value: Json | undefined): number | undefined => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

// What an indicator says beside its pattern.
function saidBy(object: JsonObject): Omit<Indicator, 'value' | 'type'> {
  const words = [object['indicator_types'], object['labels']]
    .flatMap(list => (Array.isArray(list) ? list : []))
    .filter(word => typeof word === 'string')
  const known = words.map(word => word.toLowerCase())
  const intention = known.map(word => intentionOf[word]).find(word => word !== undefined)
  const category = known.includes('anonymization') ? 'anonymizer' : known.find(word => categories.has(word))
  const { confidence } = object
  const [from, until] = [timeIn(object['valid_from']), timeIn(object['valid_until'])]
  const name = textIn(object['name'])
  const labels = words.slice(0, 20).join(', ').slice(0, 1000)
  const id = textIn(object['id'])
  return {
    ...(category !== undefined && { category }),
    ...(intention !== undefined && { intention }),
    ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 100 && { score: confidence }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    additional_data: {
      ...(name !== undefined && { name: name.slice(0, 1000) }),
      ...(labels !== '' && { labels }),
      ...(id !== undefined && { stix_id: id.slice(0, 200) }),
    },
  }
}

// Of several versions of an object the newest counts.
function newestOf(objects: readonly JsonObject[]): JsonObject[] {
  const newest = new Map<Json, JsonObject>()
  for (const object of objects) {
    const before = newest.get(object['id']!)
    if (!before || (timeIn(object['modified']) ?? 0) >= (timeIn(before['modified']) ?? 0)) newest.set(object['id'] ?? {}, object)
  }
  return [...newest.values()]
}

// An observable by itself accuses nobody: only one that a feed of observables alone is made of, or an indicator is based on, is an entry.
const observables: Record<string, (typeof indicatorTypes)[number]> = {
  'ipv4-addr': 'ip',
  'ipv6-addr': 'ip',
  'domain-name': 'domain',
  url: 'url',
}
function* observed(object: JsonObject): Generator<Indicator> {
  const type = observables[String(object['type'])]
  const value = textIn(object['value'])
  const read = type && value !== undefined ? readObservable(value, type) : undefined
  if (read) yield read.type === 'ip' ? { value: value!.trim() } : { value: read.name, type: read.type }
  const hashes = object['type'] === 'file' ? object['hashes'] : undefined
  if (isObject(hashes))
    for (const hash of Object.values(hashes)) {
      const read = typeof hash === 'string' ? readObservable(hash) : undefined
      if (read && read.type !== 'ip' && read.type !== 'domain' && read.type !== 'url') yield { value: read.name, type: read.type }
    }
}

/** A STIX 2.0 or 2.1 bundle, a page of a TAXII collection, or one of either a line. */
export const stix = defineFeedFormat({
  name: 'stix',
  *read({ text }, skip) {
    const all: JsonObject[] = []
    for (const [where, value] of jsonValues(text())) {
      if (!isObject(value) || !Array.isArray(value['objects']))
        throw refuseFeed('feed_invalid', `There is no STIX bundle at ${where}: it has no objects.`)
      for (const object of objectsIn(value['objects'])) all.push(object)
    }
    const objects = newestOf(all).filter(object => object['revoked'] !== true)
    const indicators = objects.filter(object => object['type'] === 'indicator')
    let found = 0
    for (const object of indicators) {
      const name = `indicator ${quoted(textIn(object['id']) ?? textIn(object['name']) ?? '')}`
      const pattern = textIn(object['pattern'])
      if (pattern === undefined || (object['pattern_type'] !== undefined && object['pattern_type'] !== 'stix')) {
        skip(name, 'has no STIX pattern')
        continue
      }
      const read = readPattern(pattern)
      if ('problem' in read) {
        skip(name, read.problem)
        continue
      }
      if (read.left !== undefined) skip(name, `a part of it ${read.left}`)
      const said = saidBy(object)
      for (const entry of read.entries) {
        found++
        yield { ...entry, ...said }
      }
    }
    if (indicators.length === 0)
      for (const object of objects)
        for (const entry of observed(object)) {
          found++
          yield entry
        }
    if (found === 0) throw refuseFeed('feed_empty', `The bundle holds ${objects.length} objects, but none that names a value to match.`)
  },
})
