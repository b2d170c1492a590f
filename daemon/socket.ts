import { upgradeWebSocket } from '@hono/node-server'
import type { Context } from 'hono'
import type { Permission } from '../shared/permissions.ts'
import { Refusal } from './lib/errors.ts'
import type { Caller, Env } from './lib/http.ts'

/** A service worker that hears nothing for 30 s is stopped by the browser. */
const heartbeat = 20_000
/** How soon after a key has expired its streams end; of what is changed they hear at once. */
const recheck = 2_000

export interface Socket {
  /** Send a text. */
  send(text: string): void
  close(code: number, reason?: string): void
  /** Bytes that the other side has not taken yet. */
  waiting(): number
}

/** What streams ask about those who listen. */
export interface Listening {
  /** What whoever holds a key may do and see now; undefined when it lets nobody in. */
  callerNow(keyId: string): Caller | undefined
  /** Hear of each change to users, roles and keys; answers how to stop. */
  onChange(listener: () => void): () => void
}

/**
 * A WebSocket that only tells. `begin` starts telling and answers how to stop. It ends with the key that it was opened with, with the permission
 * that it takes, and when what may be seen or done becomes another: whoever connects again hears what is theirs now.
 */
export const tellingSocket = (
  { callerNow, onChange }: Listening,
  permission: Permission,
  begin: (socket: Socket, c: Context<Env>) => () => void,
) =>
  upgradeWebSocket(c => {
    const { keyId } = (c as Context<Env>).var.caller
    const accessOf = ({ permissions, restrictions }: Caller) => JSON.stringify([[...permissions].sort(), restrictions])
    const before = accessOf((c as Context<Env>).var.caller)
    function whyEnded(): [code: number, reason: string] | undefined {
      const caller = callerNow(keyId)
      if (!caller) return [4401, 'The key was revoked or has expired']
      if (!caller.permissions.has(permission)) return [4403, `This needs the permission ${permission}`]
      return accessOf(caller) === before ? undefined : [4409, 'What you may see or do has changed: connect again']
    }
    let stop = () => {}
    return {
      onOpen(_, raw) {
        const socket: Socket = {
          send: text => raw.send(text),
          close: (code, reason) => raw.close(code, reason),
          waiting: () => (raw.raw as { bufferedAmount?: number } | undefined)?.bufferedAmount ?? 0,
        }
        const end = begin(socket, c as Context<Env>)
        const beat = setInterval(() => socket.send('{"type":"ping"}'), heartbeat)
        const check = () => {
          const why = whyEnded()
          if (why) socket.close(...why)
        }
        const forget = onChange(check)
        const timer = setInterval(check, recheck)
        stop = () => {
          end()
          clearInterval(beat)
          forget()
          clearInterval(timer)
        }
      },
      onClose: () => stop(),
      onError: () => stop(),
    }
  })

/** Answers who asks for a stream without an upgrade. */
export const isWebSocket = () => {
  throw new Refusal(426, 'upgrade_required', 'This is a WebSocket', { headers: { Upgrade: 'websocket' } })
}
