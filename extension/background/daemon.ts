import { isObject, type JsonObject } from '../../shared/json.ts'
import type { Connection, Status } from '../messages.ts'
import { whyAway } from '../ui/away-words.ts'
import { isDaemonUrl } from './guards.ts'
import { type Body, problemsOf, Refused, type Reply, reasonOf, sendTo, Unanswered } from './send.ts'
import { Foreign, openSession, type Paired, pair, Revoked } from './session.ts'
import type { Vault } from './vault.ts'
import { mismatch } from './versions.ts'

export const defaultUrl = 'http://127.0.0.1:7420'

type Pairing = Paired & { url: string; pairedAt: number }
const readPairing = (stored: unknown): Pairing | undefined =>
  isObject(stored) && typeof stored['key'] === 'string' && typeof stored['key_id'] === 'string' && isDaemonUrl(String(stored['url']))
    ? (stored as unknown as Pairing)
    : undefined

/** ms until the next try after so many in vain: soon at first, for a daemon that restarts; then an alarm every 30 s is enough. */
const pause = (failures: number): number => (failures > 20 ? 30_000 : Math.min(4_000, 1_000 * 2 ** (failures - 1)))

const explain: Record<Exclude<Connection['state'], 'live'>, string> = {
  connecting: 'Not connected yet. Try again.',
  away: whyAway(),
  unpaired: 'This browser is not paired. Pair it in the popup.',
  foreign: 'What answers is not your daemon.',
  version: 'Daemon and extension are of different versions.',
}

export interface Daemon {
  status(): Status
  /** Read the pairing and connect. */
  start(): Promise<void>
  /** Open a session where one is due and due now; `hurry` does not wait for the next try. Never throws: `status()` tells. */
  connect(hurry?: boolean): Promise<void>
  /** Connect because a person asks, also where the pairing was set aside. Never throws. */
  retry(): Promise<void>
  /** Open a new session, because the stream broke: the one that was may have ended with it. Never throws. */
  renew(): Promise<void>
  /** The daemon writes nothing from now on, or does again. */
  setReadOnly(is: boolean): void
  /** Pair; replaces an earlier pairing only when it has worked. Throws `Refused` with words for people. */
  pair(url: string, code: string): Promise<void>
  unpair(): Promise<void>
  /**
   * A 2xx answer's body, `{}` where it has none; `key` makes a write safe to repeat, `timeout` in ms. Throws `Refused`, or `Unanswered` where
   * the daemon went away.
   */
  request(method: string, path: string, body?: Body, key?: string, timeout?: number): Promise<JsonObject>
  /** The same for a change of signals: the id by which it can be undone, null where nothing can be. */
  change(method: string, path: string, body: Body | undefined, key: string): Promise<string | null>
  /** A read whose answer is a file too large to be held: as it comes. Throws as `request` does. */
  file(path: string, body?: JsonObject): Promise<Response>
  /** Where and with what to open the stream; undefined unless live. */
  stream(): { url: string; token: string } | undefined
  /** The paired user's uuid, '' while not live. */
  me(): string
}

/** The one connection to the daemon: what state it is in, and every request that goes over it. */
export function createDaemon(needs: {
  vault: Vault
  /** The extension's own. */
  version: string
  fetch: typeof globalThis.fetch
  now: () => number
  /** Called with every change of state. */
  changed: (status: Status) => void
  /** Called when a pairing ends, before another begins: what was kept for it must go. */
  parted: () => Promise<void>
}): Daemon {
  const { vault, version, now, changed, parted } = needs
  let url = defaultUrl
  let pairing: Pairing | undefined
  let token: string | undefined
  let connection: Connection = { state: 'connecting' }
  let opening: Promise<void> | undefined
  let failures = 0
  let tried = 0
  let answered: number | null = null

  const status = (): Status => ({ url, connection })
  const become = (next: Connection) => {
    if (next.state !== 'live') token = undefined
    if (next.state !== 'away') failures = 0
    connection = next
    changed(status())
  }
  const wentAway = (error: unknown) => {
    const silent = error instanceof Unanswered && error.silent
    become({ state: 'away', since: answered, nextTry: now() + pause(++failures), ...(silent && { silent }) })
  }
  const forget = async () => {
    pairing = undefined
    await vault.set('pairing', { url })
    await parted()
    become({ state: 'unpaired' })
  }

  /** Nothing more is asked until a person acts. The key stays: who said that it is unknown may have been a stranger on the port. */
  const setAside = async (current: Pairing) => {
    pairing = undefined
    await vault.set('pairing', { ...current, why: 'revoked' })
    become({ state: 'unpaired', why: 'revoked' })
  }

  async function open(current: Pairing) {
    tried = now()
    try {
      const session = await openSession(sendTo(current.url, needs.fetch), current)
      if (pairing !== current) return
      answered = now()
      const other = mismatch(session.version, version)
      if (other) return become(other)
      token = session.token
      const { user, readOnly } = session
      become({ state: 'live', version: session.version, user, pairedAt: current.pairedAt, ...(readOnly && { readOnly }) })
    } catch (error) {
      if (pairing !== current) return
      if (error instanceof Revoked) await setAside(current)
      else if (error instanceof Foreign) become({ state: 'foreign' })
      else wentAway(error)
    }
  }

  async function session(): Promise<void> {
    if (!pairing || token) return
    opening ??= open(pairing).finally(() => {
      opening = undefined
    })
    await opening
  }

  async function connect(hurry = false) {
    const rested = now() - tried >= 1_000
    const due = connection.state === 'away' ? now() >= connection.nextTry || (hurry && rested) : rested
    if (due || opening) await session()
  }

  async function renew(stale = token) {
    if (token === stale) token = undefined
    await session()
  }

  async function attempt(method: string, path: string, body?: Body, key?: string, timeout?: number): Promise<Reply> {
    if (!pairing || !token) throw new Refused(0, connection.state === 'live' ? explain.connecting : explain[connection.state])
    const used = token
    try {
      const headers = { Authorization: `Bearer ${used}`, ...(key && { 'Idempotency-Key': key }) }
      const reply = await sendTo(pairing.url, needs.fetch)(method, path, body, headers, timeout)
      answered = now()
      return reply
    } catch (error) {
      // of many requests that fail together, the first says it
      if (token === used) wentAway(error)
      throw error
    }
  }

  async function exchange(method: string, path: string, body?: Body, key?: string, timeout?: number): Promise<Reply> {
    if (opening || connection.state === 'connecting' || connection.state === 'away') await connect()
    if (connection.state === 'away') throw new Unanswered(whyAway(connection.silent))
    const used = token
    let reply = await attempt(method, path, body, key, timeout)
    if (reply.status === 401) {
      // a session ends when the daemon restarts: one new one, once
      await renew(used)
      reply = await attempt(method, path, body, key, timeout)
    }
    // what this user may do has changed since the session began: a new one says what it is now
    if (reply.status === 403 && method !== 'GET') void renew(used)
    const other = reply.version === null ? undefined : mismatch(reply.version, version)
    if (other) become(other)
    if (reply.status === 204 || (reply.status >= 200 && reply.status < 300 && isObject(reply.body))) return reply
    throw new Refused(reply.status, reasonOf(reply), problemsOf(reply), reply.readOnly)
  }

  async function fetchFile(path: string, body?: JsonObject): Promise<Response> {
    if (!pairing || !token) throw new Refused(0, connection.state === 'live' ? explain.connecting : explain[connection.state])
    return needs.fetch(pairing.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
    })
  }
  async function file(path: string, body?: JsonObject): Promise<Response> {
    await connect()
    const used = token
    let response = await fetchFile(path, body)
    if (response.status === 401) {
      await renew(used)
      response = await fetchFile(path, body)
    }
    if (response.ok) return response
    throw new Refused(response.status, reasonOf({ status: response.status, body: await response.json().catch(() => null), version: null }))
  }

  /** Somebody asks for it: a pairing that was set aside is tried once more. */
  async function retry() {
    const stored = pairing ? undefined : readPairing(await vault.get('pairing'))
    if (stored) {
      const { why: _, ...kept } = stored as Pairing & { why?: 'revoked' }
      pairing = kept
      await vault.set('pairing', kept)
    }
    await connect(true)
  }

  return {
    status,
    connect,
    retry,
    renew: () => renew(),
    setReadOnly(readOnly) {
      if (connection.state === 'live' && (connection.readOnly ?? false) !== readOnly) become({ ...connection, readOnly })
    },
    async request(...asked) {
      const { body } = await exchange(...asked)
      return isObject(body) ? body : {}
    },
    change: async (...asked) => (await exchange(...asked)).change ?? null,
    async start() {
      const stored = await vault.get('pairing')
      const setAside = isObject(stored) && stored['why'] === 'revoked'
      pairing = setAside ? undefined : readPairing(stored)
      if (isObject(stored) && isDaemonUrl(String(stored['url']))) url = String(stored['url'])
      if (pairing) await connect()
      else become({ state: 'unpaired', ...(setAside && { why: 'revoked' as const }) })
    },
    async pair(to, code) {
      try {
        const paired = await pair(sendTo(to, needs.fetch), code)
        await parted()
        url = to
        pairing = { ...paired, url, pairedAt: now() }
        await vault.set('pairing', pairing)
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error
        throw new Refused(0, error.silent ? whyAway(true) : `Nothing answers on ${to}. Start the daemon with \`npm start\`.`)
      }
      // the stream of the daemon before goes with its session
      become({ state: 'connecting' })
      await opening
      await session()
    },
    unpair: () => forget(),
    file,
    stream: () => (pairing && token ? { url: `${pairing.url.replace(/^http/, 'ws')}/api/local/live`, token } : undefined),
    me: () => (connection.state === 'live' ? connection.user.uuid : ''),
  }
}
