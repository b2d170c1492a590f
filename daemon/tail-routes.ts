import { Hono } from 'hono'
import type { TailEvent } from '../shared/tail.ts'
import type { TailPush } from './core/tails.ts'
import { checkQuery } from './explore/query.ts'
import type { Bus } from './lib/bus.ts'
import { Refusal } from './lib/errors.ts'
import { type Env, requires, restrictionsOf } from './lib/http.ts'
import type { Restrictions } from './lib/restrictions.ts'
import { isWebSocket, type Listening, type Socket, tellingSocket } from './socket.ts'

interface Needs {
  /** What the tails have to tell. */
  tails: Bus<TailPush>
  openTail(only: Restrictions, id: number, query: string): Promise<void>
  closeTail(id: number): Promise<void>
  access: Listening
}

/** Bytes that may wait for a reader before it is passed by. */
const mostWaiting = 4 * 1024 * 1024

/** The logs that a query finds, as they come in, over a WebSocket. */
export function tailRoutes({ tails, openTail, closeTail, access }: Needs) {
  let last = 0
  const open = async (only: Restrictions, id: number, query: string) => openTail(only, id, checkQuery(query, 'query'))
  return new Hono<Env>().get(
    '/api/local/live/logs',
    requires('logs_read_data'),
    tellingSocket(access, 'logs_read_data', (socket, c) => {
      const id = ++last
      const tell = teller(socket)
      const unsubscribe = tails.subscribe(push => push.id === id && tell(push))
      // a browser shows its page nothing of a handshake that is refused, but the reason of a close
      open(restrictionsOf(c), id, c.req.query('query') ?? '').catch((error: unknown) =>
        error instanceof Refusal ? socket.close(4000 + error.status, sentence(error)) : socket.close(1011),
      )
      return () => {
        unsubscribe()
        // the daemon may be stopping
        closeTail(id).catch(() => {})
      }
    }),
    isWebSocket,
  )
}

/** A refusal in the 123 bytes that a close has room for. */
function sentence({ message, problems: [problem] }: Refusal): string {
  const at = problem?.at ? ` (characters ${problem.at[0]} to ${problem.at[1]})` : ''
  return `${message.replace(/[^ -~]/g, '?').slice(0, 90)}${at}`
}

/** Sends what a tail has to tell; who reads too slowly is told how much was left out. */
function teller(socket: Socket): (push: TailPush) => void {
  let skipped = 0
  const send = (event: TailEvent) => socket.send(JSON.stringify(event))
  return push => {
    skipped += push.skipped
    if (socket.waiting() > mostWaiting) {
      skipped += push.count
      return
    }
    if (push.frame !== '') socket.send(push.frame)
    if (skipped > 0) send({ type: 'skipped', count: skipped })
    skipped = 0
  }
}
