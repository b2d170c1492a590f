import { Hono } from 'hono'
import type { LiveEvent } from '../shared/live.ts'
import type { State } from '../shared/triage.ts'
import type { Bus } from './lib/bus.ts'
import { type Env, may, requires, restrictionsOf } from './lib/http.ts'
import type { Restrictions } from './lib/restrictions.ts'
import { isWebSocket, type Listening, type Socket, tellingSocket } from './socket.ts'

type Counts = Record<State, number>
/** Events for one user alone. */
type Own = Extract<LiveEvent, { to: string }>

interface Needs {
  bus: Bus<LiveEvent>
  version: string
  counts(only: Restrictions): Promise<Counts>
  /** How many signals wait for a user. */
  assigned(only: Restrictions, uuid: string): Promise<number>
  /** Of some signals those that may be seen, and how many of those there are. */
  seenOf(only: Restrictions, ids: string[]): Promise<{ ids: string[]; counts: Counts }>
  isReadOnly(): boolean
  access: Listening
}

const needed = 'security_monitoring_signals_read'

/** The stream of changes, as a WebSocket. It only tells what changed; what it is now is asked for with the usual requests. */
export const liveRoutes = ({ bus, version, counts, assigned, seenOf, isReadOnly, access }: Needs) =>
  new Hono<Env>().get(
    '/api/local/live',
    requires(needed),
    tellingSocket(access, needed, (socket, c) => {
      const only = restrictionsOf(c)
      const me = c.var.caller.user?.uuid ?? ''
      const send = (event: LiveEvent) => socket.send(JSON.stringify(event))
      const seen = (ids: string[]) => seenOf(only, ids)
      const tellAll = only.signals === null ? send : restrictedTeller(socket, send, seen)
      const tellSeen = async (event: Extract<LiveEvent, { type: 'notice' }>) => {
        const isOpen = only.signals === null || event.why === 'test' || event.ids.length === 0
        const { ids } = isOpen ? event : await seen(event.ids)
        if (isOpen || ids.length > 0) send({ ...event, ids })
      }
      const tellMe = async (event: Own) => {
        if (event.type === 'job') return send(event)
        const { ids } = only.signals === null ? event : await seen(event.ids)
        send({ ...event, ids, count: await assigned(only, me) })
      }
      const unsubscribe = bus.subscribe(event => {
        if (event.type === 'workflows' && !may(c, 'workflows_read')) return
        if (event.type === 'rules' && !may(c, 'security_monitoring_rules_read')) return
        if (event.type === 'incidents' && !may(c, 'incident_read')) return
        if (event.type === 'cases' && !may(c, 'cases_read')) return
        if (event.type === 'notice') tellSeen(event).catch(() => socket.close(1011))
        else if (!('to' in event)) tellAll(event)
        else if (event.to === me) tellMe(event).catch(() => socket.close(1011))
      })
      // the daemon may be stopping
      counts(only).then(
        counts => send({ type: 'hello', version, counts, read_only: isReadOnly() }),
        () => socket.close(1011),
      )
      return unsubscribe
    }),
    isWebSocket,
  )

/** Tells only of signals that may be seen. Where one has gone out of sight or come into it, the counts say that something changed. */
function restrictedTeller(
  socket: Socket,
  send: (event: LiveEvent) => void,
  seenOf: (ids: string[]) => Promise<{ ids: string[]; counts: Counts }>,
): (event: LiveEvent) => void {
  let waiting: string[] = []
  let looking = false
  let last = ''
  async function look(): Promise<void> {
    looking = true
    while (waiting.length > 0) {
      const asked = [...new Set(waiting)]
      waiting = []
      const { ids, counts } = await seenOf(asked)
      const now = JSON.stringify(counts)
      if (ids.length > 0 || now !== last) send({ type: 'signals', ids, counts })
      last = now
    }
    looking = false
  }
  return event => {
    if (event.type !== 'signals') return send(event)
    waiting.push(...event.ids)
    if (!looking) look().catch(() => socket.close(1011))
  }
}
