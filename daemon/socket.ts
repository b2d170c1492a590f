import { upgradeWebSocket } from '@hono/node-server'
import type { Context } from 'hono'
import { Refusal } from './lib/errors.ts'
import type { Env } from './lib/http.ts'

/** A service worker that hears nothing for 30 s is stopped by the browser. */
const heartbeat = 20_000
/** How soon after a key is revoked its streams end. */
const recheck = 2_000

export interface Socket {
  /** Send a text. */
  send(text: string): void
  close(code: number, reason?: string): void
  /** Bytes that the other side has not taken yet. */
  waiting(): number
}

/** A WebSocket that only tells. `begin` starts telling and answers how to stop; it ends with the key that it was opened with. */
export const tellingSocket = (isLive: (keyId: string) => boolean, begin: (socket: Socket, c: Context<Env>) => () => void) =>
  upgradeWebSocket(c => {
    const { keyId } = (c as Context<Env>).var.caller
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
        const check = setInterval(() => isLive(keyId) || socket.close(4401, 'The key was revoked'), recheck)
        stop = () => {
          end()
          clearInterval(beat)
          clearInterval(check)
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
