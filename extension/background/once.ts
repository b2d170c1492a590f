import type { Daemon } from './daemon.ts'
import { sha256, toBase64url, utf8 } from './secrets.ts'
import { type Body, Unanswered, Unsure } from './send.ts'

/**
 * The connection as one request of a page has it. The Idempotency-Key of each write is made of the request's own key and of what is written:
 * asked again after the worker was stopped over it, the same is sent, and it is done once.
 */
export function onceBy(daemon: Daemon, key: string): Daemon {
  async function keyOf(method: string, path: string, body: Body | undefined): Promise<string> {
    const content = body instanceof Uint8Array ? body : utf8(JSON.stringify(body ?? null))
    const hashes = await Promise.all([utf8(`${method} ${path}`), content].map(sha256))
    return [key, ...hashes.map(hash => toBase64url(hash).slice(0, 22))].join('-')
  }
  /** What never left here was not done; of what did, nobody knows. */
  function unsure(error: unknown): never {
    if (!(error instanceof Unanswered) || error.cause === undefined) throw error
    throw new Unsure('The daemon went away before it answered: it is not known whether this was done. Try again: it is done once.')
  }
  return {
    ...daemon,
    request: async (method, path, body, given, timeout) =>
      given === undefined
        ? daemon.request(method, path, body, given, timeout)
        : daemon.request(method, path, body, await keyOf(method, path, body), timeout).catch(unsure),
    change: async (method, path, body) => daemon.change(method, path, body, await keyOf(method, path, body)).catch(unsure),
  }
}
