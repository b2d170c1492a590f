import { gzipSync } from 'node:zlib'
import { parseUrl } from '../../shared/url.ts'
import type { Place } from './place.ts'
import { NoDaemon, Refused } from './refused.ts'
import type { Surroundings } from './surroundings.ts'

export interface Request {
  query?: Record<string, string | number | undefined>
  /** A body of JSON, or one of text. */
  json?: unknown
  text?: string | Uint8Array
  /** The content type of a text; text/plain where it says nothing. */
  type?: string
}

/** The running daemon, over HTTP. An answer's shape is what the daemon's own routes promise. */
export interface Client {
  url: string
  get<T>(path: string, query?: Request['query']): Promise<T>
  /** An answer that is a file. */
  bytes(path: string): Promise<Buffer>
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, request?: Request): Promise<T>
}

/** Above this many bytes a body is packed: the daemon takes 5 MB as sent, 20 MB unpacked. */
const packAbove = 1_000_000
/** It takes a hundred times what was sent at most. */
const mostRatio = 90
const patience = 120_000

/**
 * Find the daemon and the keys for it: SIGNALBOX_URL, else what the daemon wrote into the data directory; SIGNALBOX_API_KEY and
 * SIGNALBOX_APP_KEY, else keys.json there. Asks nobody yet. Throws a NoDaemon.
 */
export function connect({ env }: Pick<Surroundings, 'env'>, place: Place): Client {
  const url = addressOf(env['SIGNALBOX_URL'], place)
  const keys = headersFor(env, place)

  async function askRaw(method: string, path: string, { query = {}, json, text, type = 'text/plain' }: Request = {}): Promise<Buffer> {
    const target = new URL(url + path)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) target.searchParams.set(name, String(value))
    const headers: Record<string, string> = { ...keys, Accept: 'application/json', 'User-Agent': 'signalbox-cli' }
    let body = json === undefined ? (typeof text === 'string' ? Buffer.from(text) : text) : Buffer.from(JSON.stringify(json))
    if (body) headers['Content-Type'] = json === undefined ? type : 'application/json'
    if (body && body.length > packAbove) {
      const packed = gzipSync(body, { level: 1 })
      // the daemon takes what shrinks much more for a bomb: a line that is one letter a million times goes as it is
      if (packed.length * mostRatio > body.length) {
        body = packed
        headers['Content-Encoding'] = 'gzip'
      }
    }
    // keys go to the one address that was meant, wherever it might send us
    const init: RequestInit = { method, headers, redirect: 'error', signal: AbortSignal.timeout(patience) }
    if (body) init.body = body as Uint8Array<ArrayBuffer>
    const answer = await fetch(target, init).catch(error => {
      throw new NoDaemon(`No daemon answers at ${url} (${reasonOf(error)}). Start it with: signalbox start`)
    })
    const said = await answer.arrayBuffer().catch(error => {
      throw new NoDaemon(`The daemon at ${url} went away in the middle of its answer (${reasonOf(error)}).`)
    })
    const bytes = Buffer.from(said)
    if (!answer.ok) throw new Refused(answer.status, parse(bytes.toString()), Number(answer.headers.get('retry-after') ?? 0))
    return bytes
  }
  async function ask<T>(...request: Parameters<typeof askRaw>): Promise<T> {
    const said = (await askRaw(...request)).toString()
    return (said === '' ? null : parse(said)) as T
  }
  return {
    url,
    get: (path, query = {}) => ask('GET', path, { query }),
    bytes: path => askRaw('GET', path),
    send: ask,
  }
}

function addressOf(given: string | undefined, place: Place): string {
  if (given) return checked(given)
  const daemon = place.daemon()
  if (!daemon) throw new NoDaemon(`No daemon runs on ${place.dir}. Start it with: signalbox start`)
  // its port may be a stranger's by now, who is not to be shown our keys
  if (!daemon.runs) throw new NoDaemon(`The daemon of ${place.dir} (process ${daemon.pid}) is gone. Start it with: signalbox start`)
  return checked(daemon.url)
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

function checked(given: string): string {
  const url = parseUrl(given)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash || url.pathname !== '/')
    throw new NoDaemon(`“${given}” is not an address of a daemon. SIGNALBOX_URL is written like http://127.0.0.1:7420`)
  if (url.protocol === 'http:' && !loopback.test(url.hostname))
    throw new NoDaemon(`${url.origin} is another machine: keys are sent there over https only.`)
  return url.origin
}

/** The keys of this command line; the file is read only where the environment lacks one. */
export function ownKeys(env: NodeJS.ProcessEnv, place: Place): { api: string | undefined; application: string | undefined } {
  const file = env['SIGNALBOX_API_KEY'] && env['SIGNALBOX_APP_KEY'] ? undefined : place.keys()
  return { api: env['SIGNALBOX_API_KEY'] || file?.api_key, application: env['SIGNALBOX_APP_KEY'] || file?.application_key }
}

function headersFor(env: NodeJS.ProcessEnv, place: Place): Record<string, string> {
  const { api, application } = ownKeys(env, place)
  if (!application)
    throw new NoDaemon(`There are no keys: set SIGNALBOX_API_KEY and SIGNALBOX_APP_KEY. (There is no keys.json in ${place.dir}.)`)
  for (const key of [api, application])
    if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) throw new NoDaemon('A key holds a character that no key has. Set it again.')
  return api ? { 'DD-API-KEY': api, 'DD-APPLICATION-KEY': application } : { Authorization: `Bearer ${application}` }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const reasonOf = (error: unknown): string => {
  const { cause, message, name } = error as Error & { cause?: { code?: string; message?: string } }
  return name === 'TimeoutError' ? `nothing for ${patience / 1000} s` : (cause?.code ?? cause?.message ?? message)
}
