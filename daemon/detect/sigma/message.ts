import type { Json, JsonObject } from '../../../shared/json.ts'

const own = (document: JsonObject, key: string): Json | undefined => (Object.hasOwn(document, key) ? document[key] : undefined)
const texts = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap(one => (typeof one === 'string' || typeof one === 'number' ? [String(one).trim()] : []))
const list = (items: readonly string[]) => items.map(item => `- ${item.replace(/\s+/g, ' ')}`).join('\n')

/** The message of a rule: what it detects, what else may look so, where to read on, whose it is. Markdown. */
export function messageOf(document: JsonObject): string {
  const section = (title: string, body: string) => (body === '' ? [] : [`## ${title}\n\n${body}`])
  const origin = [
    ['Author', texts(own(document, 'author')).join(', ')],
    ['Licence', texts(own(document, 'license')).join(', ')],
    ['Status', texts(own(document, 'status'))[0]],
    ['Date', [...texts(own(document, 'date')), ...texts(own(document, 'modified')).map(day => `modified ${day}`)].join(', ')],
    ['Sigma rule', texts(own(document, 'id'))[0]],
  ].flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))
  return [
    ...texts(own(document, 'description')),
    ...section('False positives', list(texts(own(document, 'falsepositives')))),
    ...section('References', list(texts(own(document, 'references')))),
    ...section('Origin', list(origin)),
  ]
    .join('\n\n')
    .slice(0, 65_000)
}
