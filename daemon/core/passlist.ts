import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import { readAddress } from '../../shared/ip.ts'
import { get, type JsonObject } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import { isInForce, isWhole, type PasslistChange, type PasslistEntry, type PasslistPayload } from '../../shared/passlist.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { inSpan, readSpan } from '../../shared/span.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { queryOfPasslist } from '../respond/passlist-query.ts'
import type { Store } from '../store/store.ts'
import type { ChangeDetection } from './change-detection.ts'
import type { Denylist } from './denylist.ts'
import type { Audit } from './writes.ts'

/** Most that there may be: each is asked about every block. */
const most = 1000

interface Options {
  store: Store
  denylist: Denylist
  changeDetection: ChangeDetection
  audit: Audit
  now: () => number
}

/** Who is never to be blocked, and every way to change that. To put somebody there lifts the blocks that are in force, in one transaction. */
export function createPasslist({ store, denylist, changeDetection, audit, now }: Options) {
  const live = (id: string): PasslistEntry => {
    const entry = store.passlist.get(id)
    if (!entry) throw new Refusal(404, 'not_found', 'id not found')
    return entry
  }
  const record = (ctx: WriteContext, action: NewAuditEvent['action'], message: string, before?: PasslistEntry, after?: PasslistEntry) => {
    const { id, description } = (after ?? before)!
    audit(ctx, {
      action,
      asset: { type: 'passlist', id, name: description },
      message: `${message} “${description}”`,
      before: before ? shown(before) : null,
      after: after ? shown(after) : null,
    })
  }
  function put(ctx: WriteContext, entry: PasslistEntry): PasslistChange {
    store.passlist.put(entry)
    return { entry, lifted: isInForce(entry, now()) ? denylist.yieldTo(ctx, entry) : [] }
  }

  return {
    passlist: async (): Promise<PasslistEntry[]> => store.passlist.all(),
    passlistEntry: async (id: string): Promise<PasslistEntry> => live(id),
    addToPasslist: async (ctx: WriteContext, payload: PasslistPayload): Promise<PasslistChange> =>
      denylist.changing(ctx, changeDetection, () => {
        if (store.passlist.all().length >= most)
          throw new Refusal(400, 'too_many', `There are ${most} exclusion filters, which is the most there may be`, {
            problems: [{ field: 'data', message: `would be one more than ${most}` }],
          })
        const by = personOf(ctx.actor)
        const time = now()
        const made = { created_at: time, created_by: by, modified_at: time, modified_by: by }
        const entry = { ...payload, ...made, id: randomUUID(), seq: store.nextSeq() }
        record(ctx, 'created', 'put on the passlist', undefined, entry)
        return put(ctx, entry)
      }),
    changePasslist: async (ctx: WriteContext, id: string, payload: PasslistPayload): Promise<PasslistChange> =>
      denylist.changing(ctx, changeDetection, () => {
        const before = live(id)
        const entry = { ...before, ...payload, modified_at: now(), modified_by: personOf(ctx.actor), seq: store.nextSeq() }
        record(ctx, 'modified', 'changed the passlist entry', before, entry)
        return put(ctx, entry)
      }),
    removeFromPasslist: async (ctx: WriteContext, id: string): Promise<null> =>
      denylist.changing(ctx, changeDetection, () => {
        const before = live(id)
        store.passlist.remove(id)
        record(ctx, 'deleted', 'took off the passlist', before)
        return null
      }),
  }
}

/** What the audit trail tells of one. */
const shown = (entry: PasslistEntry): JsonObject => {
  const { description, enabled, ip_list, on_match, reason, expires_at, path_glob, parameters, scope } = entry
  return { description, enabled, ip_list, on_match, reason, expires_at, path_glob, parameters, scope: scope.map(one => ({ ...one })) }
}

/** The logs that make no signals: those of clients on the passlist, or of the part of the traffic that it names, as long as it stands there. */
export function sparesOf(store: Store): (log: Log) => boolean {
  const spared = store.passlist.all().filter(({ enabled, on_match }) => enabled && on_match === null)
  const lasts = ({ expires_at }: Pick<PasslistEntry, 'expires_at'>, { received }: Log) => expires_at === null || expires_at > received
  const spans = spared
    .filter(isWhole)
    .flatMap(({ ip_list, expires_at }) => ip_list.flatMap(text => [readSpan(text)].flatMap(span => (span ? [{ span, expires_at }] : []))))
  // filters from before rules_target was refused name rules that do not run here
  const parts = spared
    .filter(entry => !isWhole(entry) && entry.rules_target.length === 0)
    .map(entry => ({ keep: toPredicate(queryOfPasslist(entry)), expires_at: entry.expires_at }))
  if (spans.length === 0 && parts.length === 0) return () => false
  return log => {
    const client = get(log.attributes, 'network', 'client', 'ip')
    const address = typeof client === 'string' ? readAddress(client) : undefined
    return (
      (address !== undefined && spans.some(one => lasts(one, log) && inSpan(one.span, address))) ||
      parts.some(one => lasts(one, log) && one.keep(log))
    )
  }
}
