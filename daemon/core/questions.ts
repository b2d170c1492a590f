import type { createGate } from '../engine/gate.ts'
import { createPatience, usualPatience } from '../engine/patience.ts'
import type { Restrictions } from '../lib/restrictions.ts'

/** Makes of long work a question that waits for its turn and ends after `ms`, or when nobody waits for its answer any more. */
export const createAsking =
  (gate: ReturnType<typeof createGate>) =>
  <A extends unknown[], R>(work: (only: Restrictions, ...args: [...A, () => void]) => Promise<R>) =>
  (only: Restrictions, args: A, ms = usualPatience, signal?: AbortSignal): Promise<R> => {
    const check = createPatience(ms, signal)
    return gate(() => work(only, ...args, check), signal)
  }
