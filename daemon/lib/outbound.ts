import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { printAddress } from '../../shared/ip.ts'
import { parseUrl } from '../../shared/url.ts'
import { createAddressGuard, type Guarding, OutboundError, type Place } from './address-guard.ts'

export { OutboundError }

export interface OutboundRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  body?: string
  /** Bytes, as sent and unpacked. */
  maxBytes?: number
  /** For all of it, ms. */
  timeout?: number
  signal?: AbortSignal
}
export interface OutboundAnswer {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}
export type Outbound = (url: string, request?: OutboundRequest) => Promise<OutboundAnswer>

interface Needs extends Guarding {
  userAgent: string
}

const usual = { maxBytes: 256 * 2 ** 20, timeout: 5 * 60_000 }
/** Nothing heard for so long ends it, ms. */
const silence = 30_000
const maxRatio = 1000

/**
 * The one way out of the daemon. A name is resolved once and every address of it checked; the connection goes to the address that was
 * checked, so that a name which changes its mind gains nothing. No redirect is followed, no proxy of the environment used. Throws an
 * OutboundError.
 */
export function createOutbound({ userAgent, ...guarding }: Needs): Outbound & {
  /** Refuses an address that would not be asked. One whose name is not found now may be later. */
  check(url: string): Promise<void>
} {
  const guard = createAddressGuard(guarding)

  const outbound: Outbound = async (
    text,
    { method = 'GET', headers = {}, body, maxBytes = usual.maxBytes, timeout = usual.timeout, signal } = {},
  ) => {
    const url = checkedUrl(text)
    const address = await guard(placeOf(url))
    const ended = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])])
    const options: RequestOptions = {
      method,
      headers: { 'User-Agent': userAgent, 'Accept-Encoding': 'gzip, deflate, br', ...headers },
      // a connection of its own, to the address that was checked
      agent: false,
      lookup: (_host, asked, done) => {
        const found = { address: printAddress(address), family: address.family }
        if (asked.all) (done as (error: null, all: (typeof found)[]) => void)(null, [found])
        else done(null, found.address, found.family)
      },
      signal: ended,
      timeout: silence,
      // a header line of any length would be kept
      maxHeaderSize: 16_384,
    }
    try {
      const answer = await ask(url, options, body)
      if (answer.statusCode! >= 300 && answer.statusCode! < 400 && answer.statusCode !== 304) {
        answer.destroy()
        const to = (answer.headers.location ?? 'nowhere').slice(0, 200)
        fail('redirected', `${url.host} sends on to ${to}: give that address, if it is the right one`)
      }
      return {
        status: answer.statusCode!,
        headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
        body: await bodyOf(answer, maxBytes),
      }
    } catch (error) {
      if (error instanceof OutboundError) throw error
      if (signal?.aborted) throw new OutboundError('given_up', `${url.host} was not waited for`)
      if (ended.aborted) throw new OutboundError('timeout', `${url.host} took longer than ${timeout / 1000} s`)
      const code = unconnected.has(reasonOf(error)) ? 'not_connected' : 'not_reached'
      throw new OutboundError(code, `${url.host} could not be read: ${reasonOf(error)}`)
    }
  }
  const check = async (text: string) => {
    await guard(placeOf(checkedUrl(text))).catch(error => {
      if (!(error instanceof OutboundError && error.code === 'not_resolved')) throw error
    })
  }
  return Object.assign(outbound, { check })
}

/** Failures before anything was sent. */
const unconnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])

const reasonOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message
const fail = (code: string, message: string): never => {
  throw new OutboundError(code, message)
}

/** Where a request of this address goes to. */
export const placeOf = (url: URL): Place => ({
  host: url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase(),
  port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
  isEncrypted: url.protocol === 'https:',
})

/** The address of an http(s) request without a user or password in it. Throws an OutboundError. */
export function checkedUrl(text: string): URL {
  const url = parseUrl(text) ?? fail('bad_url', 'The address cannot be read')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') fail('bad_url', `The address begins with ${url.protocol}, not with https:`)
  if (url.username !== '' || url.password !== '') fail('bad_url', 'The address holds a user or a password')
  return url
}

const ask = (url: URL, options: RequestOptions, body: string | undefined) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, resolve)
    request.on('error', reject)
    request.on('timeout', () => request.destroy(new OutboundError('timeout', `${url.host} was silent for ${silence / 1000} s`)))
    request.end(body)
  })

const unpackers = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }

async function bodyOf(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new OutboundError('too_large', `The answer is larger than ${maxBytes} bytes`)
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    answer.destroy()
    throw tooLarge()
  }
  let sent = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      sent += chunk.length
      if (sent > maxBytes) throw tooLarge()
      yield chunk
    }
    // a connection that ends before the body does is no end of it
    if (!answer.complete) throw new OutboundError('cut_off', 'The answer was cut off')
  }
  const encoding = (answer.headers['content-encoding'] ?? 'identity').toLowerCase()
  const source = Readable.from(counted())
  const stream = Object.hasOwn(unpackers, encoding) ? unpack(source, encoding as keyof typeof unpackers) : source
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxBytes || size > Math.max(sent * maxRatio, 2 ** 20)) throw tooLarge()
      chunks.push(chunk)
    }
  } finally {
    answer.destroy()
  }
  return Buffer.concat(chunks)
}

function unpack(source: Readable, encoding: keyof typeof unpackers): Readable {
  const unpacker = unpackers[encoding]()
  source.on('error', error => unpacker.destroy(error))
  return source.pipe(unpacker)
}
