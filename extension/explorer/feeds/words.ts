import type { FeedRow } from '../../feed-messages.ts'
import { csvHead } from './csv-head.ts'

/** What every version of the daemon reads, and how each is called. */
export const formats: readonly [name: string, label: string][] = [
  ['netset', 'Addresses and blocks, one a line (netset, ipset)'],
  ['csv', 'Table (CSV)'],
  ['list', 'Addresses, domains, URLs or hashes, one a line'],
  ['json', 'JSON, an object for each entry'],
  ['stix', 'STIX 2.1 bundle'],
  ['misp', 'MISP events'],
  ['misp-warninglist', 'MISP warning list (known good)'],
  ['mmdb', 'MMDB database'],
]

export const formatLabel = (name: string): string => formats.find(([known]) => known === name)?.[1].replace(/ \(.*/, '') ?? name

/** Categories that are usual; any other word will do. */
export const categories = ['attack', 'scanner', 'malware', 'phishing', 'botnet', 'c2', 'tor', 'vpn', 'anonymizer', 'hosting', 'known_good']

/** What a column of a table may mean. */
export const meanings = ['value', 'type', 'category', 'subcategory', 'intention', 'score', 'from', 'until', 'seen'] as const

const isMmdb = (start: string) => start.includes('MaxMind.com')

/** What a text looks like, by its name and its first lines; undefined where nothing speaks for any. */
export function guessFormat(name: string, start: string): string | undefined {
  if (/\.mmdb$/i.test(name) || isMmdb(start)) return 'mmdb'
  if (/^\s*[{[]/.test(start)) {
    if (/"type"\s*:\s*"bundle"/.test(start)) return 'stix'
    if (/"Event"\s*:/.test(start)) return 'misp'
    return /"list"\s*:/.test(start) && /"matching_attributes"\s*:/.test(start) ? 'misp-warninglist' : 'json'
  }
  if (/\.(?:netset|ipset)$/i.test(name)) return 'netset'
  const lines = start.split(/\r?\n/).filter(line => line.trim() !== '' && !/^\s*[#;]/.test(line))
  if (lines.length === 0) return undefined
  if (/\.(?:csv|tsv)$/i.test(name) || csvHead(start).length > 1) return 'csv'
  return lines.every(line => /^[\s\d.:a-f/-]+$/i.test(line) && /\d[.:]|[.:]\d|::/.test(line)) ? 'netset' : 'list'
}

/** Every 24 h, every h. */
export const every = (hours: number): string => (hours === 1 ? 'Every hour' : hours < 1 ? `Every ${hours * 60} min` : `Every ${hours} h`)

/** What is to be said of a feed before anything else; undefined where all is well. */
export const troubleOf = ({ error, enabled, entries, updatedAt }: FeedRow): string | undefined =>
  error ? 'Update failed' : enabled && updatedAt === null ? 'Never loaded' : enabled && entries === 0 ? 'Empty' : undefined
