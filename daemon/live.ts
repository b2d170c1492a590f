import { Hono } from 'hono'
import type { LiveEvent } from '../shared/live.ts'
import type { State } from '../shared/triage.ts'
import type { Bus } from './lib/bus.ts'
import { type Env, requires } from './lib/http.ts'
import { isWebSocket, tellingSocket } from './socket.ts'

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
    tellingSocket(isLive, (socket, c) => {
      const me = c.var.caller.user?.uuid
      const send = (event: LiveEvent) => socket.send(JSON.stringify(event))
      const unsubscribe = bus.subscribe(event => ('to' in event && event.to !== me ? undefined : send(event)))
      // the daemon may be stopping
      counts().then(
        counts => send({ type: 'hello', version, counts }),
        () => socket.close(1011),
      )
      return unsubscribe
    }),
    isWebSocket,
  )
