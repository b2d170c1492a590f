import { randomUUID } from 'node:crypto'
import type { Push, SeenBouncer } from '../../shared/bouncer.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import type { Pushed } from '../lib/kinds.ts'
import { enforcers } from '../respond/enforcers/index.ts'
import { holdsEntry } from '../respond/list-routes.ts'
import type { PushedState } from '../store/bouncers.ts'
import type { Store } from '../store/store.ts'
import type { createBouncers } from './bouncers.ts'
import type { Denylist } from './denylist.ts'

interface Options {
  store: Store
  denylist: Denylist
  bouncers: ReturnType<typeof createBouncers>['inside']
  now: () => number
}

/** An enforcer that is told, and how far it knows the denylist; `changed` is how far there is something to know. */
export interface PushWork {
  id: string
  push: Push
  place: number
  changed: number
  /** When it last was told all, ms UTC; 0: never. */
  at: number
}

/** Enforcers that are told: what each is to hold, and what of it is acknowledged. */
export function createPushes({ store, denylist, bouncers, now }: Options) {
  const pushOf = (id: string): Push => bouncers.live(id).push!
  const kindOf = (kind: string) => enforcers.find(one => one.kind === kind)!
  /** Put down what an enforcer holds now, row by row as far as that has changed. */
  function hold(id: string, held: ReadonlyMap<string, PushedState>): void {
    const before = store.bouncers.pushed(id)
    for (const value of before.keys()) if (!held.has(value)) store.bouncers.setPushed(id, value, undefined)
    for (const [value, state] of held) if (before.get(value) !== state) store.bouncers.setPushed(id, value, state)
  }

  return {
    createEnforcer: async (
      ctx: WriteContext,
      { name, kind, options }: { name: string; kind: string; options: Record<string, string> },
    ): Promise<SeenBouncer> =>
      bouncers.changing(ctx, () => {
        bouncers.checkName(name)
        const push = { kind, options, error: null, left: 0 }
        const made = { id: randomUUID(), name, hash: '', last4: '', ranges: 'native' as const, revoked_at: null, instances: [], push }
        return bouncers.put(ctx, { ...made, created_at: now(), created_by: personOf(ctx.actor) }, 'created', 'set up')
      }),
    /** Another name, or other secrets, whose names are `secrets`. */
    changeEnforcer: async (ctx: WriteContext, id: string, change: { name?: string }, secrets: string[]): Promise<SeenBouncer> =>
      bouncers.changing(ctx, () => {
        const before = bouncers.live(id)
        if (change.name !== undefined) bouncers.checkName(change.name, id)
        const what = secrets.length > 0 ? `changed ${secrets.join(', ')} of` : 'changed'
        return bouncers.put(ctx, { ...before, ...change }, 'modified', what)
      }),
    pushWork: async (): Promise<PushWork[]> => {
      denylist.endDue()
      return bouncers
        .all()
        .flatMap(({ id, push, instances: [instance] }) =>
          push ? [{ id, push, place: instance?.place ?? 0, changed: denylist.changed(), at: instance?.last_pull ?? 0 }] : [],
        )
    },
    /** What it is to hold, and what may be there because of us. */
    pushWanted: async (id: string): Promise<{ wanted: string[]; ours: string[]; place: number }> => {
      const { kind, options } = pushOf(id)
      const holds = kindOf(kind).holds(options)
      const { come, place } = denylist.delta(undefined)
      const ours = [...store.bouncers.pushed(id)].flatMap(([value, state]) => (state === 'theirs' ? [] : [value]))
      return { wanted: come.filter(entry => holdsEntry(holds, entry)).map(({ value }) => value), ours, place }
    },
    /** What is added now is ours, whatever dies before it is acknowledged. */
    pushAdding: async (id: string, values: string[]): Promise<null> => {
      store.write(() => {
        for (const value of values) store.bouncers.setPushed(id, value, 'sending')
      })
      return null
    },
    /** It was acknowledged, as the denylist was at `place`. */
    pushDone: async (id: string, place: number, { ours, theirs, left }: Pushed): Promise<null> => {
      const push = pushOf(id)
      const address = kindOf(push.kind).place(push.options)
      const held = new Map<string, PushedState>([
        ...ours.map(value => [value, 'ours'] as const),
        ...theirs.map(value => [value, 'theirs'] as const),
      ])
      store.write(() => hold(id, held))
      bouncers.setPush(id, { ...push, error: null, left: left.length })
      bouncers.told({ bouncer: id, address, type: push.kind, version: '' }, { place, isNews: true, reissued: true })
      return null
    },
    pushFailed: async (id: string, message: string): Promise<null> => {
      bouncers.setPush(id, { ...pushOf(id), error: { at: now(), message } })
      return null
    },
  }
}
