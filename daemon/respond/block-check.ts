import type { StepBlocks } from '../lib/kinds.ts'
import { type Guard, needsSecond } from './guard.ts'

interface Needs {
  guard: Guard
  respond(): { per_hour: number; approval: { wide: boolean; permanent: boolean }; widest: { v4: number; v6: number } }
}

/** What has to be known of blocks that nobody confirms: whatever the guard has against one rules it out. */
export const createBlockCheck =
  ({ guard, respond }: Needs) =>
  ({ kind, values, duration }: StepBlocks) => {
    const { per_hour: perHour, approval, widest } = respond()
    const each = values.map(value => {
      const [objection] = guard(kind, value)
      return objection ? { objection: objection.message } : { waits: needsSecond({ kind, value, duration }, approval, widest) }
    })
    return { each, perHour }
  }
