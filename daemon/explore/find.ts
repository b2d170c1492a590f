import type { Context } from 'hono'
import type { AuditEvent } from '../../shared/audit.ts'
import type { Log } from '../../shared/log.ts'
import type { Signal } from '../../shared/signal.ts'
import type { Found, Search } from '../engine/search.ts'
import { type Env, forbidden, may, restrictionsOf } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { createWaiting } from '../lib/waiting.ts'

/** A search that ends after `ms`, and when its signal is aborted. */
type Run<Row> = (only: Restrictions, search: Search, ms: number, signal: AbortSignal) => Promise<Found<Row>>

export interface Searches {
  searchLogs: Run<Log>
  searchSignals: Run<Signal>
  searchAudit: Run<AuditEvent>
}

/** Search for whoever sent a request. A newer search of the same `view` takes the place of an older one. */
export type Find<Row> = (c: Context<Env>, search: Search, view?: string) => Promise<Found<Row>>

export type Finders = ReturnType<typeof createFinders>

/** `patience` is how long a search may take, ms. */
export function createFinders(
  { searchLogs, searchSignals, searchAudit }: Searches,
  waiting: ReturnType<typeof createWaiting>,
  patience: () => number,
) {
  const finder =
    <Row>(run: Run<Row>): Find<Row> =>
    (c, search, view) =>
      waiting(c.req.raw.signal, view && `${c.var.caller.keyId} ${view}`, signal => run(restrictionsOf(c), search, patience(), signal))
  return { logs: finder(searchLogs), signals: finder(searchSignals), audit: finder(searchAudit) }
}

export const tracks = ['logs', 'signals', 'audit'] as const
export type Track = (typeof tracks)[number]
/** Of the audit trail everybody sees what they did themselves; the rest takes a permission, as their restriction says. */
const permissions = { logs: 'logs_read_data', signals: 'security_monitoring_signals_read', audit: 'user' } as const
export const trackNeeds = { by_track: permissions }

/** Refuse who may not read a track. */
export function checkTrack(c: Context<Env>, track: Track): void {
  const needed = permissions[track]
  if (needed !== 'user' && !may(c, needed)) throw forbidden(needed)
}
