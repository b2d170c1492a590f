import type { RunState, StepState } from '../shared/workflow.ts'

// What the explorer asks about workflows. Times are ms UTC.

export interface WorkflowRow {
  id: string
  version: number
  name: string
  description: string
  handle: string
  published: boolean
  tags: string[]
  /** `security`, `schedule`, `api`. */
  triggers: string[]
  updatedAt: number
  owner: string
  /** Why steps fail as things are. */
  doubts: string[]
}

export interface RunStep {
  name: string
  action: string
  state: StepState
  began: number | null
  ended: number | null
  /** A waiting one goes on then at the latest. */
  until: number | null
  /** JSON, empty where there is nothing. */
  outputs: string
  error: string
}

export interface RunRow {
  id: string
  workflow: { id: string; name: string }
  state: RunState
  began: number
  ended: number | null
  /** Who began it, or what. */
  by: string
  signal: { id: string; title: string } | null
  error: string
  /** None in lists. */
  steps: RunStep[]
}

/** What a run is asked for. `preset` and `allowed` are JSON. */
export interface RunInput {
  name: string
  type: string
  label: string
  description: string
  preset: string | null
  allowed: string[]
}

export interface WorkflowChoice {
  id: string
  name: string
  description: string
  inputs: RunInput[]
  suggested: boolean
  shared: string[]
}

export interface WorkflowProtocol {
  workflows: [object, { rows: WorkflowRow[] }]
  /** `source` is JSON of what a person may change of it. */
  workflow: [{ id: string }, { row: WorkflowRow; source: string; inputs: RunInput[] }]
  /** Whether the daemon would take it; with an id as a change of that one. */
  checkWorkflow: [{ source: string; id?: string }, object]
  saveWorkflow: [{ source: string; id?: string; version?: number }, WorkflowRow]
  publishWorkflow: [{ id: string; version: number; on: boolean }, WorkflowRow]
  deleteWorkflow: [{ id: string }, object]
  workflowRuns: [{ id: string }, { runs: RunRow[]; total: number }]
  workflowRun: [{ workflow: string; id: string }, RunRow]
  /** `inputs` is a JSON object. */
  runWorkflow: [{ id: string; inputs: string; signal?: string }, RunRow]
  cancelRun: [{ workflow: string; id: string }, RunRow]
  /** What can be run on a signal, suggested ones first, and the signal as templates see it, as JSON. */
  signalWorkflows: [{ id: string }, { choices: WorkflowChoice[]; signal: string }]
  signalRuns: [{ id: string }, { runs: RunRow[] }]
}
