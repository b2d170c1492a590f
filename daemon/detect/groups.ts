import type { Doc } from '../../shared/log.ts'
import type { Field } from '../../shared/query/ast.ts'
import { valuesAt } from '../../shared/query/match.ts'
import { absent } from '../../shared/signal.ts'
import { fingerprint } from './fingerprint.ts'

/** Groups that one log may belong to; a log that names more is judged in the first. */
const maxCombinations = 100
const maxLength = 256

/** A value as a group is known by it: text, and never longer than 256. What is cut stays different from what is cut elsewhere. */
export const groupValue = (value: string | number | boolean): string => {
  const text = String(value)
  return text.length <= maxLength
    ? text
    : `${text.slice(0, maxLength - 17).replace(/[\uD800-\uDBFF]$/, '')}…${fingerprint(text).toString(36)}`
}

/** Whether a group's value is all that the log said. */
export const isWhole = (value: string): boolean => value.length < maxLength

/** Every way of choosing one value for each field. None where a field has no value, unless `optional`. */
export function combinations(doc: Doc, fields: readonly Field[], optional: boolean): string[][] {
  let found: string[][] = [[]]
  for (const field of fields) {
    let values = valuesAt(doc, field).map(groupValue)
    if (values.length === 0) {
      if (!optional) return []
      values = [absent]
    }
    // nearly every log has one value for a field
    if (values.length === 1) for (const one of found) one.push(values[0]!)
    else found = found.flatMap(one => [...new Set(values)].map(value => [...one, value])).slice(0, maxCombinations)
  }
  return found
}
