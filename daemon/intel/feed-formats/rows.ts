import { type Indicator, type IndicatorType, type Intention, intentions } from '../../../shared/indicator.ts'
import { isObject, put } from '../../../shared/json.ts'
import { readObservable } from '../../../shared/observable.ts'
import { JsonError, parseJson } from '../../lib/json.ts'
import type { Columns } from '../../lib/kinds.ts'
import { quoted } from './text.ts'

/** What is wrong with a cell; undefined where it was taken. */
type Put = (entry: Indicator, cell: string) => string | undefined

const maxCell = 1000

/** What sources call the types of values. A port behind an address is left out. */
const types: Record<string, IndicatorType> = {
  ...{ ip: 'ip', ipv4: 'ip', ipv6: 'ip', ip_address: 'ip', cidr: 'ip', 'ip:port': 'ip', 'ip-src': 'ip', 'ip-dst': 'ip' },
  ...{ domain: 'domain', hostname: 'domain', fqdn: 'domain', url: 'url', uri: 'url' },
  ...{ email: 'email', 'email-addr': 'email', 'email-src': 'email', cve: 'cve', vulnerability: 'cve' },
  ...{ md5: 'md5', md5_hash: 'md5', sha1: 'sha1', sha1_hash: 'sha1', sha256: 'sha256', sha256_hash: 'sha256' },
}

const isIntention = (word: string): word is Intention => (intentions as readonly string[]).includes(word)

/** A time as sources write it, UTC unless it says otherwise. */
export function readTime(text: string): number | undefined {
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000
  const iso = text.replace(/ UTC$/i, 'Z').replace(/^(\d{4}-\d\d-\d\d) (\d)/, '$1T$2')
  const time = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(iso) ? `${iso}Z` : iso)
  return Number.isNaN(time) ? undefined : time
}
const timeOf =
  (key: 'from' | 'until' | 'seen'): Put =>
  (entry, cell) => {
    const time = readTime(cell)
    if (time === undefined) return `${quoted(cell)} is not a time`
    entry[key] = time
    return undefined
  }

/** Keep a cell that has no meaning of its own. */
export const keep =
  (key: string): Put =>
  (entry, cell) =>
    void put((entry.additional_data ??= {}), key.slice(0, 100), cell.slice(0, maxCell))

function jsonOf(cell: string) {
  try {
    return parseJson(cell)
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

/** What a column says of an entry, by the column's name. */
export const puts: Record<string, Put> = {
  category: (entry, cell) => void (entry.category = cell.slice(0, 100)),
  subcategory: (entry, cell) => void (entry.subcategory = cell.slice(0, 100)),
  intention(entry, cell) {
    const word = cell.toLowerCase()
    if (!isIntention(word)) return `${quoted(cell)} is not an intention: one of ${intentions.join(', ')}`
    entry.intention = word
    return undefined
  },
  score(entry, cell) {
    const score = Number(cell)
    if (!(score >= 0 && score <= 100)) return `${quoted(cell)} is not a score from 0 to 100`
    entry.score = score
    return undefined
  },
  from: timeOf('from'),
  until: timeOf('until'),
  seen: timeOf('seen'),
  // Datadog's form: a JSON object in one cell
  additional_data(entry, cell) {
    const object = cell.startsWith('{') ? jsonOf(cell) : undefined
    if (!isObject(object)) return keep('additional_data')(entry, cell)
    for (const [key, value] of Object.entries(object)) keep(key)(entry, typeof value === 'string' ? value : JSON.stringify(value))
    return undefined
  },
}

/** The entry of a value, by its column's name and the word of a column for types; or what is wrong with them. */
export function entryOfValue(given: string, column: string, word: string | undefined): Indicator | string {
  const type = types[(word ?? column).toLowerCase()]
  if (word !== undefined && type === undefined) return `${quoted(word)} is a kind of value that is not matched`
  const value = word?.toLowerCase() === 'ip:port' ? given.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : given
  const read = readObservable(value, type)
  if (!read)
    return type === 'ip'
      ? `${quoted(given)} is not an address, a CIDR block or a range`
      : `${quoted(given)} is not ${type ?? 'a value that is matched'}`
  return read.type === 'ip' ? { value } : { value: read.name, type: read.type }
}

/** The entry of a row whose columns are mapped: `cell` answers what stands under a name or number. */
export function mappedEntry(columns: Columns, cell: (column: string | number) => string | undefined): Indicator | string {
  const word = columns['type'] === undefined ? undefined : (cell(columns['type'])?.trim() ?? '')
  const entry = entryOfValue((cell(columns.value) ?? '').trim(), '', word)
  if (typeof entry === 'string') return entry
  for (const [field, column] of Object.entries(columns)) {
    const text = field === 'value' || field === 'type' ? '' : (cell(column)?.trim() ?? '')
    const problem = text === '' ? undefined : (Object.hasOwn(puts, field) ? puts[field]! : keep(field))(entry, text)
    if (problem) return problem
  }
  return entry
}
