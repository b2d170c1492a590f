import { isObject } from '../../../shared/json.ts'
import { parseJson } from '../../lib/json.ts'
import { defineLogFormat } from '../../lib/kinds.ts'
import { readFields } from '../fields.ts'

/** One JSON object a line, with Datadog's reserved attributes where it has them. */
export const datadog = defineLogFormat({
  name: 'datadog',
  recognises: line => /^\s*\{/.test(line),
  read(line, context) {
    try {
      const object = parseJson(line)
      return isObject(object) ? readFields(object, context.zone, line) : undefined
    } catch {
      return undefined // a line that is no JSON after all is still a log
    }
  },
})
