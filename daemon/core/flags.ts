import { type AttackerState, attackerStates, type Flag } from '../../shared/attacker.ts'
import type { CaseAction } from '../../shared/rule.ts'
import type { Signal } from '../../shared/signal.ts'
import { system } from '../lib/actor.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { durationOf, valuesOf } from './case-actions.ts'
import { maySeeSignal } from './may-see.ts'
import { passlisted } from './passlisted.ts'
import type { Audit } from './writes.ts'

interface Options {
  store: Store
  audit: Audit
  now: () => number
}
export type Flags = ReturnType<typeof createFlags>

const states: Record<string, AttackerState> = { FLAGGED: 'flagged', SUSPICIOUS: 'suspicious' }

/** Addresses that rules have flagged (`flag_ip`), for as long as they say. Who is trusted or passlisted is not. */
export function createFlags({ store, audit, now }: Options) {
  function put(flag: Flag): void {
    const before = store.flags.get(flag.address, flag.state)
    // what is flagged for longer stays so
    if (before && (before.until === null || (flag.until !== null && before.until >= flag.until))) return
    store.flags.put(flag)
    const { address, state, until, signal_id, rule } = flag
    const body = { to: address, from: state, ...(until !== null && { until }) }
    store.signals.note({ seq: store.nextSeq(), signal_id, time: now(), kind: 'flagged', body })
    audit(
      { actor: system },
      {
        action: before ? 'modified' : 'created',
        asset: { type: 'flag', id: address, name: address },
        message: `flagged ${address} as ${state} for the rule “${rule.name}”`,
        after: { state, until, signal_id },
      },
    )
  }

  function maySee(only: Restrictions, { signal_id }: Flag): boolean {
    if (only.signals === null) return true
    const signal = store.signals.get(signal_id)
    return signal !== undefined && maySeeSignal(only, signal)
  }

  return {
    /** A case with such an action holds. Inside of the write that says so. */
    raise({ id, detection }: Signal, rule: Flag['rule'], action: CaseAction): void {
      const { flaggedIPType } = (action as { options: { flaggedIPType: string } }).options
      const duration = durationOf(action)
      const time = now()
      const passes = store.passlist.all()
      store.flags.forget(time)
      for (const address of valuesOf('ip', detection.entities)) {
        if (passlisted(passes, 'ip', address, time)) continue
        const until = duration === null ? null : time + duration
        put({ address, state: states[flaggedIPType]!, until, signal_id: id, rule, created_at: time })
      }
    },
    /** What is flagged now by signals that may be seen, by address: as flagged sooner than as suspicious. */
    seen(only: Restrictions): Map<string, Flag> {
      const found = new Map<string, Flag>()
      for (const flag of store.flags.live(now())) {
        if (found.get(flag.address)?.state === 'flagged') continue
        if (maySee(only, flag)) found.set(flag.address, flag)
      }
      return found
    },
    /** The same of one address. */
    of(only: Restrictions, address: string): Flag | undefined {
      const isLive = (flag: Flag | undefined): flag is Flag => flag !== undefined && (flag.until === null || flag.until > now())
      return attackerStates.map(state => store.flags.get(address, state)).find(flag => isLive(flag) && maySee(only, flag))
    },
  }
}
