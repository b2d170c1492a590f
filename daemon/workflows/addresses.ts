import type { JsonObject } from '../../shared/json.ts'
import type { WorkflowSpec } from '../../shared/workflow.ts'
import { Refusal } from '../lib/errors.ts'
import { OutboundError } from '../lib/outbound.ts'
import { actionOf } from './actions/index.ts'
import { fill, hasTemplates, Missing, templatesIn } from './template.ts'

/**
 * Refuse a definition that asks addresses which are not to be asked. `data` is what templates stand for, as far as it is known before the
 * first step; null where nothing is. `at` is the dotted path of the definition in what was sent.
 */
export async function checkAddresses(
  spec: WorkflowSpec,
  data: JsonObject | null,
  at: string,
  check: (url: string) => Promise<void>,
): Promise<void> {
  for (const [i, { name, actionId, parameters }] of spec.steps.entries()) {
    const address = actionOf(actionId)?.address
    const place = parameters.findIndex(parameter => parameter.name === address)
    const url = parameters[place]?.value
    if (typeof url !== 'string') continue
    const known = hasTemplates(url) ? data && filledIn(url, data) : url
    if (typeof known !== 'string') continue
    try {
      await check(known)
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error
      throw new Refusal(400, error.code, `The step ${name} cannot ask ${known}: ${error.message}`, {
        problems: [{ field: `${at}.steps.${i}.parameters.${place}.value`, message: error.message }],
      })
    }
  }
}

/** What an address comes to where no step has to run first. */
function filledIn(url: string, data: JsonObject): string | undefined {
  if (templatesIn(url).some(({ keys }) => keys[0] === 'Steps')) return undefined
  try {
    const filled = fill(url, data)
    return typeof filled === 'string' ? filled : undefined
  } catch (error) {
    // whether the step is come to at all, nobody knows yet
    if (error instanceof Missing) return undefined
    throw error
  }
}
