import type { JsonObject } from '../../shared/json.ts'
import type { Act, Ids, Unmade } from '../signal-messages.ts'
import type { Vault } from './vault.ts'

/** A change that was asked for and is not yet known to be made. `key` is its Idempotency-Key: sent again, it still happens once. */
export interface Change {
  key: string
  act: Act
  ids: Ids
  method: 'PATCH' | 'PUT' | 'DELETE'
  path: string
  body?: JsonObject
  /** What stands for it where it is refused as a whole. */
  singles?: Change[]
}
export interface Pending {
  add(changes: Change[]): Promise<void>
  drop(key: string): Promise<void>
  all(): Promise<Change[]>
  /** What was refused after nobody waited for it any more, until somebody has seen it. */
  unmade(): Promise<Unmade[]>
  refuse(unmade: Unmade[]): Promise<void>
  /** Forget those up to a time, ms UTC. */
  seen(until: number): Promise<void>
  clear(): Promise<void>
}

const mostUnmade = 500

function listIn<T>(vault: Vault, name: string) {
  const all = async (): Promise<T[]> => ((await vault.get(name)) as T[] | undefined) ?? []
  let last: Promise<unknown> = Promise.resolve()
  // one after the other: storage has no transactions
  const update = (to: (list: T[]) => T[]): Promise<void> => {
    const next = last.then(async () => vault.set(name, to(await all())))
    last = next.catch(() => {})
    return next
  }
  return { all, update }
}

/** Changes outlive the worker that was stopped while it made them, and the browser too. */
export function createPending(vault: Vault): Pending {
  const changes = listIn<Change>(vault, 'pending')
  const refused = listIn<Unmade>(vault, 'unmade')
  return {
    all: changes.all,
    add: more => changes.update(kept => [...kept, ...more]),
    drop: key => changes.update(kept => kept.filter(change => change.key !== key)),
    unmade: refused.all,
    refuse: more => refused.update(kept => [...kept, ...more].slice(-mostUnmade)),
    seen: until => refused.update(kept => kept.filter(({ at }) => at > until)),
    async clear() {
      await changes.update(() => [])
      await refused.update(() => [])
    },
  }
}
