import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Actor } from '../../shared/audit.ts'
import { Refusal } from '../lib/errors.ts'
import type { Caller, Env } from '../lib/http.ts'
import { nothing } from '../lib/restrictions.ts'
import { hashOf } from '../lib/secrets.ts'
import type { StoredKey } from '../store/keys.ts'
import { createBackoff } from './backoff.ts'
import type { createSessions } from './sessions.ts'

/** What needs no key: whether the daemon is there, how its API looks, and the two ways an extension gets a session. */
const open = new Set(['/health', '/openapi.json', '/docs', '/api/local/pairing/start', '/api/local/pairing/finish', '/api/local/session'])
/** Where the path holds what lets in: the answer of an engine to a step of a workflow. */
const callback = /^\/api\/local\/workflows\/callbacks\/[^/]+$/
/** Where an API key is enough: bringing logs, and asking whether the key is good. */
const apiKeyIsEnough = new Set(['/api/v2/logs', '/api/v1/validate', '/api/v2/validate'])

interface Needs {
  keys: () => readonly StoredKey[]
  isGood(key: StoredKey): boolean
  /** Hears of each key that lets somebody in. */
  used(key: StoredKey): void
  callerOf(key: StoredKey | undefined): Caller | undefined
  sessions: ReturnType<typeof createSessions>
}

/**
 * Finds out who calls, from headers only: DD-API-KEY with DD-APPLICATION-KEY, or `Authorization: Bearer` with an application key or a
 * session's token. Keys are found by their hash, so that no comparison tells anything by its time.
 */
export function createAuthenticate({ keys, isGood, used, callerOf, sessions }: Needs) {
  const backoff = createBackoff()

  const live = (kind: StoredKey['kind'], secret: string) => {
    const hash = hashOf(secret)
    return keys().find(key => key.hash === hash && key.kind === kind && isGood(key))
  }

  function identify(c: Context): { caller: Caller; method: Actor['auth_method'] } | undefined {
    const token = tokenOf(c)
    if (token !== undefined) {
      const keyId = sessions.keyOf(token)
      const key = keyId === undefined ? live('application', token) : keys().find(key => key.id === keyId)
      const caller = callerOf(key)
      if (caller) used(key!)
      return caller && { caller, method: keyId === undefined ? 'application_key' : 'session' }
    }
    const apiKey = live('api', c.req.header('dd-api-key') ?? '')
    if (!apiKey) return undefined
    used(apiKey)
    if (apiKeyIsEnough.has(c.req.path))
      return { caller: { user: null, scopes: [], keyId: apiKey.id, permissions: new Set(), restrictions: nothing }, method: 'api_key' }
    const key = live('application', c.req.header('dd-application-key') ?? '')
    const caller = callerOf(key)
    if (caller) used(key!)
    return caller && { caller, method: 'application_key' }
  }

  return createMiddleware<Env>(async (c, next) => {
    if (open.has(c.req.path) || callback.test(c.req.path)) return next()
    const found = identify(c)
    if (!found) {
      const seconds = backoff(addressOf(c) ?? '')
      if (seconds > 0)
        throw new Refusal(429, 'too_many_failures', 'Too many requests with a bad key. Wait a little.', {
          headers: { 'Retry-After': String(seconds) },
        })
      const wire = /^\/(api\/v[12]|v1)\//.test(c.req.path)
      throw wire ? new Refusal(403, 'forbidden', 'Forbidden') : new Refusal(401, 'unauthorized', 'A valid key is needed')
    }
    const { caller, method } = found
    const useragent = c.req.header('user-agent')
    const ip = addressOf(c)
    c.set('caller', caller)
    c.set('write', {
      actor: {
        uuid: caller.user?.uuid ?? null,
        handle: caller.user?.handle ?? 'api key',
        name: caller.user?.name ?? 'API key',
        auth_method: method,
        ...(ip !== undefined && { ip }),
        ...(useragent !== undefined && { useragent: useragent.slice(0, 512) }),
      },
    })
    return next()
  })
}

/** A WebSocket cannot set headers other than its protocols: `['signalbox', 'bearer.<token>']`. */
function tokenOf(c: Context): string | undefined {
  const header = c.req.header('authorization')
  if (header !== undefined) return /^Bearer ([\w.-]{16,512})$/i.exec(header)?.[1] ?? ''
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return undefined
  return /(?:^|,\s*)bearer\.([\w.-]{16,512})(?:,|$)/.exec(c.req.header('sec-websocket-protocol') ?? '')?.[1]
}

const addressOf = (c: Context): string | undefined => (c.env as Partial<HttpBindings>)?.incoming?.socket?.remoteAddress
