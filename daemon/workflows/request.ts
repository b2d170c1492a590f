import { z } from 'zod'
import type { Json, JsonObject } from '../../shared/json.ts'
import { JsonError, parseJson } from '../lib/json.ts'
import { type Outbound, OutboundError, type OutboundRequest } from '../lib/outbound.ts'
import { Unknown } from './unknown.ts'

/** Bytes of an answer that are read, and characters of it that are kept where it is no JSON. */
const maxBytes = 65_536
const kept = 16_384

const framing = /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect)$/i

/** Headers of a request: none that says how it is framed, and no line breaks. */
export const headers = z.record(z.string(), z.string().max(8192)).superRefine((given, { addIssue }) => {
  const wrong = (name: string, message: string) => addIssue({ code: 'custom', path: [name], message })
  for (const [name, value] of Object.entries(given)) {
    if (!/^[!#$%&'*+.^`|~\w-]{1,100}$/.test(name)) wrong(name, 'is no name of a header')
    else if (framing.test(name)) wrong(name, 'is not yours to set')
    else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) wrong(name, 'holds a character that no header may have')
  }
})

/** The body and headers of a request: JSON unless it is a text. */
export function bodyOf(body: unknown, headers: Record<string, string>): Pick<OutboundRequest, 'body' | 'headers'> {
  if (body === undefined || body === null) return { headers }
  const named = Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  return { headers: { ...(!named && { 'Content-Type': type }), ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

/** Failures at which the other side has not seen the request, or has said no. */
const notDone = new Set(['bad_url', 'not_https', 'address_refused', 'not_resolved', 'not_connected', 'redirected'])

/**
 * Ask once, and answer what came back. Anything but 2xx is a failure. Where a request that may have changed something was lost on the way,
 * nobody knows whether it was done: `Unknown`.
 */
export async function ask(request: Outbound, url: string, asked: OutboundRequest): Promise<JsonObject> {
  let answer: Awaited<ReturnType<Outbound>>
  try {
    answer = await request(url, { maxBytes, ...asked })
  } catch (error) {
    if (error instanceof OutboundError && !notDone.has(error.code) && (asked.method ?? 'GET') !== 'GET')
      throw new Unknown(`${error.message}: whether it was done is unknown`)
    throw error
  }
  const { status, headers, body } = answer
  const text = new TextDecoder().decode(body)
  if (status < 200 || status > 299)
    throw new OutboundError('refused', `${new URL(url).host} answered ${status}${text.trim() && `: ${text.trim().slice(0, 300)}`}`)
  return { status, ...read(text, headers['content-type'] ?? '') }
}

function read(text: string, type: string): { body: Json; truncated?: true } {
  if (/\bjson\b/i.test(type) && text.trim() !== '')
    try {
      return { body: parseJson(text) }
    } catch (error) {
      if (!(error instanceof JsonError)) throw error
    }
  return text.length > kept ? { body: text.slice(0, kept), truncated: true } : { body: text }
}
