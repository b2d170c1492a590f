import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../../shared/json.ts'
import { put } from '../../shared/json.ts'
import type { WorkflowRun, WorkflowStep } from '../../shared/workflow.ts'
import { problemsOf } from '../lib/errors.ts'
import type { WorkflowAction } from '../lib/kinds.ts'
import type { Store } from '../store/store.ts'
import type { Plan } from '../store/workflows.ts'
import { actionOf } from '../workflows/actions/index.ts'
import { fill, Missing, templatesIn, textsIn } from '../workflows/template.ts'
import { rightsNow } from './workflow-rights.ts'

/** How much the steps of a run may put out, and one of them, characters of JSON. */
const mostOutput = 524_288
const longestOutput = 131_072

/** Why a step fails before it does anything. */
export class Fault extends Error {}

function dataOf({ id, workflow, began, inputs, steps }: WorkflowRun, { signal }: Plan): JsonObject {
  const outputs: JsonObject = {}
  for (const step of steps) if (step.outputs) put(outputs, step.name, step.outputs)
  return {
    Source: signal ? { signal } : {},
    Trigger: inputs,
    Steps: outputs,
    Run: { id, workflow: workflow.handle, began: new Date(began).toISOString() },
  }
}
/** The parameters of a step as its action takes them. Secrets are not here: something nobody can guess stands in their place. */
export function parametersOf(run: WorkflowRun, plan: Plan, step: WorkflowStep, action: WorkflowAction) {
  const secrets: Record<string, string> = {}
  const places: JsonObject = {}
  const nonce = randomBytes(16).toString('hex')
  for (const { name, value } of step.parameters)
    if (action.secrets?.includes(name))
      for (const [, text] of textsIn(value))
        for (const { keys } of templatesIn(text))
          if (keys[0] === 'Secrets' && keys[1] !== undefined) {
            secrets[`secret-${nonce}-${keys[1]}`] = keys[1]
            put(places, keys[1], `secret-${nonce}-${keys[1]}`)
          }
  const data = { ...dataOf(run, plan), Secrets: places }
  const filled: JsonObject = {}
  for (const { name, value } of step.parameters)
    try {
      put(filled, name, fill(value, data, action.lenient))
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      throw new Fault(`${name}: ${error.message}`)
    }
  const checked = action.parameters.safeParse(filled)
  if (checked.success) return { parameters: checked.data as JsonObject, secrets }
  const [problem] = problemsOf(checked.error.issues)
  throw new Fault(`${problem?.field ?? ''}: ${problem?.message ?? 'is wrong'}`)
}
/** The action of a step, which whoever saved the workflow must still be allowed to do. */
export function actionFor(store: Store, plan: Plan, step: WorkflowStep): WorkflowAction {
  const action = actionOf(step.actionId)
  if (!action) throw new Fault(`there is no action ${step.actionId} any more`)
  const { permissions } = rightsNow(store, plan.owner)
  const missing = action.needs.find(permission => !permissions.has(permission))
  if (missing) throw new Fault(`whoever saved this workflow does not have the permission ${missing} any more`)
  return action
}
/** What a step puts out, as much of it as a run keeps. */
export function checkOutputs(run: WorkflowRun, outputs: JsonObject): JsonObject {
  const size = JSON.stringify(outputs).length
  const before = run.steps.reduce((sum, step) => sum + (step.outputs ? JSON.stringify(step.outputs).length : 0), 0)
  if (size <= longestOutput && size + before <= mostOutput) return outputs
  return { left_out: `${size} characters: more than a run keeps` }
}
