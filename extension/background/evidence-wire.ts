import { get, type Json, type JsonObject } from '../../shared/json.ts'
import { verdicts } from '../../shared/verdict.ts'
import type { Draft, EvidencePreview, KeptEvidence, KnownAddress, ReadLog } from '../evidence-messages.ts'
import { cut } from './details.ts'
import { count, object, objects, text, texts } from './read.ts'

/** Characters of a message that are shown. */
const longest = 4_000
/** The same of evidence. */
const longestText = 200_000

function toReadLog(log: JsonObject): ReadLog {
  const { evidence, ...attributes } = object(log['attributes'])
  return {
    line: count(object(evidence)['line']),
    time: count(log['timestamp']),
    message: cut(text(log['message']), longest),
    status: text(log['status']),
    service: text(log['service']),
    host: text(log['host']),
    attributes,
  }
}

function toAddress(known: JsonObject): KnownAddress {
  return {
    address: text(known['address']),
    scope: text(known['scope']),
    verdict: verdicts.find(verdict => verdict === known['verdict']) ?? null,
    says: objects(known['matches']).map(match => `${text(match['category'])} in ${text(get(match, 'source', 'name'))}`),
    knownGood: texts(known['known_good']),
    place: [text(known['country']), text(known['as'])].filter(Boolean).join(', '),
  }
}

/** The answer of `POST /api/local/evidence?dry_run=true`. */
export function toPreview(answer: JsonObject): EvidencePreview {
  const said = object(get(answer, 'data', 'attributes'))
  return {
    sha256: text(said['sha256']),
    bytes: count(said['bytes']),
    lines: count(said['lines']),
    logs: count(said['logs']),
    first: objects(said['preview']).map(toReadLog),
    addresses: objects(said['addresses']).map(toAddress),
  }
}

/** The same of what is kept. */
export function toKept(data: Json | undefined): NonNullable<Draft['kept']> {
  const { id, attributes } = object(data)
  const said = object(attributes)
  return {
    id: text(id),
    sha256: text(said['sha256']),
    logs: count(said['logs']),
    logIds: texts(said['log_ids']),
    pending: said['state'] !== 'kept',
  }
}

/** The answer of `GET /api/local/evidence/{id}`. */
export function toEvidence(data: JsonObject): KeptEvidence {
  const said = object(data['attributes'])
  const whole = text(said['text'])
  return {
    id: text(data['id']),
    sha256: text(said['sha256']),
    bytes: count(said['bytes']),
    lines: count(said['lines']),
    text: whole.slice(0, longestText),
    cut: whole.length > longestText,
    page: { url: text(get(said, 'page', 'url')), title: text(get(said, 'page', 'title')) },
    time: count(said['time']),
    keptAt: count(said['kept_at']),
    by: text(get(said, 'by', 'name')) || text(get(said, 'by', 'handle')),
    logs: count(said['logs']),
    pending: said['state'] !== 'kept',
  }
}

/** A list of cases, or what a search of incidents found. */
export function toTargets({ data }: JsonObject): { key: string; title: string }[] {
  const found = Array.isArray(data) ? objects(data) : objects(get(object(data), 'attributes', 'incidents')).map(({ data }) => object(data))
  return found.map(({ attributes }) => {
    const { key, public_id: number, title } = object(attributes)
    return { key: text(key) || `INC-${count(number)}`, title: text(title) }
  })
}
