import { get, isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import { readIso } from '../../shared/time.ts'
import type { ParsedLog } from '../lib/kinds.ts'

// Windows events as shippers and tools write them: `Event.System` and `Event.EventData` (evtx_dump, Datadog's agent, XML made JSON), or `winlog`
// (Winlogbeat, Elastic Agent). All come to one flat form, the one that NXLog sends and that rules are written for: EventID, Channel,
// Provider_Name and the members of the event's data by their own names.

const levels: Record<number, string> = { 1: 'critical', 2: 'error', 3: 'warn', 4: 'info', 5: 'debug' }

/** Sysmon's names for what Windows' own audit event of a new process holds. */
const ofNewProcess: Record<string, string> = {
  NewProcessName: 'Image',
  ParentProcessName: 'ParentImage',
  NewProcessId: 'ProcessId',
  SubjectUserName: 'User',
}

/** Make a Windows event flat, where the log is one. What the sender said of the log stands. */
export function readWindowsEvent(log: ParsedLog): void {
  const { attributes } = log
  const event = own(attributes, 'Event')
  const winlog = own(attributes, 'winlog')
  if (isObject(event) && isObject(own(event, 'System'))) fromEvent(log, event)
  else if (isObject(winlog) && own(winlog, 'event_id') !== undefined) fromWinlog(log, winlog)
}

function fromEvent(log: ParsedLog, event: JsonObject): void {
  const system = own(event, 'System') as JsonObject
  const data: JsonObject = {}
  for (const part of ['EventData', 'UserData']) addData(data, own(event, part) ?? null)
  const time = attribute(own(system, 'TimeCreated'), 'SystemTime')
  const timestamp = typeof time === 'string' ? readIso(time, 0) : undefined
  if (log.timestamp === undefined && timestamp !== undefined) log.timestamp = timestamp
  const level = levels[Number(text(own(system, 'Level')) ?? 0)]
  if (log.status === undefined && level) log.status = level
  delete log.attributes['Event']
  flatten(log, data, {
    id: number(text(own(system, 'EventID'))),
    channel: text(own(system, 'Channel')),
    provider: attribute(own(system, 'Provider'), 'Name'),
    computer: text(own(system, 'Computer')),
    record: number(text(own(system, 'EventRecordID'))),
  })
}

function fromWinlog(log: ParsedLog, winlog: JsonObject): void {
  const data: JsonObject = {}
  for (const part of ['event_data', 'user_data']) addData(data, own(winlog, part) ?? null)
  const rest = { ...winlog }
  for (const part of ['event_data', 'user_data', 'event_id', 'channel', 'provider_name', 'computer_name', 'record_id']) delete rest[part]
  put(log.attributes, 'winlog', rest)
  flatten(log, data, {
    id: number(own(winlog, 'event_id')),
    channel: own(winlog, 'channel'),
    provider: own(winlog, 'provider_name'),
    computer: own(winlog, 'computer_name'),
    record: number(own(winlog, 'record_id')),
  })
}

function flatten(
  log: ParsedLog,
  data: JsonObject,
  { id, channel, provider, computer, record }: Record<'id' | 'channel' | 'provider' | 'computer' | 'record', Json | undefined>,
): void {
  const head = { EventID: id, Channel: channel, Provider_Name: provider, Computer: computer, EventRecordID: record }
  for (const [key, value] of [...Object.entries(head), ...Object.entries(data)])
    if (value !== undefined && value !== null && !Object.hasOwn(log.attributes, key)) put(log.attributes, key, value)
  if (id === 4688)
    for (const [key, name] of Object.entries(ofNewProcess)) {
      const value = own(data, key)
      if (value !== undefined && !Object.hasOwn(log.attributes, name)) put(log.attributes, name, value)
    }
  if (log.host === undefined && typeof computer === 'string') log.host = computer
  log.source ??= typeof channel === 'string' && channel.startsWith('Linux-Sysmon') ? 'linux.sysmon' : 'windows.events'
}

/** The members of an event's data: by name, in a list of named values, or one map deeper, as UserData and Datadog's agent have them. */
function addData(into: JsonObject, data: Json): void {
  if (!isObject(data)) return
  for (const [key, value] of Object.entries(data)) {
    if (isAttributes(key)) continue
    if (Array.isArray(value)) {
      for (const one of value) {
        const name = attribute(one, 'Name')
        if (typeof name === 'string' && !Object.hasOwn(into, name)) put(into, name, text(one) ?? '')
      }
      if (!value.some(one => typeof attribute(one, 'Name') === 'string')) put(into, key, value)
    } else if (isObject(value) && text(value) === undefined) addData(into, value)
    else if (!Object.hasOwn(into, key)) put(into, key, text(value) ?? null)
  }
}

const own = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined)
const isAttributes = (key: string) => key === '#attributes' || key === '@attributes' || key === '$' || key[0] === '@' || key === 'xmlns'

/** An attribute of an element, by any of the ways in which XML becomes JSON. */
function attribute(element: Json | undefined, name: string): Json | undefined {
  if (!isObject(element)) return undefined
  for (const path of [['#attributes', name], ['@attributes', name], ['$', name], [`@${name}`], [name]]) {
    const value = get(element, ...path)
    if (value !== undefined) return value
  }
  return undefined
}

/** What an element holds, with or without attributes beside it. */
function text(element: Json | undefined): Json | undefined {
  if (!isObject(element)) return element
  for (const key of ['#text', '_', '$t', '$value']) if (Object.hasOwn(element, key)) return element[key]
  return undefined
}

const number = (value: Json | undefined): Json | undefined =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
