import { incidentKey } from '../../shared/incident.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { matchesOn, worstOf } from '../../shared/verdict.ts'
import type { Deed, SignalDetails, SignalRow } from '../messages.ts'
import { count, object, objects, text, texts } from './read.ts'
import { bodyOf, entity, toMatch, toReason, toRow } from './wire.ts'

/** What is shown of a log, of a rule's message and of a query: characters. */
const longest = { sample: 500, message: 20_000, query: 2_000 }
const most = { samples: 10, deeds: 200, values: 100 }

/** As much of a text as is shown, never half a character. */
export const cut = (value: string, length: number) =>
  value.length > length ? `${value.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…` : value

/** The answers of `GET …/signals/{id}` and of its timeline as what a person reads before deciding. */
export function toDetails(data: JsonObject, timeline: Json | undefined): SignalDetails {
  const body = bodyOf(data)
  const row = toRow(data)
  const deeds = objects(timeline).map(toDeed)
  return {
    row: withArchived(row, deeds),
    rule: text(get(body, 'workflow', 'rule', 'name')),
    message: cut(text(get(data, 'attributes', 'message')), longest.message),
    condition: cut(text(get(body, 'triggeringRuleCase', 'condition')), longest.query),
    queries: objects(body['queries']).map(query => ({
      name: text(query['name']),
      query: cut(text(query['query']), longest.query),
      value: count(get(query, 'aggregationDetails', 'value')),
    })),
    addresses: addressesOf(body, row),
    hosts: [...new Set([...texts(get(data, 'attributes', 'host')), ...entity(body, 'host')])].slice(0, most.values),
    samples: objects(body['samples'])
      .slice(0, most.samples)
      .map(({ content }) => ({
        time: Date.parse(text(object(content)['timestamp'])) || 0,
        text: cut(text(object(content)['message']), longest.sample),
      })),
    tags: texts(get(data, 'attributes', 'tags')).filter(tag => /^(?:tactic|technique):/.test(tag)),
    timeline: deeds.slice(-most.deeds),
  }
}

/** The row that is in the archive, with when it went there. */
export function withArchived(row: SignalRow, deeds: readonly Deed[]): SignalRow {
  const last = deeds.findLast(({ kind, to }) => kind === 'state' && to === 'archived')
  return row.archive && last ? { ...row, archive: { ...row.archive, at: last.time } } : row
}

function addressesOf(body: JsonObject, row: SignalRow): SignalDetails['addresses'] {
  const matches = objects(get(body, 'threat_intel', 'results')).map(toMatch)
  const all = [...(row.ip === null ? [] : [row.ip]), ...entity(body, '@network.client.ip', '@network.ip.list')]
  return [...new Set(all)].slice(0, most.values).map(value => {
    const about = matchesOn(value, matches)
    return { value, verdict: worstOf(about), knownGood: [...new Set(about.flatMap(({ downgraded }) => downgraded?.by ?? []))] }
  })
}

const incidentsOf = ({ incident_ids: ids }: JsonObject): string =>
  Array.isArray(ids) ? ids.map(id => incidentKey(count(id))).join(', ') : ''

/** One entry of the timeline. States, assignees and severities stand under keys of their own name; notes are what was said. */
export function toDeed(entry: JsonObject): Deed {
  const attributes = object(entry['attributes'])
  const { time, kind, by, from, to, severity } = attributes
  const { name, handle } = object(by)
  const became = object(to)
  const said = (value: Json | undefined) => (isObject(value) ? text(value['state'] ?? value['assignee'] ?? value['severity']) : '')
  const until = count(became['snoozed_until'])
  return {
    time: count(time),
    by: text(name) || text(handle),
    kind: text(kind),
    from: said(from),
    to: said(to) || text(severity) || text(attributes['why']) || text(get(attributes, 'case', 'key')) || incidentsOf(became),
    reason: toReason(became['archive_reason']),
    comment: text(became['archive_comment']) || text(became['text']) || text(became['reason']),
    ...(until > 0 && { until }),
    ...(attributes['undoes'] !== undefined && { undone: true }),
  }
}
