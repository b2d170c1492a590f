import { z } from 'zod'
import type { Json } from '../../../shared/json.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'

const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
/** Numbers compare as numbers, whether they stand there as texts or not. */
const numeric = (value: Json): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN
const equal = (a: Json, b: Json): boolean => (a === null || b === null ? a === b : text(a) === text(b))
const contains = (a: Json, b: Json): boolean =>
  Array.isArray(a) ? a.some(item => equal(item, b)) : typeof a === 'string' && b !== null && a.includes(text(b))
const empty = (a: Json): boolean => a === null || a === '' || (typeof a === 'object' && Object.keys(a).length === 0)

/** As on Datadog's wire. */
const operators: Record<string, (a: Json, b: Json) => boolean> = {
  OPERATOR_EQUAL: equal,
  OPERATOR_NOT_EQUAL: (a, b) => !equal(a, b),
  OPERATOR_GREATER_THAN: (a, b) => numeric(a) > numeric(b),
  OPERATOR_LESS_THAN: (a, b) => numeric(a) < numeric(b),
  OPERATOR_GREATER_THAN_OR_EQUAL_TO: (a, b) => numeric(a) >= numeric(b),
  OPERATOR_LESS_THAN_OR_EQUAL_TO: (a, b) => numeric(a) <= numeric(b),
  OPERATOR_CONTAINS: contains,
  OPERATOR_DOES_NOT_CONTAIN: (a, b) => !contains(a, b),
  OPERATOR_IS_NULL: a => a === null,
  OPERATOR_IS_NOT_NULL: a => a !== null,
  OPERATOR_IS_EMPTY: empty,
  OPERATOR_IS_NOT_EMPTY: a => !empty(a),
}

const operand = z.unknown() as z.ZodType<Json>

export const condition = defineWorkflowAction({
  id: 'condition',
  title: 'Go on one way or the other',
  needs: [],
  branches: ['true', 'false'],
  // to ask whether something is there is what some operators are for
  lenient: true,
  parameters: z.strictObject({
    join: z.enum(['and', 'or']).default('and'),
    conditions: z
      .array(z.strictObject({ operand1: operand, operator: z.enum(Object.keys(operators)), operand2: operand.optional() }))
      .min(1)
      .max(20),
  }),
  decide({ join, conditions }) {
    const holds = ({ operand1, operator, operand2 = null }: (typeof conditions)[number]) => operators[operator]!(operand1 ?? null, operand2)
    const result = join === 'and' ? conditions.every(holds) : conditions.some(holds)
    return { branch: String(result), outputs: { result } }
  },
})
