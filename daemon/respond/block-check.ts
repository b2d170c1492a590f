import type { StepBlocks } from '../lib/kinds.ts'
import { type Guard, needsSecond, type Second } from './guard.ts'

interface Needs {
  guard: Guard
  respond(): Second & { per_hour: number }
}

/** What has to be known of blocks that nobody confirms: whatever the guard has against one rules it out. */
export const createBlockCheck =
  ({ guard, respond }: Needs) =>
  ({ kind, values, duration }: StepBlocks) => {
    const { per_hour: perHour, ...second } = respond()
    const each = values.map(value => {
      const [objection] = guard(kind, value)
      return objection ? { objection: objection.message } : { waits: needsSecond({ kind, value, duration }, second) }
    })
    return { each, perHour }
  }
