import type { DenylistEntry } from '../../shared/denylist.ts'
import type { IocTriage } from '../../shared/ioc.ts'
import { readObservable } from '../../shared/observable.ts'
import { printSpan } from '../../shared/span.ts'
import { uuidOf } from '../lib/uuid.ts'

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`
const addressPattern = (value: string) => `[${value.includes(':') ? 'ipv6' : 'ipv4'}-addr:value = ${quoted(value)}]`
const patternOf = ({ kind, value }: Pick<DenylistEntry, 'kind' | 'value'>): string =>
  kind === 'user' ? `[user-account:user_id = ${quoted(value)}]` : addressPattern(value)

const common = { type: 'indicator', spec_version: '2.1', pattern_type: 'stix', indicator_types: ['malicious-activity'] }

/** A block as an indicator of STIX 2.1, as it has been since `modified`, ms UTC; one that has ended is revoked. */
export function indicatorObject(
  entry: Pick<DenylistEntry, 'id' | 'kind' | 'value' | 'until' | 'reason' | 'created_at'> & Partial<Pick<DenylistEntry, 'ended'>>,
  modified = entry.created_at,
) {
  const created = new Date(entry.created_at).toISOString()
  return {
    ...common,
    id: `indicator--${entry.id}`,
    created,
    modified: new Date(Math.max(modified, entry.created_at)).toISOString(),
    name: `Blocked: ${entry.value}`,
    ...(entry.reason && { description: entry.reason }),
    pattern: patternOf(entry),
    valid_from: created,
    ...(entry.until !== null && { valid_until: new Date(entry.until).toISOString() }),
    ...(entry.ended && { revoked: true }),
  }
}

const paths = {
  domain: 'domain-name:value',
  url: 'url:value',
  email: 'email-addr:value',
  md5: 'file:hashes.MD5',
  sha1: "file:hashes.'SHA-1'",
  sha256: "file:hashes.'SHA-256'",
} as const

/** An indicator that somebody has reviewed; taken back, it is revoked. Undefined for what has no form in STIX. */
export function iocObject(name: string, { state, time }: Pick<IocTriage, 'state' | 'time'>) {
  const read = readObservable(name)
  const value = read?.type === 'ip' ? printSpan(read.span) : read?.name
  // a range from one address to another, which is no block, and a weakness, which nobody observes
  if (!read || value === undefined || (read.type === 'ip' && value.includes('-')) || read.type === 'cve') return undefined
  const at = new Date(time).toISOString()
  return {
    ...common,
    id: `indicator--${uuidOf(`ioc ${value}`)}`,
    created: at,
    modified: at,
    name: value,
    pattern: read.type === 'ip' ? addressPattern(value) : `[${paths[read.type]} = ${quoted(value)}]`,
    valid_from: at,
    ...(state !== 'reviewed' && { revoked: true }),
  }
}
