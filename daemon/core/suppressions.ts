import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Suppression, SuppressionPayload } from '../../shared/suppression.ts'
import { payloadOf } from '../detect/suppressions/wire.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { type Restrictions, unrestricted } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Hidden } from '../store/suppressions.ts'
import type { ChangeDetection } from './change-detection.ts'
import type { MayEdit } from './restriction-policies.ts'
import { seenCounts, seenHidden } from './seen-hidden.ts'
import type { Audit } from './writes.ts'

/** Most that there may be: each is asked about every rule, and those of a rule about its logs and signals. */
const most = 1000

/** A suppression and how much it has hidden. */
export type Counted = Suppression & { hidden: Omit<Hidden, 'items'> }

interface Options {
  store: Store
  changeDetection: ChangeDetection
  audit: Audit
  now: () => number
  mayEdit: MayEdit
}

/** Suppressions and every way to change them. */
export function createSuppressions({ store, changeDetection, audit, now, mayEdit }: Options) {
  const live = (id: string): Suppression => {
    const found = store.suppressions.get(id)
    if (!found || found.isDeleted) throw new Refusal(404, 'not_found', `not_found(Suppression with id '${id}' not found)`)
    return found
  }
  const counted = (only: Restrictions, suppression: Suppression): Counted => ({
    ...suppression,
    hidden: seenCounts(store, only, suppression.id),
  })
  function put(ctx: WriteContext, suppression: Suppression, action: NewAuditEvent['action'], message: string): Suppression {
    const before = store.suppressions.get(suppression.id)
    const stored = { ...suppression, seq: store.nextSeq() }
    store.suppressions.put(stored)
    audit(ctx, {
      action,
      asset: { type: 'security_suppression', id: stored.id, name: stored.name },
      message,
      before: before ? shown(before) : null,
      after: stored.isDeleted ? null : shown(stored),
    })
    return stored
  }

  return {
    suppressions: async (only: Restrictions): Promise<Counted[]> =>
      store.suppressions
        .all()
        .filter(({ isDeleted }) => !isDeleted)
        .map(one => counted(only, one)),
    getSuppression: async (only: Restrictions, id: string): Promise<Counted> => counted(only, live(id)),
    /** Newest first. */
    suppressionVersions: async (id: string): Promise<Suppression[]> => store.suppressions.versions(live(id).id),
    /** What it hid, with samples. */
    hiddenBy: async (only: Restrictions, id: string): Promise<Hidden> => seenHidden(store, only, live(id).id),
    createSuppression: (ctx: WriteContext, payload: SuppressionPayload): Promise<Counted> =>
      changeDetection(ctx, () => {
        mayEdit.checkMayHide(ctx, payload)
        if (store.suppressions.all().filter(({ isDeleted }) => !isDeleted).length >= most)
          throw new Refusal(400, 'too_many', `There are ${most} suppressions, which is the most there may be`, {
            problems: [{ field: 'data', message: `would be one more than ${most}` }],
          })
        const time = now()
        const { handle, name } = personOf(ctx.actor)
        const by = { handle, name }
        const made: Suppression = {
          ...payload,
          id: randomUUID(),
          version: 1,
          seq: 0,
          created: time,
          updated: time,
          creator: by,
          updater: by,
          isDeleted: false,
        }
        const stored = put(ctx, made, 'created', `created the suppression “${made.name}”`)
        return { result: counted(unrestricted, stored) }
      }),
    updateSuppression: (
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      payload: SuppressionPayload,
      version?: number,
    ): Promise<Counted> =>
      changeDetection(ctx, () => {
        const before = live(id)
        if (version !== undefined && version !== before.version)
          throw new Refusal(409, 'stale_version', `Suppression ${id} is at version ${before.version}, not ${version}: read it again`, {
            problems: [{ field: 'data.attributes.version', message: `is ${version}, the suppression is at ${before.version}` }],
          })
        mayEdit.checkMayHide(ctx, payloadOf(before), payload)
        const { handle, name } = personOf(ctx.actor)
        const changed = { ...before, ...payload, version: before.version + 1, updated: now(), updater: { handle, name } }
        return { result: counted(only, put(ctx, changed, 'modified', `changed the suppression “${changed.name}”`)) }
      }),
    deleteSuppression: (ctx: WriteContext, id: string): Promise<null> =>
      changeDetection(ctx, () => {
        const before = live(id)
        mayEdit.checkMayHide(ctx, payloadOf(before))
        const { handle, name } = personOf(ctx.actor)
        const gone = { ...before, version: before.version + 1, updated: now(), updater: { handle, name }, isDeleted: true }
        put(ctx, gone, 'deleted', `deleted the suppression “${before.name}”`)
        return { result: null }
      }),
  }
}

/** What the audit trail tells of one. */
const shown = ({ version, name, enabled, rule_query, suppression_query, data_exclusion_query, ...rest }: Suppression): JsonObject => ({
  version,
  name,
  enabled,
  rule_query,
  suppression_query,
  data_exclusion_query,
  start_date: rest.start_date,
  expiration_date: rest.expiration_date,
  reason: rest.reason,
})
