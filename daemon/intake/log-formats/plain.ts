import { readIso } from '../../../shared/time.ts'
import { defineLogFormat, type ParsedLog, type ReadContext } from '../../lib/kinds.ts'
import { epoch } from '../clock.ts'

const isoStart = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d(?::?\d\d)?)(?![\w:]))?)(?![\w:])/
const epochStart = /^\[?(\d{10}(?:\.\d{1,9})?|\d{13})\]?(?=[\s:,]|$)/
const day = 86_400_000

function leadingTime(line: string, { now, zone }: ReadContext): number | undefined {
  const first = line.charCodeAt(0)
  if (first !== 91 && !(first >= 48 && first <= 57)) return undefined
  const iso = isoStart.exec(line)
  if (iso) return readIso(iso[1]!, zone)
  const number = epochStart.exec(line)
  const at = number ? epoch(Number(number[1])) : undefined
  // ten digits ahead of now are somebody's number, not a time
  return at !== undefined && at <= now + day ? at : undefined
}

/** Takes whatever is left. A time that the line starts with still counts. */
export const plain = defineLogFormat({
  name: 'plain',
  recognises: () => true,
  read(line, context) {
    const log: ParsedLog = { message: line, attributes: {} }
    const timestamp = leadingTime(line, context)
    if (timestamp !== undefined) log.timestamp = timestamp
    return log
  },
})
