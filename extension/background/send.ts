import { isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { type Permission, permissions } from '../../shared/permissions.ts'
import type { Problem } from '../messages.ts'
import { count, object, objects, text, texts } from './read.ts'

/** One answer of the daemon, or of whatever listens on its port. */
export interface Reply {
  status: number
  /** `null` where it was not JSON. */
  body: Json
  /** `X-Signalbox-Version`. */
  version: string | null
  /** `Signalbox-Change`: by which a change of signals can be undone. */
  change?: string | null
  /** Refused because the daemon writes nothing now. */
  readOnly?: boolean
}
/** What a request carries: JSON, or a file as it is. */
export type Body = JsonObject | Uint8Array<ArrayBuffer>
/** One request to one daemon. Throws `Unanswered` where nothing came back within `timeout`, ms. */
export type Send = (method: string, path: string, body?: Body, headers?: Record<string, string>, timeout?: number) => Promise<Reply>

/** Nothing came back: no listener, a broken connection, or, where `silent`, nothing for too long. */
export class Unanswered extends Error {
  silent = false
}
/** The same of a write that may have been made all the same: with its key it can be sent again. */
export class Unsure extends Unanswered {}
/** The daemon, or the connection to it, said no; `message` is for people. `status` 0: it was not asked. */
export class Refused extends Error {
  readonly status: number
  readonly problems: Problem[]
  /** The same is refused again, whenever it is sent. */
  readonly isFinal: boolean
  constructor(status: number, message: string, problems: Problem[] = [], readOnly = false) {
    super(message)
    this.status = status
    this.problems = problems
    this.isFinal = status >= 400 && status < 500 && ![401, 408, 429].includes(status) && !readOnly
  }
}

/** How to reach the daemon at `url`, such as `http://127.0.0.1:7420`. */
export const sendTo =
  (url: string, fetch: typeof globalThis.fetch): Send =>
  async (method, path, body, headers = {}, timeout = 10_000) => {
    const isFile = body instanceof Uint8Array
    try {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body && { 'Content-Type': isFile ? 'application/octet-stream' : 'application/json' }) },
        ...(body && { body: isFile ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeout),
        // a redirect would carry the token to wherever it points
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
      })
      const answer = await response.text()
      const { headers: said, status } = response
      return {
        status,
        body: parse(answer),
        version: said.get('X-Signalbox-Version'),
        change: said.get('Signalbox-Change'),
        readOnly: said.has('Signalbox-Read-Only'),
      }
    } catch (error) {
      throw Object.assign(new Unanswered('no answer', { cause: error }), { silent: (error as Error).name === 'TimeoutError' })
    }
  }

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function firstError({ body }: Reply): Json | undefined {
  const errors = isObject(body) && Array.isArray(body['errors']) ? body['errors'] : []
  // the public wire begins with this word and says behind it what is missing
  return errors[0] === 'Forbidden' && typeof errors[1] === 'string' ? errors[1] : errors[0]
}

/** The `code` of a refusal under /api/local. */
export function codeOf(reply: Reply): string | undefined {
  const error = firstError(reply)
  return isObject(error) && typeof error['code'] === 'string' ? error['code'] : undefined
}

/** What a refusal says: `errors` holds plain text on the public wire and objects elsewhere; rules have one `error` with its details. */
export function reasonOf(reply: Reply): string {
  const error = firstError(reply)
  const [missing] = reply.status === 403 ? problemsOf(reply).filter(({ field }) => Object.hasOwn(permissions, field)) : []
  if (missing) return `Needs the permission ${permissions[missing.field as Permission]}. An admin can grant it.`
  if (error === 'Forbidden') return 'Your role, or the key of this browser, does not allow it.'
  const one = isObject(reply.body) ? object(reply.body['error']) : {}
  const said = isObject(error) ? (error['detail'] ?? error['title']) : (error ?? one['message'])
  return typeof said === 'string' && said !== '' ? said.slice(0, 500) : `The daemon answered ${reply.status}.`
}

const most = 50

/** What a refusal says is wrong with which member. */
export function problemsOf({ body }: Reply): Problem[] {
  if (!isObject(body)) return []
  const ofRule = objects(object(body['error'])['details']).map(detail => ({ ...detail, field: detail['target'] ?? '' }))
  const others = objects(body['errors'])
    .filter(error => isObject(error['source']))
    .map(error => {
      const source = object(error['source'])
      return { message: error['detail'] ?? '', field: source['pointer'] ?? source['parameter'] ?? '', at: source['at'] ?? null }
    })
  return [...ofRule, ...others, ...texts(body['errors']).flatMap(inText)].slice(0, most).map(toProblem)
}

/** How the public wire says which member is wrong. */
const written = /^input_validation_error\(Field '([^']*)' is invalid: (.*?)(?: \(characters (\d+) to (\d+)\))?\)$/s
function inText(error: string): JsonObject[] {
  const [, field, message, from, to] = written.exec(error) ?? []
  if (field === undefined || message === undefined) return []
  return [{ field, message, ...(from !== undefined && { at: [Number(from), Number(to)] }) }]
}

function toProblem(said: JsonObject): Problem {
  const at = Array.isArray(said['at']) ? said['at'] : []
  return {
    field: text(said['field']).slice(0, 500),
    message: text(said['message']).slice(0, 500),
    ...(at.length === 2 && { at: [count(at[0]), count(at[1])] as [number, number] }),
  }
}
