import type { WorkflowProtocol } from '../../workflow-messages.ts'
import { flag, type GuardsOf, shape, text } from '../guard.ts'
import { id, nothing, version } from './parts.ts'

/** A definition, or the inputs of a run, as JSON. */
const workflowSource = text(200_000)

export const workflowGuards: GuardsOf<WorkflowProtocol> = {
  workflows: nothing,
  workflow: shape({ id }),
  checkWorkflow: shape({ source: workflowSource }, { id }),
  saveWorkflow: shape({ source: workflowSource }, { id, version }),
  publishWorkflow: shape({ id, version, on: flag }),
  deleteWorkflow: shape({ id }),
  workflowRuns: shape({ id }),
  workflowRun: shape({ workflow: id, id }),
  runWorkflow: shape({ id, inputs: workflowSource }, { signal: id }),
  cancelRun: shape({ workflow: id, id }),
  signalWorkflows: shape({ id }),
  signalRuns: shape({ id }),
}
