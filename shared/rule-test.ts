import { z } from 'zod'
import { severities } from './severity.ts'

/** One log many times over: each copy `every` seconds after the one before, with its number from 0 for each `{n}` in the text. */
const Repeated = z.strictObject({
  log: z.union([z.string(), z.looseObject({})]),
  times: z.int().min(1).max(10_000),
  every: z.number().min(0),
})

/** Logs, and the signals that a rule must make of them. Kept with the rule. */
export const RuleTest = z.strictObject({
  name: z.string().max(256),
  /** Raw lines or intake items, in order. */
  logs: z
    .array(z.union([z.string(), Repeated, z.looseObject({})]))
    .min(1)
    .max(1000),
  /** Severity of each signal to expect, and where it matters its group's values, joined by a comma and a space. Empty: none. */
  signals: z.array(z.strictObject({ status: z.enum(severities), group: z.string().optional() })).max(1000),
})
export type RuleTest = z.output<typeof RuleTest>
