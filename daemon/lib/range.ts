import { parseTime } from '../../shared/time.ts'
import { Refusal } from './errors.ts'

/** A time range from words such as `now-15m`, ISO 8601 or epoch ms, in ms UTC, both ends included. `fields` name the two in a refusal. */
export function readRange(
  from: string | number | undefined,
  to: string | number | undefined,
  now: number,
  defaults: { from: string | number; to: string | number },
  fields: { from: string; to: string },
): { from: number; to: number } {
  const read = (value: string | number, field: string) => {
    try {
      return parseTime(String(value), now)
    } catch (error) {
      throw new Refusal(400, 'invalid_time', (error as Error).message, { problems: [{ field, message: (error as Error).message }] })
    }
  }
  const range = { from: read(from ?? defaults.from, fields.from), to: read(to ?? defaults.to, fields.to) }
  if (range.from > range.to)
    throw new Refusal(400, 'invalid_range', `${fields.from} lies after ${fields.to}`, {
      problems: [{ field: fields.from, message: `lies after ${fields.to}` }],
    })
  return range
}
