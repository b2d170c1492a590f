import type { Json, JsonObject } from '../../shared/json.ts'
import { put } from '../../shared/json.ts'
import type { Permission } from '../../shared/permissions.ts'
import {
  longestSpec,
  triggerNames,
  type WorkflowPayload,
  type WorkflowSpec,
  type WorkflowStep,
  type WorkflowTrigger,
} from '../../shared/workflow.ts'
import { type Problem, problemsOf, Refusal } from '../lib/errors.ts'
import type { WorkflowAction } from '../lib/kinds.ts'
import { actionOf, actions } from './actions/index.ts'
import { ancestors, circleIn, type Graph, graphOf, reachable } from './graph.ts'
import { wrongWith } from './inputs.ts'
import { readSchedule, ScheduleError } from './schedule.ts'
import { hasTemplates, templatesIn, textsIn } from './template.ts'

interface Needs {
  /** What whoever saves it may do. */
  may(permission: Permission): boolean
  /** Why an action cannot be used here now; undefined where it can. */
  off(action: string): string | undefined
  /** What is wrong with who is to be told; undefined where it is nothing. */
  wrongTarget(target: string): string | undefined
}
type Wrong = (field: string, message: string, at?: readonly [from: number, to: number]) => void

const root = 'data.attributes.spec'

/**
 * Check all of a definition that can be checked before it runs, and fill in what may be left out: its handle and where each trigger begins.
 * Refuses what is wrong, each with its field; and an action that whoever saves it may not do.
 */
export function checkWorkflow(
  payload: WorkflowPayload,
  { may, ...looks }: Needs,
): WorkflowPayload & { spec: WorkflowSpec & { handle: string } } {
  const problems: Problem[] = []
  const wrong: Wrong = (field, message, at) => void problems.push({ field: `${root}${field}`, message, ...(at && { at }) })
  const { spec } = payload
  if (JSON.stringify(spec).length > longestSpec) wrong('', `is longer than ${longestSpec} characters`)
  checkInputSchema(spec, wrong)
  const graph = checkEdges(spec.steps, wrong)
  const triggers = spec.triggers.map((trigger, i) =>
    checkTrigger(spec, graph, trigger, (field, message) => wrong(`.triggers.${i}${field}`, message)),
  )
  for (const name of triggerNames)
    if (name !== 'scheduleTrigger' && spec.triggers.filter(trigger => trigger[name]).length > 1)
      wrong('.triggers', `has more than one ${name}`)
  const circle = circleIn(graph)
  if (circle) wrong(`.steps.${indexOf(spec.steps, circle[0]!)}.outboundEdges`, `go in a circle: ${circle.join(' → ')}`)
  const begun = reachable(
    graph,
    triggers.flatMap(({ startStepNames = [] }) => startStepNames),
  )
  for (const [i, { name }] of spec.steps.entries()) if (!begun.has(name)) wrong(`.steps.${i}.name`, `nothing leads to ${name}`)
  for (const [i, step] of spec.steps.entries())
    checkStep({ ...spec, triggers }, graph, step, (field, message, at) => wrong(`.steps.${i}${field}`, message, at), looks)
  if (problems.length > 0)
    throw new Refusal(400, 'invalid', `${problems[0]!.field}: ${problems[0]!.message}`, { problems: problems.slice(0, 20) })
  for (const { name, actionId } of spec.steps) {
    const missing = actionOf(actionId)!.needs.find(permission => !may(permission))
    if (missing)
      throw new Refusal(403, 'forbidden', `The step ${name} (${actionId}) needs the permission ${missing} of whoever saves it`, {
        problems: [{ field: missing, message: `is missing for the step ${name}` }],
      })
  }
  return { ...payload, spec: { ...spec, triggers, handle: spec.handle ?? handleOf(payload.name) } }
}

const indexOf = (steps: readonly WorkflowStep[], name: string) => steps.findIndex(step => step.name === name)
const handleOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'workflow'

function checkInputSchema({ inputSchema, triggers }: WorkflowSpec, wrong: Wrong): void {
  const inputs = inputSchema?.parameters ?? []
  for (const [i, { name, type, defaultValue, allowedValues = [] }] of inputs.entries()) {
    const field = `.inputSchema.parameters.${i}`
    if (inputs.findIndex(input => input.name === name) < i) wrong(`${field}.name`, `${name} is there twice`)
    for (const [at, value] of allowedValues.entries()) {
      const fault = wrongWith({ type }, value)
      if (fault) wrong(`${field}.allowedValues.${at}`, fault)
    }
    const fault = defaultValue === undefined ? undefined : wrongWith(inputs[i]!, defaultValue)
    if (fault) wrong(`${field}.defaultValue`, fault)
    if (defaultValue === undefined && triggers.some(({ scheduleTrigger }) => scheduleTrigger))
      wrong(field, 'needs a defaultValue: a schedule has nobody to ask')
  }
}

function checkEdges(steps: readonly WorkflowStep[], wrong: Wrong): Graph {
  for (const [i, { name, actionId, outboundEdges }] of steps.entries()) {
    if (indexOf(steps, name) < i) wrong(`.steps.${i}.name`, `${name} is there twice`)
    const branches = actionOf(actionId)?.branches ?? ['main']
    const seen = new Set<string>()
    for (const [at, { nextStepName, branchName }] of outboundEdges.entries()) {
      const field = `.steps.${i}.outboundEdges.${at}`
      if (indexOf(steps, nextStepName) < 0) wrong(`${field}.nextStepName`, `there is no step ${nextStepName}`)
      if (!branches.includes(branchName)) wrong(`${field}.branchName`, `must be ${branches.join(' or ')}`)
      if (seen.has(`${branchName} ${nextStepName}`)) wrong(field, 'is there twice')
      seen.add(`${branchName} ${nextStepName}`)
    }
  }
  return graphOf(steps)
}

/** The trigger with the one step that it begins with. */
function checkTrigger({ steps }: WorkflowSpec, graph: Graph, trigger: WorkflowTrigger, wrong: Wrong): WorkflowTrigger {
  if (triggerNames.filter(name => trigger[name]).length !== 1) wrong('', `must be exactly one of ${triggerNames.join(', ')}`)
  if (trigger.scheduleTrigger) {
    try {
      readSchedule(trigger.scheduleTrigger.rruleExpression)
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error
      wrong('.scheduleTrigger.rruleExpression', error.message)
    }
  }
  const first = steps.map(({ name }) => name).filter(name => graph.before.get(name)!.length === 0)
  const { startStepNames = first } = trigger
  const field = '.startStepNames'
  if (trigger.startStepNames?.length === 1 && indexOf(steps, trigger.startStepNames[0]!) < 0)
    wrong(field, `there is no step ${trigger.startStepNames[0]}`)
  else if (startStepNames.length !== 1)
    wrong(field, `must name one step to begin with${first.length > 1 ? `: nothing leads to ${first.join(', ')}` : ''}`)
  return { ...trigger, startStepNames: startStepNames.slice(0, 1) }
}

function checkStep(spec: WorkflowSpec, graph: Graph, step: WorkflowStep, wrong: Wrong, { off, wrongTarget }: Omit<Needs, 'may'>): void {
  const action = actionOf(step.actionId)
  if (!action) {
    wrong('.actionId', `there is no action ${step.actionId}: there are ${actions.map(({ id }) => id).join(', ')}`)
    return
  }
  const why = off(action.id)
  if (why !== undefined) wrong('.actionId', why)
  const shape = action.parameters.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>
  const names = Object.keys(shape)
  const plain: JsonObject = {}
  let templates = false
  for (const [i, { name, value }] of step.parameters.entries()) {
    const field = `.parameters.${i}`
    if (!Object.hasOwn(shape, name)) wrong(`${field}.name`, `${name} is no parameter of ${action.id}: it has ${names.join(', ') || 'none'}`)
    else if (step.parameters.findIndex(other => other.name === name) < i) wrong(`${field}.name`, `${name} is there twice`)
    else if (hasTemplates(value)) {
      templates = true
      checkTemplates(spec, graph, step, { action, name, value }, (inner, message, at) => wrong(`${field}.value${inner}`, message, at))
    } else put(plain, name, value)
    if (name === action.targets && Array.isArray(value))
      for (const [at, target] of value.entries()) {
        const fault = typeof target === 'string' && !hasTemplates(target) ? wrongTarget(target) : undefined
        if (fault) wrong(`${field}.value.${at}`, fault)
      }
  }
  const address = step.parameters.findIndex(({ name }) => name === action.address)
  const usesSecrets = step.parameters.some(({ value }) =>
    [...textsIn(value)].some(([, text]) => templatesIn(text).some(({ keys }) => keys[0] === 'Secrets')),
  )
  // whoever writes a log must not choose who gets a secret
  if (usesSecrets && hasTemplates(hostIn(step.parameters[address]?.value)))
    wrong(`.parameters.${address}.value`, 'must have its host written out, since a secret goes there')
  for (const name of names)
    if (!step.parameters.some(parameter => parameter.name === name) && !shape[name]!.safeParse(undefined).success)
      wrong('.parameters', `${name} is missing: ${action.id} needs it`)
  // what templates stand for is known when it runs
  const schema = templates ? action.parameters.partial() : action.parameters
  const checked = schema.safeParse(plain)
  for (const { field, message } of checked.success ? [] : problemsOf(checked.error.issues)) {
    const [name = '', ...inner] = field.split('.')
    const at = step.parameters.findIndex(parameter => parameter.name === name)
    if (at >= 0) wrong(`.parameters.${at}.value${inner.map(key => `.${key}`).join('')}`, message)
  }
}

/** What of an address stands before its path. */
const hostIn = (url: Json | undefined): string => (typeof url === 'string' ? (/^[^/]*:\/\/[^/?#]*|.*/s.exec(url)?.[0] ?? '') : '')

interface Filled {
  action: WorkflowAction
  name: string
  value: Json
}
function checkTemplates(spec: WorkflowSpec, graph: Graph, step: WorkflowStep, { action, name, value }: Filled, wrong: Wrong): void {
  for (const [inner, text] of textsIn(value))
    for (const { path, keys, at } of templatesIn(text)) {
      const message =
        keys.length === 0
          ? 'is no template: it has the form {{ Source.signal.title }}, and names data, nothing more'
          : whyNot(spec, graph, step, keys, action.secrets?.includes(name) ?? false)
      if (message !== undefined) wrong(inner.map(key => `.${key}`).join(''), `{{ ${path.slice(0, 100)} }} ${message}`, at)
    }
}

/** Why a template cannot stand here, as far as that is known before it runs. */
function whyNot(
  { triggers, inputSchema }: WorkflowSpec,
  graph: Graph,
  { name }: WorkflowStep,
  keys: string[],
  secrets: boolean,
): string | undefined {
  const [root, key] = keys
  switch (root) {
    case 'Trigger': {
      const inputs = (inputSchema?.parameters ?? []).map(input => input.name)
      return key !== undefined && inputs.includes(key) ? undefined : `is not there: the inputs are ${inputs.join(', ') || 'none'}`
    }
    case 'Source': {
      if (key !== 'signal') return 'is not there: there is Source.signal'
      const has = triggers.some(({ securityTrigger, startStepNames = [] }) => securityTrigger && reachable(graph, startStepNames).has(name))
      return has ? undefined : 'is not there: no securityTrigger leads to this step'
    }
    case 'Steps': {
      const earlier = [...ancestors(graph, name)]
      return key !== undefined && earlier.includes(key) ? undefined : `is not there: before this step come ${earlier.join(', ') || 'none'}`
    }
    case 'Run':
      return ['id', 'workflow', 'began'].includes(key ?? '') && keys.length === 2
        ? undefined
        : 'is not there: there are Run.id, Run.workflow and Run.began'
    case 'Secrets':
      return secrets && keys.length === 2 ? undefined : 'cannot stand here: secrets go into headers alone'
    default:
      return 'is not there: data begin with Source, Steps, Trigger or Run'
  }
}
