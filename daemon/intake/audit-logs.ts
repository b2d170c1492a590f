import { get, isObject, type Json, type JsonObject, put, set } from '../../shared/json.ts'
import { readIso } from '../../shared/time.ts'
import { putClient } from './web.ts'

// What the audit logs of services say of who did what from where, under the names that all logs share. What the service wrote stays beside it.

interface Service {
  /** Whether an object that names no source is one of its events. */
  recognises(event: JsonObject): boolean
  /** First-level keys that exports of a data warehouse write in small letters, by their own names. */
  spelling?: string[]
  /** Where it says when it was, where that is under no name that all logs have. */
  time?: string
  name: string[]
  /** By path of the standard attribute, the members that may say it; the first that does is taken. */
  standard: Record<string, string[][]>
  client: string[][]
  outcome(event: JsonObject): 'success' | 'failure' | undefined
  /** The events that are logins. */
  logins: RegExp
}

const okta: Service = {
  recognises: event => isObject(event['actor']) && isObject(event['outcome']) && text(event, ['published']) !== undefined,
  spelling: ['eventType', 'displayMessage', 'legacyEventType', 'debugContext', 'authenticationContext', 'securityContext'],
  time: 'published',
  name: ['eventType'],
  standard: {
    'usr.id': [['actor', 'id']],
    'usr.name': [['actor', 'alternateId']],
    'http.useragent': [['client', 'userAgent', 'rawUserAgent']],
  },
  client: [['client', 'ipAddress']],
  outcome(event) {
    const result = text(event, ['outcome', 'result'])
    return /^(SUCCESS|ALLOW)$/.test(result ?? '') ? 'success' : /^(FAILURE|DENY)$/.test(result ?? '') ? 'failure' : undefined
  },
  logins: /^user\.(session\.start|authentication\.)/,
}

const cloudtrail: Service = {
  recognises: event => /\.amazonaws\.com$/.test(text(event, ['eventSource']) ?? '') && text(event, ['eventVersion']) !== undefined,
  name: ['eventName'],
  standard: {
    'usr.id': [['userIdentity', 'principalId']],
    'usr.name': [
      ['userIdentity', 'userName'],
      ['userIdentity', 'sessionContext', 'sessionIssuer', 'userName'],
      ['userIdentity', 'type'],
    ],
    'http.useragent': [['userAgent']],
  },
  client: [['sourceIPAddress']],
  outcome: event =>
    text(event, ['errorCode']) !== undefined || text(event, ['responseElements', 'ConsoleLogin']) === 'Failure' ? 'failure' : 'success',
  logins: /^ConsoleLogin$/,
}

const github: Service = {
  recognises: event => text(event, ['_document_id']) !== undefined && /^\w+\.\w+/.test(text(event, ['action']) ?? ''),
  name: ['action'],
  standard: {
    'usr.name': [['actor'], ['sender', 'login'], ['pusher', 'name']],
    'http.useragent': [['user_agent']],
  },
  client: [['actor_ip']],
  outcome: () => undefined,
  logins: /^user\.login$/,
}

const services: Record<string, Service> = { okta, cloudtrail, github }
const names = Object.keys(services)

/** What an audit log tells. */
interface AuditReading {
  source: string
  /** The event by its service's own names. */
  event: JsonObject
  /** What was found in it, to be put under what was sent. */
  attributes: JsonObject
  /** ms UTC */
  timestamp: number | undefined
}

/** Read an event of an audit log, known by its source or, where it names none, by its form. Undefined: it is none. */
export function readAuditLog(named: string | undefined, attributes: JsonObject): AuditReading | undefined {
  const source = named ?? names.find(name => services[name]!.recognises(attributes))
  if (source === undefined || !Object.hasOwn(services, source)) return undefined
  const service = services[source]!
  const event = spelled(attributes, service.spelling ?? [])
  const name = text(event, service.name)
  if (name === undefined) return undefined
  const found: JsonObject = {}
  set(found, ['evt', 'name'], name)
  const outcome = service.outcome(event)
  if (outcome !== undefined) set(found, ['evt', 'outcome'], outcome)
  if (service.logins.test(name)) set(found, ['evt', 'category'], 'authentication')
  for (const [path, members] of Object.entries(service.standard)) {
    const value = firstOf(event, members)
    if (value !== undefined) set(found, path.split('.'), value)
  }
  const client = firstOf(event, service.client)
  if (client !== undefined) putClient(found, client)
  const time = service.time === undefined ? undefined : text(event, [service.time])
  return { source, event, attributes: found, timestamp: time === undefined ? undefined : readIso(time) }
}

function spelled(event: JsonObject, names: string[]): JsonObject {
  const wrong = new Map(names.map(name => [name.toLowerCase(), name]))
  if (!Object.keys(event).some(key => wrong.has(key))) return event
  const right: JsonObject = {}
  for (const [key, value] of Object.entries(event)) {
    const name = wrong.get(key) ?? key
    if (name === key || !Object.hasOwn(event, name)) put(right, name, value)
  }
  return right
}

const text = (event: JsonObject, path: string[]): string | undefined => {
  const value: Json | undefined = get(event, ...path)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function firstOf(event: JsonObject, paths: string[][]): string | undefined {
  for (const path of paths) {
    const value = text(event, path)
    if (value !== undefined) return value
  }
  return undefined
}
