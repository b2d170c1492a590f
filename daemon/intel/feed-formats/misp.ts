import type { Indicator, IndicatorType } from '../../../shared/indicator.ts'
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { readObservable } from '../../../shared/observable.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { jsonValues, objectsIn, textIn } from './json-text.ts'
import { quoted, refuseFeed, tally } from './text.ts'

const types: Record<string, IndicatorType> = {
  ...{ 'ip-src': 'ip', 'ip-dst': 'ip', ip: 'ip', domain: 'domain', hostname: 'domain', url: 'url', uri: 'url' },
  ...{ email: 'email', 'email-src': 'email', 'email-dst': 'email', 'email-reply-to': 'email', vulnerability: 'cve' },
  ...{ md5: 'md5', sha1: 'sha1', sha256: 'sha256' },
}

/** The parts of a composite such as `filename|sha256`, `ip-dst|port` or `domain|ip` that are matched. */
function partsOf(type: string, value: string): [type: IndicatorType, value: string][] {
  const kinds = type.split('|')
  const values = value.split('|')
  return kinds.flatMap((kind, i) => (types[kind] !== undefined && values[i] !== undefined ? [[types[kind], values[i]]] : []))
}

const namesOf = (tags: Json | undefined) => objectsIn(tags).flatMap(tag => textIn(tag['name']) ?? [])

// MISP writes the event as a member, in lists of answers, or bare.
function* eventsIn(value: Json): Generator<JsonObject> {
  if (Array.isArray(value)) for (const item of value) yield* eventsIn(item)
  else if (isObject(value)) {
    if ('response' in value) yield* eventsIn(value['response']!)
    else if ('Event' in value) yield* eventsIn(value['Event']!)
    else if (Array.isArray(value['Attribute']) || Array.isArray(value['Object'])) yield value
  }
}

// Its own, and those of its objects.
function* attributesOf(event: JsonObject): Generator<JsonObject> {
  yield* objectsIn(event['Attribute'])
  for (const object of objectsIn(event['Object'])) if (object['deleted'] !== true) yield* objectsIn(object['Attribute'])
}

// What stands beside a value.
function dataOf(event: JsonObject, attribute: JsonObject): Record<string, string> {
  const tags = [...namesOf(event['Tag']), ...namesOf(attribute['Tag'])].slice(0, 20).join(', ')
  const [info, comment, category] = [textIn(event['info']), textIn(attribute['comment']), textIn(attribute['category'])]
  return {
    ...(info !== undefined && { event: info.slice(0, 500) }),
    ...(category !== undefined && { misp_category: category.slice(0, 100) }),
    ...(comment !== undefined && { comment: comment.slice(0, 500) }),
    ...(tags !== '' && { tags: tags.slice(0, 1000) }),
  }
}

/** MISP events, alone, in an answer of its API, or one a line. Attributes that are not meant for detection (`to_ids`) are passed over. */
export const misp = defineFeedFormat({
  name: 'misp',
  *read({ text }, skip) {
    const count = tally('misp', skip)
    let events = 0
    for (const [where, value] of jsonValues(text()))
      for (const event of eventsIn(value)) {
        events++
        for (const attribute of attributesOf(event)) {
          if (attribute['to_ids'] !== true || attribute['deleted'] === true) continue
          const type = textIn(attribute['type']) ?? ''
          const parts = partsOf(type, String(attribute['value'] ?? ''))
          const at = `${where === 'the feed' ? '' : `${where}, `}attribute ${quoted(textIn(attribute['uuid']) ?? type)}`
          if (parts.length === 0) skip(at, `${quoted(type)} is a kind of value that is not matched`)
          const additional_data = dataOf(event, attribute)
          for (const [type, value] of parts) {
            const read = readObservable(value, type)
            if (!read) {
              count.bad(at, `${quoted(value)} is not ${type === 'ip' ? 'an address' : `a ${type}`}`)
              continue
            }
            count.good()
            const entry: Indicator = read.type === 'ip' ? { value: value.trim() } : { value: read.name, type: read.type }
            yield Object.keys(additional_data).length > 0 ? { ...entry, additional_data } : entry
          }
        }
      }
    if (events === 0) throw refuseFeed('feed_invalid', 'The feed holds no MISP event.')
    count.close()
  },
})
