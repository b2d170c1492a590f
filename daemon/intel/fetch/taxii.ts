import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { JsonError, parseJson } from '../../lib/json.ts'
import { OutboundError } from '../../lib/outbound.ts'
import { type Asked, ask, type Fetch } from './source.ts'

const media = 'application/taxii+json;version=2.1'
const pageSize = 1000
const maxPages = 2000
const maxBytes = 120 * 2 ** 20
const maxCollections = 20
/** Objects that a feed is read from. */
const used = new Set(['indicator', 'ipv4-addr', 'ipv6-addr', 'domain-name', 'url', 'file'])

async function taxii(asked: Asked, url: URL): Promise<{ value: JsonObject; headers: Record<string, string> }> {
  const { body, headers } = await ask(asked, url.href, { maxBytes: 64 * 2 ** 20, headers: { Accept: media } })
  try {
    // a page without objects may be empty
    const value = body.length === 0 ? {} : parseJson(Buffer.from(body).toString())
    if (isObject(value)) return { value, headers }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
  }
  throw new OutboundError('bad_answer', `${url.host} does not speak TAXII 2.1 there`)
}

const objectsOf = (value: Json | undefined) => (Array.isArray(value) ? value.filter(isObject) : [])

/** The collection that an address names, or all that can be read below an API root. */
async function collectionsOf(asked: Asked): Promise<URL[]> {
  const given = asked.entry.url!.replace(/(?:\/objects)?\/*$/, '/')
  if (/\/collections\/[^/]+\/$/.test(given)) return [new URL(given)]
  const root = new URL('collections/', given.replace(/collections\/$/, ''))
  const { value } = await taxii(asked, root)
  const ids = objectsOf(value['collections']).flatMap(({ id, can_read }) => (typeof id === 'string' && can_read !== false ? [id] : []))
  if (ids.length === 0) throw new OutboundError('bad_answer', `${root.host} has no collection there that can be read`)
  return ids.slice(0, maxCollections).map(id => new URL(`${encodeURIComponent(id)}/`, root))
}

/** TAXII 2.1: what was added to collections since the last time, by pages. Kept as one page a line; the newest version of an object counts. */
export const fetchTaxii: Fetch = async asked => {
  let before = asked.content
  let position = before ? (asked.entry.fetched?.position ?? {}) : {}
  // pages of years are begun again some day: what was replaced and revoked is gone then
  if (before && before.length > maxBytes / 2) {
    before = undefined
    position = {}
  }
  const lines: string[] = []
  let size = before?.length ?? 0
  for (const collection of await collectionsOf(asked)) {
    const since = position[collection.href]
    let last = since
    let next: string | undefined
    for (let page = 0; page === 0 || next !== undefined; page++) {
      if (page >= maxPages) throw new OutboundError('too_large', `The collection has more than ${maxPages} pages`)
      const url = new URL('objects/', collection)
      url.searchParams.set('limit', String(pageSize))
      if (since !== undefined) url.searchParams.set('added_after', since)
      if (next !== undefined) url.searchParams.set('next', next)
      const { value, headers } = await taxii(asked, url)
      const objects = objectsOf(value['objects']).filter(({ type }) => used.has(String(type)))
      if (objects.length > 0) {
        const line = JSON.stringify({ objects })
        size += line.length
        if (size > maxBytes) throw new OutboundError('too_large', `The collection is larger than ${maxBytes} bytes`)
        lines.push(line)
      }
      const added = headers['x-taxii-date-added-last']
      if (added !== undefined && !Number.isNaN(Date.parse(added))) last = added
      next = value['more'] === true && typeof value['next'] === 'string' && value['next'] !== next ? value['next'] : undefined
    }
    if (last !== undefined) position = { ...position, [collection.href]: last }
  }
  if (lines.length === 0 && before) return { state: { position } }
  const text = lines.join('\n')
  return { bytes: before ? Buffer.concat([before, Buffer.from(`\n${text}`)]) : Buffer.from(text), state: { position } }
}
