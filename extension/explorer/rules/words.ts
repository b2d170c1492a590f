import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { capital } from '../../ui/glyphs.tsx'

/** `anomaly_threshold` → Anomaly threshold. */
export const plain = (word: string): string => capital(word.replaceAll('_', ' '))

export const origins: Record<string, string> = { default: 'Default', own: 'Own', imported: 'Imported' }

/** `300` → 5 min, of seconds. */
export function duration(seconds: number): string {
  const [unit, size] =
    seconds % 86_400 === 0 ? ['day', 86_400] : seconds % 3_600 === 0 ? ['h', 3_600] : seconds % 60 === 0 ? ['min', 60] : ['s', 1]
  const count = seconds / Number(size)
  return seconds === 0 ? 'none' : `${count} ${unit === 'day' && count > 1 ? 'days' : unit}`
}

const inSeconds = new Set(['evaluationWindow', 'keepAlive', 'maxSignalDuration', 'bucketDuration'])
const words = (key: string) =>
  key
    .replace(/Options$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()

function say(key: string, value: Json): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return inSeconds.has(key) ? duration(value) : String(value)
  return typeof value === 'string' ? value.replaceAll('_', ' ') : JSON.stringify(value)
}

/** Options as lines: `Evaluation window` → `5 min`. Those of a method follow its own name. */
export const optionLines = (options: JsonObject, before = ''): [name: string, value: string][] =>
  Object.entries(options).flatMap(([key, value]): [string, string][] =>
    isObject(value) ? optionLines(value, `${before}${words(key)}, `) : [[capital(before + words(key)), say(key, value)]],
  )

/** `0.25` → 25 %. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** `distinct @usr.name of logins by @network.client.ip` in words. */
export function measure({ aggregation, of, groupBy }: { aggregation: string; of: readonly string[]; groupBy: readonly string[] }): string {
  const what =
    aggregation === 'cardinality' ? `distinct ${of.join(', ')}` : [aggregation.replaceAll('_', ' '), ...of].filter(Boolean).join(' ')
  return [what, groupBy.length > 0 && `for each ${groupBy.join(', ')}`].filter(Boolean).join(' ')
}
