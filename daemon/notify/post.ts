import type { JsonObject } from '../../shared/json.ts'
import type { Way } from '../lib/kinds.ts'
import { DeliveryError } from './delivery-error.ts'

const largestAnswer = 2 ** 20
/** As much of an answer as people are told when it is a refusal. */
const shownAnswer = 200

/** Post JSON, or a body that is written already. Throws unless it is taken; a redirect is not followed. */
export async function post(
  { outbound, signal, now }: Pick<Way, 'outbound' | 'signal' | 'now'>,
  url: string,
  body: JsonObject | string,
  headers: Record<string, string> = {},
): Promise<void> {
  const {
    status,
    headers: said,
    body: answer,
  } = await outbound(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    maxBytes: largestAnswer,
    signal,
  })
  if (status >= 200 && status < 300) return
  const retryAfter = status === 429 || status === 503 ? waitOf(said['retry-after'], now()) : undefined
  const words = new TextDecoder()
    .decode(answer.subarray(0, shownAnswer))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  throw new DeliveryError(`${new URL(url).host} answered ${status}${words === '' ? '' : `: ${words}`}`, {
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

/** Retry-After, which is seconds or a date, in ms. */
export function waitOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
