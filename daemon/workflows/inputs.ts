import { isObject, type Json, type JsonObject, put } from '../../shared/json.ts'
import type { InputType, WorkflowInput, WorkflowSpec } from '../../shared/workflow.ts'
import { type Problem, Refusal } from '../lib/errors.ts'

const single = {
  STRING: (value: Json) => typeof value === 'string',
  NUMBER: (value: Json) => typeof value === 'number',
  BOOLEAN: (value: Json) => typeof value === 'boolean',
  OBJECT: (value: Json) => isObject(value),
}
const words = { STRING: 'a text', NUMBER: 'a number', BOOLEAN: 'true or false', OBJECT: 'an object' }
type Single = keyof typeof single

/** What is wrong with a value of an input; undefined where nothing is. */
export function wrongWith({ type, allowedValues }: Pick<WorkflowInput, 'type' | 'allowedValues'>, value: Json): string | undefined {
  const wrong = wrongType(type, value)
  if (wrong !== undefined || !allowedValues) return wrong
  const text = JSON.stringify(value)
  return allowedValues.some(allowed => JSON.stringify(allowed) === text)
    ? undefined
    : `must be one of ${allowedValues.map(allowed => JSON.stringify(allowed)).join(', ')}`
}
function wrongType(type: InputType, value: Json): string | undefined {
  const of = type.replace('ARRAY_', '') as Single
  if (of === type) return single[of](value) ? undefined : `must be ${words[of]}`
  return Array.isArray(value) && value.every(single[of]) ? undefined : `must be a list, each of it ${words[of]}`
}

/** What a run is given, with the defaults of what it is not. Refuses what is missing, unknown or of another type. `at` is the dotted path of the inputs in what was sent. */
export function checkInputs({ inputSchema }: WorkflowSpec, given: JsonObject, at: string): JsonObject {
  const inputs = inputSchema?.parameters ?? []
  const problems: Problem[] = []
  const values: JsonObject = {}
  const wrong = (name: string, message: string) => problems.push({ field: `${at}.${name}`, message })
  for (const name of Object.keys(given))
    if (!inputs.some(input => input.name === name))
      wrong(name, `is no input of this workflow: it has ${inputs.map(({ name }) => name).join(', ') || 'none'}`)
  for (const input of inputs) {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : input.defaultValue
    const fault = value === undefined ? 'is missing, and has no default value' : wrongWith(input, value)
    if (fault !== undefined) wrong(input.name, fault)
    else put(values, input.name, value!)
  }
  if (problems.length > 0) throw new Refusal(400, 'invalid', `${problems[0]!.field} ${problems[0]!.message}`, { problems })
  return values
}
