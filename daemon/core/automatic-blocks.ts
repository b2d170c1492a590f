import type { BlockKind, DenylistEntry } from '../../shared/denylist.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { CaseAction } from '../../shared/rule.ts'
import type { Detection } from '../../shared/signal.ts'
import { system } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { needsSecond, type Second } from '../respond/guard.ts'
import type { BlockWish } from '../store/denylist.ts'
import type { Store } from '../store/store.ts'
import { durationOf, valuesOf } from './case-actions.ts'
import type { Denylist } from './denylist.ts'
import type { Flags } from './flags.ts'
import type { Audit } from './writes.ts'

/** Whose block is over so lately is a repeat offender, ms. */
const lately = 30 * 24 * 3_600_000

/** The most that rules block within an hour; how many times as long with each time before, and up to how long, ms; what waits for a person. */
export interface BlockLimits extends Second {
  perHour: number
  repeats: { factor: number; longest: number }
}

interface Options {
  store: Store
  denylist: Denylist
  flags: Flags
  audit: Audit
  now: () => number
  /** Whether anything may be written now that nobody asks for. */
  mayWrite(): boolean
}

const daemonItself = { actor: system }

/**
 * Blocks that rules ask for. The wish is stored together with the signal, and settled once: in one transaction with the block, or with the
 * reason why there is none.
 */
export function createAutomaticBlocks({ store, denylist, flags, audit, now, mayWrite }: Options) {
  function note(wish: BlockWish, kind: 'blocked' | 'block_asked' | 'not_blocked', body: JsonObject): void {
    const { value } = wish
    store.signals.note({ seq: store.nextSeq(), signal_id: wish.signal_id, time: now(), kind, body: { to: value, ...body } })
  }
  function refuse(wish: BlockWish, code: string, why: string): string {
    note(wish, 'not_blocked', { from: why })
    audit(daemonItself, {
      action: 'accessed',
      asset: { type: 'denylist', id: wish.id, name: wish.value },
      message: `did not block ${wish.kind} ${wish.value} for the rule “${wish.rule.name}”: ${why}`,
      after: { code, signal_id: wish.signal_id },
    })
    return code
  }
  /** How often rules have blocked it of late. */
  const timesBefore = ({ kind, value }: BlockWish): number =>
    store.denylist.of(value).filter(entry => entry.kind === kind && entry.rule && endOf(entry) > now() - lately).length
  function block(wish: BlockWish, { repeats, approval, widest }: BlockLimits): string {
    const { signal_id, rule, kind, value } = wish
    const longer = (usual: number) => Math.max(usual, Math.min(repeats.longest, usual * repeats.factor ** timesBefore(wish)))
    const duration = wish.duration === null ? null : longer(wish.duration)
    const waits = needsSecond({ kind, value, duration }, { approval, widest })
    try {
      const entry = denylist.begin(daemonItself, { kind, value, duration, reason: `Rule: ${rule.name}`, signal_id, rule, waits })
      note(wish, waits ? 'block_asked' : 'blocked', { entry: entry.id, until: entry.until })
      return waits ? 'waits' : 'blocked'
    } catch (error) {
      if (error instanceof Refusal) return refuse(wish, error.code, error.message)
      throw error
    }
  }

  return {
    /** A case holds, for the first time or as a more severe one. Inside of the write that says so. */
    happened(id: string): void {
      const signal = store.signals.get(id)
      const rule = signal && store.rules.get(signal.detection.rule.id)
      const index = signal?.detection.fired?.at(-1)?.case.index
      for (const action of (index === undefined ? undefined : rule?.cases[index]?.actions) ?? []) {
        const by = { id: rule!.id, name: rule!.name }
        if (action.type === 'flag_ip') flags.raise(signal!, by, action)
        for (const { kind, value, duration } of wanted(action, signal!.detection)) {
          const wish = { id: `${id} ${kind} ${value}`, signal_id: id, rule: by, kind, value, duration }
          store.denylist.wish(wish, store.nextSeq())
        }
      }
    },
    calls: {
      /** What rules want blocked and nobody has looked at, the oldest first; nothing while nothing may be written. */
      blockWishes: async (): Promise<BlockWish[]> => (mayWrite() ? store.denylist.wishes(500) : []),
      /** Block it, unless something speaks against it: `objection` says what. */
      settleBlockWish: async (
        id: string,
        { objection, ...limits }: BlockLimits & { objection?: string | undefined },
      ): Promise<string | null> =>
        denylist.writing(daemonItself, () => {
          const wish = mayWrite() ? store.denylist.openWish(id) : undefined
          if (!wish) return null
          const outcome =
            objection !== undefined
              ? refuse(wish, 'guarded', objection)
              : denylist.byItself() >= limits.perHour
                ? refuse(wish, 'limit', `rules have blocked ${limits.perHour} within the hour, which is the most that they may`)
                : block(wish, limits)
          store.denylist.settle(id, outcome)
          return outcome
        }),
      /** How many of what is blocked rules have blocked within the hour. */
      blockedByRules: async (): Promise<number> => denylist.byItself(),
    },
  }
}

const endOf = ({ until, ended }: DenylistEntry) => Math.min(until ?? Infinity, ended?.at ?? Infinity)

const kindOf: Record<string, BlockKind> = { block_ip: 'ip', block_user: 'user' }
/** What an action of a case is about. */
function wanted(action: CaseAction, { entities }: Detection): { kind: BlockKind; value: string; duration: number | null }[] {
  const kind = kindOf[action.type]
  if (!kind) return []
  const duration = durationOf(action)
  return valuesOf(kind, entities).map(value => ({ kind, value, duration }))
}
