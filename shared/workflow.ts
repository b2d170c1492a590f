import { z } from 'zod'
import type { Json, JsonObject } from './json.ts'
import type { Person } from './triage.ts'

/** Most steps of a workflow, and most characters of its definition as JSON. */
export const mostSteps = 50
export const longestSpec = 65_536

const stepName = z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be a letter, then up to 63 letters, digits and _')
/** Any JSON: requests are parsed before they are checked. */
const json = z.unknown() as z.ZodType<Json>
const label = z.string().max(1024)

export const inputTypes = [
  'STRING',
  'NUMBER',
  'BOOLEAN',
  'OBJECT',
  'ARRAY_STRING',
  'ARRAY_NUMBER',
  'ARRAY_BOOLEAN',
  'ARRAY_OBJECT',
] as const
export type InputType = (typeof inputTypes)[number]

/** What a run is asked for; one without a default value has to be given. */
const Input = z.strictObject({
  name: stepName,
  type: z.enum(inputTypes),
  label: label.optional(),
  description: label.optional(),
  defaultValue: json.optional(),
  allowedValues: z.array(json).min(1).max(100).optional(),
})
export type WorkflowInput = z.output<typeof Input>

/** Exactly one of the triggers; `startStepNames` may be left out where only one step has none before it. */
const Trigger = z.strictObject({
  startStepNames: z.array(stepName).max(mostSteps).optional(),
  /** A signal, by hand or through a notification rule; the limit is for the latter. */
  securityTrigger: z
    .strictObject({
      rateLimit: z
        .strictObject({
          count: z.int().min(1).max(10_000),
          interval: z.string().regex(/^\d{1,7}s$/, 'must be seconds, such as 3600s'),
        })
        .optional(),
    })
    .optional(),
  scheduleTrigger: z
    .strictObject({ rruleExpression: z.string().min(1).max(512), overlapBehavior: z.enum(['EXCLUSIVE_RUN', 'OVERLAP_ALLOWED']).optional() })
    .optional(),
  /** By hand or by a script, without a signal. */
  apiTrigger: z.strictObject({}).optional(),
})
export type WorkflowTrigger = z.output<typeof Trigger>

const Step = z.strictObject({
  name: stepName,
  /** Which action it is. */
  actionId: z.string().min(1).max(128),
  parameters: z
    .array(z.strictObject({ name: z.string().min(1).max(64), value: json }))
    .max(50)
    .default([]),
  outboundEdges: z
    .array(z.strictObject({ nextStepName: stepName, branchName: z.string().min(1).max(64).default('main') }))
    .max(mostSteps)
    .default([]),
  /** Whether one of the steps before it has to lead here, or all of them; either way those are waited for. */
  readinessGate: z.strictObject({ thresholdType: z.enum(['ANY', 'ALL']) }).optional(),
  /** Where an editor draws it. */
  display: z.looseObject({}).optional(),
})
export type WorkflowStep = z.output<typeof Step>

/** The definition in Datadog's form, as much of it as runs here. What it does not know is refused, never dropped. */
export const WorkflowSpec = z.strictObject({
  /** Notification rules name it: `@workflow-<handle>`. */
  handle: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'must be lower-case letters, digits, - and _, 60 at most')
    .optional(),
  triggers: z.array(Trigger).min(1).max(10),
  inputSchema: z.strictObject({ parameters: z.array(Input).max(50).default([]) }).optional(),
  steps: z.array(Step).min(1, 'must have a step').max(mostSteps),
  annotations: z.array(z.looseObject({})).max(50).optional(),
})
export type WorkflowSpec = z.output<typeof WorkflowSpec>

export const WorkflowPayload = z.strictObject({
  name: z.string().trim().min(1).max(200),
  description: z.string().max(8192).default(''),
  /** Only published ones run. */
  published: z.boolean().default(false),
  tags: z.array(z.string().min(1).max(200)).max(100).default([]),
  spec: WorkflowSpec,
})
export type WorkflowPayload = z.output<typeof WorkflowPayload>

/** A stored workflow: it has a handle, and each trigger its one first step. What it does, its owner may do. Times are ms UTC. */
export interface Workflow extends WorkflowPayload {
  id: string
  handle: string
  version: number
  created: number
  updated: number
  creator: Person
  /** Who saved it last. */
  owner: Person
}

export const triggerNames = ['securityTrigger', 'scheduleTrigger', 'apiTrigger'] as const
export type TriggerName = (typeof triggerNames)[number]

export const runStates = ['running', 'succeeded', 'failed', 'canceled'] as const
export type RunState = (typeof runStates)[number]

/** `unknown`: it has an effect outside and was begun, and nobody knows whether it was done. */
export const stepStates = ['pending', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'unknown', 'canceled'] as const
export type StepState = (typeof stepStates)[number]

/** What has become of a step. Times are ms UTC. */
export interface StepRun {
  name: string
  action: string
  state: StepState
  began?: number
  ended?: number
  /** A waiting one goes on at this time at the latest. */
  until?: number
  /** Which of its edges is followed. */
  branch?: string
  outputs?: JsonObject
  /** Why it failed, or is unknown. */
  error?: string
}

/** One run of a workflow, with its steps in the order of the definition. Times are ms UTC. */
export interface WorkflowRun {
  id: string
  workflow: { id: string; name: string; handle: string; version: number }
  state: RunState
  trigger: TriggerName
  /** Whoever began it; nobody where it began by itself. */
  by: Person | null
  /** What began it, where nobody did. */
  cause?: string
  began: number
  ended?: number
  signal?: { id: string; title: string }
  inputs: JsonObject
  steps: StepRun[]
  /** Where and why it failed. */
  error?: string
}
