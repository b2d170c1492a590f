import type { Workflow, WorkflowStep } from '../../shared/workflow.ts'
import { actionOf } from './actions/index.ts'
import { hasTemplates, templatesIn, textsIn } from './template.ts'

/** What there is that steps can name. All of it comes and goes: a definition that names something else is no wrong one. */
export interface Known {
  isUser(named: string): boolean
  isSecret(name: string): boolean
  /** Why a target is told nothing; undefined where it is told. */
  silent(target: string): string | undefined
}
interface Doubt {
  field: string
  message: string
}

/** Why steps of a definition that is right fail as things are, as far as what they name is written out. */
export const doubtsAbout = ({ spec }: Pick<Workflow, 'spec'>, known: Known): Doubt[] =>
  spec.steps.flatMap((step, i) => doubtsOf(step, known).map(({ field, message }) => ({ field: `spec.steps.${i}.${field}`, message })))

function doubtsOf({ actionId, parameters }: WorkflowStep, { isUser, isSecret, silent }: Known): Doubt[] {
  const { user, targets, secrets = [] } = actionOf(actionId) ?? {}
  return parameters.flatMap(({ name, value }, i) => {
    const field = `parameters.${i}.value`
    if (name === user && typeof value === 'string' && value !== '' && !hasTemplates(value) && !isUser(value))
      return [{ field, message: `nobody here has the uuid or handle ${value}` }]
    if (name === targets && Array.isArray(value))
      return value.flatMap((target, at) => {
        const why = typeof target === 'string' && !hasTemplates(target) ? silent(target) : undefined
        return why === undefined ? [] : [{ field: `${field}.${at}`, message: `${target} is told nothing: ${why}` }]
      })
    if (!secrets.includes(name)) return []
    return [...textsIn(value)].flatMap(([keys, text]) =>
      templatesIn(text).flatMap(({ keys: [root, secret = ''] }) =>
        root !== 'Secrets' || isSecret(secret) ? [] : [{ field: [field, ...keys].join('.'), message: `there is no secret ${secret}` }],
      ),
    )
  })
}
