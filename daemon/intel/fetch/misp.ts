import { isObject, type JsonObject } from '../../../shared/json.ts'
import { JsonError, parseJson } from '../../lib/json.ts'
import { OutboundError } from '../../lib/outbound.ts'
import { type Asked, ask, type Fetch } from './source.ts'

const maxEvents = 5000
const maxBytes = 120 * 2 ** 20
const maxEvent = 16 * 2 ** 20
/** Events that are asked for at one time. */
const atOnce = 4

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const line = /^\{"uuid":"([^"]+)","timestamp":"(\d+)"/

async function json(asked: Asked, url: string, most: number): Promise<JsonObject> {
  const { body } = await ask(asked, url, { maxBytes: most })
  try {
    const value = parseJson(Buffer.from(body).toString())
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
  }
  throw new OutboundError('bad_answer', `${url.slice(0, 200)} is not a JSON object`)
}

/** The newest events of a feed's manifest, with their timestamps. */
function eventsOf(manifest: JsonObject): Map<string, string> {
  const events = Object.entries(manifest).flatMap(([id, said]): [string, string][] =>
    uuid.test(id) && isObject(said) && /^\d{1,12}$/.test(String(said['timestamp'])) ? [[id, String(said['timestamp'])]] : [],
  )
  return new Map(events.sort(([, a], [, b]) => Number(b) - Number(a)).slice(0, maxEvents))
}

/** A folder of MISP events with its manifest: events that are new or have changed are fetched, those that are gone go. Kept as one event a line. */
export const fetchMisp: Fetch = async asked => {
  const root = asked.entry.url!.replace(/manifest\.json$/, '').replace(/\/*$/, '/')
  const events = eventsOf(await json(asked, `${root}manifest.json`, 32 * 2 ** 20))
  const kept = new Map<string, string>()
  const before = asked.content ? Buffer.from(asked.content).toString().split('\n') : []
  for (const text of before) {
    const [, id, timestamp] = text.match(line) ?? []
    if (id !== undefined && events.get(id) === timestamp) kept.set(id, text)
  }
  const wanted = [...events].filter(([id]) => !kept.has(id))
  if (wanted.length === 0 && before.length === kept.size && asked.content) return { state: {} }
  let size = 0
  const next = async () => {
    for (let event = wanted.pop(); event; event = wanted.pop()) {
      const [id, timestamp] = event
      const { Event } = await json(asked, `${root}${id}.json`, maxEvent)
      if (!isObject(Event)) throw new OutboundError('bad_answer', `The event ${id} is none`)
      const { info = '', Tag = [], Attribute = [], Object: objects = [] } = Event
      const text = JSON.stringify({ uuid: id, timestamp, Event: { info, Tag, Attribute, Object: objects } })
      size += text.length
      if (size > maxBytes) throw new OutboundError('too_large', `The events are larger than ${maxBytes} bytes`)
      kept.set(id, text)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  return { bytes: Buffer.from([...kept.values()].join('\n')), state: {} }
}
