import { get, type Json, type JsonObject } from '../../shared/json.ts'
import type { RunState, StepState } from '../../shared/workflow.ts'
import type { RunInput, RunRow, RunStep, WorkflowChoice, WorkflowRow } from '../workflow-messages.ts'
import { count, object, objects, text, texts } from './read.ts'

// The daemon's documents about workflows into what the explorer shows. A value of the wrong type is left out, not shown.

const runStates: readonly string[] = ['running', 'succeeded', 'failed', 'canceled'] satisfies RunState[]
const stepStates: readonly string[] = [...runStates, 'pending', 'waiting', 'skipped', 'unknown'] satisfies (StepState | string)[]
const time = (value: Json | undefined): number | null => {
  const at = Date.parse(text(value))
  return Number.isNaN(at) ? null : at
}
const json = (value: Json | undefined): string => (value === undefined ? '' : JSON.stringify(value, null, 2))

export function toWorkflowRow(data: JsonObject): WorkflowRow {
  const attributes = object(data['attributes'])
  const local = object(attributes['x_local'])
  return {
    id: text(data['id']),
    version: count(local['version']),
    name: text(attributes['name']) || 'Unnamed workflow',
    description: text(attributes['description']),
    handle: text(local['handle']),
    published: attributes['published'] === true,
    tags: texts(attributes['tags']),
    triggers: texts(local['triggers']),
    updatedAt: time(attributes['updatedAt']) ?? 0,
    owner: text(local['owner']),
    doubts: objects(local['doubts']).map(({ message }) => text(message)),
  }
}

/** What a person may change of it. */
export function toSource(data: JsonObject): string {
  const { name = '', description = '', published = false, tags = [], spec = {} } = object(data['attributes'])
  return JSON.stringify({ name, description, published, tags, spec }, null, 2)
}

export const toInputs = (value: Json | undefined): RunInput[] =>
  objects(value).map(input => ({
    name: text(input['name']),
    type: text(input['type']),
    label: text(input['label']) || text(input['name']),
    description: text(input['description']),
    preset: input['defaultValue'] === undefined ? null : JSON.stringify(input['defaultValue']),
    allowed: Array.isArray(input['allowedValues']) ? input['allowedValues'].map(one => JSON.stringify(one)) : [],
  }))

const stateOf = (value: Json | undefined): string => text(get(object(value), 'detailsKind')).toLowerCase()

const toStep = (step: JsonObject): RunStep => {
  const state = stateOf(step['status'])
  return {
    name: text(step['name']),
    action: text(step['actionId']),
    state: (stepStates.includes(state) ? state : 'unknown') as StepState,
    began: time(step['startTimestamp']),
    ended: time(step['endTimestamp']),
    until: time(step['until']),
    outputs: json(step['outputs']),
    error: text(step['error']),
  }
}

export function toRun(data: JsonObject, workflow = ''): RunRow {
  const attributes = object(data['attributes'])
  const source = object(attributes['source'])
  const user = object(source['user'])
  const about = object(object(attributes['x_local'])['workflow'])
  const state = stateOf(attributes['instanceStatus'])
  return {
    id: text(data['id']),
    workflow: { id: text(about['id']) || workflow, name: text(about['name']) },
    state: (runStates.includes(state) ? state : 'failed') as RunState,
    began: time(attributes['startTimestamp']) ?? 0,
    ended: time(attributes['endTimestamp']),
    by: text(user['name']) || text(user['handle']) || text(source['cause']) || 'Signalbox',
    signal: source['signal_id'] === undefined ? null : { id: text(source['signal_id']), title: text(source['signal_title']) },
    error: text(attributes['error']),
    steps: objects(attributes['steps']).map(toStep),
  }
}

export const toChoice = (data: JsonObject): WorkflowChoice => {
  const attributes = object(data['attributes'])
  return {
    id: text(data['id']),
    name: text(attributes['name']),
    description: text(attributes['description']),
    inputs: toInputs(attributes['inputs']),
    suggested: attributes['suggested'] === true,
    shared: texts(attributes['shared_tags']),
  }
}
