import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { Vault } from '../../../extension/background/vault.ts'

/** A daemon's side of pairing and session, as its own code has it but written anew, over a `fetch` that remembers what it was sent. */
export interface Seen {
  method: string
  path: string
  headers: Headers
  body: string
}

export interface FakeDaemon {
  fetch: typeof globalThis.fetch
  seen: Seen[]
  /** Everything it was sent, as one text to search. */
  heard(): string
  code: string
  version: string
  /** Proves with something else than the shared secret. */
  lies: boolean
  away: boolean
  /** Takes what it is sent, and never answers; without the wait. */
  silent: boolean
  revoked: boolean
  readOnly: boolean
  /** A pairing that it knows already. */
  pairing(): { key_id: string; key: string; user: typeof user; version: string }
  /** Forget every session, as a restart does. */
  restart(): void
  /** What any other request is answered. */
  answer(method: string, path: string, body: unknown): { status: number; body: unknown }
}

export const user = { uuid: 'u-1', handle: 'ana@example.net', name: 'Ana', role: 'Standard', permissions: [] }
const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
interface Answer {
  status: number
  body: unknown
}
const error = (status: number, code: string): Answer => ({ status, body: { errors: [{ code, title: code, detail: `${code} it is` }] } })

export function createFakeDaemon(code = 'K7QF2MXD'): FakeDaemon {
  const seen: Seen[] = []
  const keys = new Map<string, string>()
  const attempts = new Map<string, Buffer>()
  const tokens = new Set<string>()

  const routes: Record<string, (attributes: Record<string, string>, id: string) => Answer> = {
    '/api/local/pairing/start'({ nonce }) {
      if (daemon.code === '') return error(410, 'code_expired')
      const own = randomBytes(32)
      const key = pbkdf2Sync(daemon.code, Buffer.concat([Buffer.from(nonce!, 'base64url'), own]), 200_000, 32, 'sha256')
      attempts.set('attempt', key)
      const proof = hmac(daemon.lies ? own : key, 'signalbox pairing daemon').toString('base64url')
      return { status: 200, body: { data: { type: 'pairing', id: 'attempt', attributes: { nonce: own.toString('base64url'), proof } } } }
    },
    '/api/local/pairing/finish'({ proof }, id) {
      const key = attempts.get(id)
      if (!key || proof !== hmac(key, 'signalbox pairing extension').toString('base64url')) return error(403, 'wrong_code')
      const secret = randomBytes(32)
      keys.set('k-1', secret.toString('base64url'))
      const pad = hmac(key, 'signalbox pairing key')
      const sealed = Buffer.from(secret.map((byte, i) => byte ^ pad[i]!)).toString('base64url')
      return {
        status: 201,
        body: { data: { type: 'pairing', id, attributes: { key_id: 'k-1', key: sealed, user, version: daemon.version } } },
      }
    },
    '/api/local/session'({ key_id, nonce }) {
      const key = keys.get(key_id!)
      if (!key || daemon.revoked) return error(401, 'unknown_key')
      const own = randomBytes(32).toString('base64url')
      const secret = daemon.lies ? randomBytes(32) : createHash('sha256').update(key).digest()
      const mask = hmac(secret, `signalbox session mask|${nonce}|${own}`)
      const masked = Buffer.from(Buffer.from(key, 'base64url').map((byte, i) => byte ^ mask[i]!))
      tokens.add(`session.${masked.toString('base64url')}`)
      const proof = hmac(secret, `signalbox session daemon|${nonce}|${own}`).toString('base64url')
      const attributes = { nonce: own, proof, version: daemon.version, expires_in_s: 43_200, user, read_only: daemon.readOnly }
      return { status: 200, body: { data: { type: 'session', id: 'session', attributes } } }
    },
  }

  const daemon: FakeDaemon = {
    seen,
    code,
    version: '0.1.7',
    lies: false,
    away: false,
    silent: false,
    revoked: false,
    readOnly: false,
    heard: () => seen.map(({ path, headers, body }) => [path, ...headers.values(), body].join('\n')).join('\n'),
    pairing() {
      keys.set('k-1', randomBytes(32).toString('base64url'))
      return { key_id: 'k-1', key: keys.get('k-1')!, user, version: daemon.version }
    },
    restart: () => tokens.clear(),
    answer: () => ({ status: 200, body: { data: [] } }),
    async fetch(input, init) {
      const { pathname } = new URL(String(input))
      const sent: Seen = {
        method: init?.method ?? 'GET',
        path: pathname,
        headers: new Headers(init?.headers),
        body: String(init?.body ?? ''),
      }
      seen.push(sent)
      if (daemon.away) throw new TypeError('Failed to fetch')
      if (daemon.silent) throw new DOMException('signal timed out', 'TimeoutError')
      const body = sent.body === '' ? undefined : JSON.parse(sent.body)
      const route = routes[pathname]
      const token = sent.headers.get('Authorization')?.replace('Bearer ', '') ?? ''
      const { status, body: answer } = route
        ? route(body.data.attributes, body.data.id)
        : tokens.has(token)
          ? daemon.answer(sent.method, pathname, body)
          : error(401, 'unauthorized')
      return new Response(JSON.stringify(answer), {
        status,
        headers: {
          'X-Signalbox-Version': daemon.version,
          'Signalbox-Change': 'change-of-it',
          ...(status === 403 && daemon.readOnly && { 'Signalbox-Read-Only': 'true' }),
        },
      })
    },
  }
  return daemon
}

export function memoryVault(): Vault {
  const kept = new Map<string, unknown>()
  return {
    get: async key => structuredClone(kept.get(key)),
    set: async (key, value) => void kept.set(key, structuredClone(value)),
    remove: async key => void kept.delete(key),
  }
}
