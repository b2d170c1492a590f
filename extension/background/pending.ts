import type { JsonObject } from '../../shared/json.ts'

/** A change that was asked for and is not yet known to be made. `key` is its Idempotency-Key: sent again, it still happens once. */
export interface Change {
  key: string
  /** The signals. */
  ids: string[]
  method: 'PATCH' | 'PUT' | 'DELETE'
  path: string
  body?: JsonObject
}
/** A storage area of the browser, such as storage.session. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>
  set(items: Record<string, unknown>): Promise<void>
}

export interface Pending {
  add(changes: Change[]): Promise<void>
  drop(key: string): Promise<void>
  all(): Promise<Change[]>
  clear(): Promise<void>
}

/** Changes outlive the worker that was stopped while it made them. */
export function createPending(area: Area): Pending {
  const all = async (): Promise<Change[]> => ((await area.get('pending'))['pending'] as Change[] | undefined) ?? []
  let last: Promise<unknown> = Promise.resolve()
  // one after the other: storage has no transactions
  const update = (to: (changes: Change[]) => Change[]): Promise<void> => {
    const next = last.then(async () => area.set({ pending: to(await all()) }))
    last = next.catch(() => {})
    return next
  }
  return {
    all,
    add: changes => update(kept => [...kept, ...changes]),
    drop: key => update(kept => kept.filter(change => change.key !== key)),
    clear: () => update(() => []),
  }
}
