import type { Signal } from '../../shared/signal.ts'
import type { WorkflowRun } from '../../shared/workflow.ts'
import { rightsOf } from '../access/rights.ts'
import { Refusal } from '../lib/errors.ts'
import { both, nothing, type Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Plan } from '../store/workflows.ts'
import { maySeeSignal } from './may-see.ts'
import { noSignal } from './signal-triage.ts'

/** The rights of whoever saved a workflow, as they are now: what it does, it does with these. */
export function rightsNow(store: Store, uuid: string): Pick<ReturnType<typeof rightsOf>, 'permissions' | 'restrictions'> {
  const user = store.users.get(uuid)
  if (!user || user.disabled) return { permissions: new Set(), restrictions: nothing }
  return rightsOf(user, { id: '', scopes: null }, store.roles.all())
}

export const isActive = (store: Store, uuid: string): boolean => store.users.get(uuid)?.disabled === false

function seenBy(store: Store, uuid: string, who: string): Restrictions {
  if (!isActive(store, uuid)) throw new Refusal(403, 'disabled', `whoever ${who} is disabled now`)
  return rightsNow(store, uuid).restrictions
}

/** Refuses what is hidden as if it were not there. */
export function seenSignal(store: Store, only: Restrictions, id: string): Signal {
  const signal = store.signals.get(id)
  if (!signal || !maySeeSignal(only, signal)) throw noSignal(id)
  return signal
}

/**
 * What a step may see now: what both whoever saved the workflow and whoever began the run see, so that neither reads or changes through the
 * other what is hidden from them. The signal of the run must still be part of that: templates hold it as it was.
 */
export function seenByStep(store: Store, { owner, actor }: Plan, { signal }: WorkflowRun): Restrictions {
  const own = seenBy(store, owner, 'saved this workflow')
  const only = actor.uuid === null || actor.uuid === owner ? own : both(own, seenBy(store, actor.uuid, 'began this run'))
  if (signal) seenSignal(store, only, signal.id)
  return only
}
