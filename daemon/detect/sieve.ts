import type { Json, JsonObject } from '../../shared/json.ts'
import type { Hit, Memory, Plan, Room } from '../lib/kinds.ts'
import { createCounter } from './counter.ts'

/** What a sieve lets through: as much of a log as counts, and why. */
export interface Sifted {
  hit?: Hit
  evidence?: JsonObject
  /** Nothing that is saved has changed. */
  same?: boolean
}

/** Decides by what a group has been like which of its logs count at all. `forget`, `close` and `save` are those of a memory. */
export interface Sieve {
  sift(hit: Hit): Sifted
  forget(time: number): boolean
  close(): void
  save(): Json
}

/** A memory that counts in the rule's window only what a sieve lets through. */
export const behindSieve =
  (plan: Plan, createSieve: (room: Room, saved?: Json) => Sieve) =>
  (room: Room, saved?: Json): Memory => {
    const [before, counted] = (saved ?? []) as [Json?, Json?]
    const sieve = createSieve(room, before)
    const counter = createCounter({ window: plan.window, aggregations: plan.aggregations.map(() => 'count') }, room, counted ?? undefined)
    return {
      add(hit) {
        const { hit: passed, evidence, same } = sieve.sift(hit)
        if (!passed) return { hit: undefined, moments: [], ...(same && { same }) }
        const { moments } = counter.add(passed)
        return { hit: passed, moments: moments.map(moment => ({ ...moment, ...(evidence && { evidence }) })) }
      },
      take: counter.take,
      next: counter.next,
      forget(time) {
        const nothingCounted = counter.forget(time)
        return sieve.forget(time) && nothingCounted
      },
      close() {
        sieve.close()
        counter.close()
      },
      save: () => [sieve.save(), counter.save()],
    }
  }
