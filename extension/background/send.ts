import { isObject, type Json, type JsonObject } from '../../shared/json.ts'

/** One answer of the daemon, or of whatever listens on its port. */
export interface Reply {
  status: number
  /** `null` where it was not JSON. */
  body: Json
  /** `X-Signalbox-Version`. */
  version: string | null
}
/** One request to one daemon. Throws `Unanswered` where nothing came back in time. */
export type Send = (method: string, path: string, body?: JsonObject, headers?: Record<string, string>) => Promise<Reply>

/** Nothing came back: no listener, a broken connection, or 10 s of silence. */
export class Unanswered extends Error {}
/** The daemon, or the connection to it, said no; `message` is for people. `status` 0: it was not asked. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** How to reach the daemon at `url`, such as `http://127.0.0.1:7420`. */
export const sendTo =
  (url: string, fetch: typeof globalThis.fetch, timeout = 10_000): Send =>
  async (method, path, body, headers = {}) => {
    try {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeout),
        // a redirect would carry the token to wherever it points
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
      })
      const answer = await response.text()
      return { status: response.status, body: parse(answer), version: response.headers.get('X-Signalbox-Version') }
    } catch (error) {
      throw new Unanswered('no answer', { cause: error })
    }
  }

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const firstError = ({ body }: Reply): Json | undefined => (isObject(body) && Array.isArray(body['errors']) ? body['errors'][0] : undefined)

/** The `code` of a refusal under /api/local. */
export function codeOf(reply: Reply): string | undefined {
  const error = firstError(reply)
  return isObject(error) && typeof error['code'] === 'string' ? error['code'] : undefined
}

/** What a refusal says: `errors` holds plain text on the public wire and objects elsewhere. */
export function reasonOf(reply: Reply): string {
  const error = firstError(reply)
  const said = isObject(error) ? (error['detail'] ?? error['title']) : error
  return typeof said === 'string' && said !== '' ? said.slice(0, 500) : `The daemon answered ${reply.status}.`
}
