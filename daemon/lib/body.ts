import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { createMiddleware } from 'hono/factory'
import { Refusal } from './errors.ts'
import type { Env } from './http.ts'
import { JsonError, parseJson } from './json.ts'

/** As Datadog's intake: 5 MB as sent. Unpacked 20 MB, and never more than a hundred times what was sent. */
export const maxRaw = 5 * 1024 * 1024
export const maxUnpacked = 20 * 1024 * 1024
/** Lists of threats and databases of addresses are larger than anything else that is sent. */
const large = { raw: 64 * 1024 * 1024, unpacked: 256 * 1024 * 1024 }
const maxRatio = 100

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate) }
const tooLarge = (what: string) =>
  new Refusal(413, 'too_large', `The body is larger than ${what}`, { problems: [{ field: 'body', message: `is larger than ${what}` }] })
const badBody = (message: string) => new Refusal(400, 'invalid_body', message, { problems: [{ field: 'body', message }] })

/** Where the body of a request is not JSON by its nature. */
const textPaths = new Set(['/api/v2/logs', '/api/v2/logs/'])
const rawPath = '/api/local/imports/lines'
const bytesPath = /^\/api\/local\/(feeds\/[^/]+\/content|feed-bundle)$/
/** Where it may be an archive. */
const importPath = '/api/local/rules/import'

/**
 * Reads every body once, within bounds: size as sent and unpacked, encoding, content type, UTF-8, JSON and its depth. An empty body is `{}`,
 * since the official client sends one with some requests.
 */
export const readBody = createMiddleware<Env>(async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  // typed as values by hono, filled with promises by it
  const cache = c.req.bodyCache as Record<string, unknown>
  if (!c.req.raw.body) {
    if (!textPaths.has(c.req.path) && c.req.path !== rawPath) cache.text = Promise.resolve('{}')
    return next()
  }
  const isImport = c.req.path === importPath && !isJson(typeOf(c.req.header('content-type')))
  const isBytes = isImport || bytesPath.test(c.req.path)
  const limits = isBytes && !isImport ? large : { raw: maxRaw, unpacked: maxUnpacked }
  const raw = await readAll(c.req.raw, limits.raw)
  const bytes = await unpack(raw, c.req.header('content-encoding'), limits.unpacked)
  if (isBytes) {
    cache.arrayBuffer = Promise.resolve(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    return next()
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw badBody('The body is not UTF-8')
  }
  cache.text = Promise.resolve(text)
  if (!textPaths.has(c.req.path) && c.req.path !== rawPath) {
    const type = typeOf(c.req.header('content-type'))
    if (text !== '' && !isJson(type))
      throw new Refusal(415, 'unsupported_media_type', `Send application/json, not ${type || 'a body without a type'}`, {
        problems: [{ field: 'Content-Type', message: 'must be application/json' }],
      })
    try {
      if (text.trim() === '') cache.text = Promise.resolve('{}')
      else parseJson(text)
    } catch (error) {
      if (error instanceof JsonError) throw badBody(error.message)
      throw error
    }
  }
  return next()
})

const typeOf = (header = '') => header.split(';')[0]!.trim().toLowerCase()
const isJson = (type: string) => type === 'application/json' || type === 'application/vnd.api+json'

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

async function readAll(request: Request, most: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(megabytes(most))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > most) throw tooLarge(megabytes(most))
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

async function unpack(raw: Uint8Array, encoding = 'identity', mostUnpacked = maxUnpacked): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity' || raw.length === 0) return raw
  const unpacker = unpackers[name as keyof typeof unpackers]
  if (!Object.hasOwn(unpackers, name))
    throw new Refusal(415, 'unsupported_encoding', `Send gzip, deflate or no Content-Encoding, not ${encoding}`, {
      problems: [{ field: 'Content-Encoding', message: 'must be gzip or deflate' }],
    })
  // small bodies may well shrink more than a hundred times
  const most = Math.min(mostUnpacked, Math.max(raw.length * maxRatio, 1024 * 1024))
  try {
    return await unpacker(raw, { maxOutputLength: most })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(most === mostUnpacked ? `${megabytes(most)} unpacked` : 'a hundred times what was sent')
    throw badBody(`The body is not ${name}: ${(error as Error).message}`)
  }
}
