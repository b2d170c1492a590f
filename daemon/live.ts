import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import type { LiveEvent } from '../shared/live.ts'
import type { State } from '../shared/triage.ts'
import type { Bus } from './lib/bus.ts'
import { Refusal } from './lib/errors.ts'
import { type Env, requires } from './lib/http.ts'

/** A service worker that hears nothing for 30 s is stopped by the browser. */
const heartbeat = 20_000
/** How soon after a key is revoked its streams end. */
const recheck = 2_000

interface Needs {
  bus: Bus<LiveEvent>
  version: string
  counts(): Promise<Record<State, number>>
  /** Whether the key that a stream was opened with is still good. */
  isLive(keyId: string): boolean
}

/** The stream of changes, as a WebSocket. It only tells what changed; what it is now is asked for with the usual requests. */
export const liveRoutes = ({ bus, version, counts, isLive }: Needs) =>
  new Hono<Env>().get(
    '/api/local/live',
    requires('security_monitoring_signals_read'),
    upgradeWebSocket(c => {
      const { keyId } = c.var.caller
      let stop = () => {}
      return {
        onOpen(_, socket) {
          const send = (event: LiveEvent) => socket.send(JSON.stringify(event))
          const unsubscribe = bus.subscribe(send)
          const beat = setInterval(() => send({ type: 'ping' }), heartbeat)
          const check = setInterval(() => isLive(keyId) || socket.close(4401, 'The key was revoked'), recheck)
          stop = () => {
            unsubscribe()
            clearInterval(beat)
            clearInterval(check)
          }
          // the daemon may be stopping
          counts().then(
            counts => send({ type: 'hello', version, counts }),
            () => socket.close(1011),
          )
        },
        onClose: () => stop(),
        onError: () => stop(),
      }
    }),
    () => {
      throw new Refusal(426, 'upgrade_required', 'This is a WebSocket', { headers: { Upgrade: 'websocket' } })
    },
  )
