import type { DenylistEntry } from '../../shared/denylist.ts'

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`
const patternOf = ({ kind, value }: Pick<DenylistEntry, 'kind' | 'value'>): string =>
  kind === 'user' ? `[user-account:user_id = ${quoted(value)}]` : `[${value.includes(':') ? 'ipv6' : 'ipv4'}-addr:value = ${quoted(value)}]`

/** A block as an indicator of STIX 2.1. */
export function indicatorObject(entry: Pick<DenylistEntry, 'id' | 'kind' | 'value' | 'until' | 'reason' | 'created_at'>) {
  const created = new Date(entry.created_at).toISOString()
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${entry.id}`,
    created,
    modified: created,
    name: `Blocked: ${entry.value}`,
    ...(entry.reason && { description: entry.reason }),
    indicator_types: ['malicious-activity'],
    pattern: patternOf(entry),
    pattern_type: 'stix',
    valid_from: created,
    ...(entry.until !== null && { valid_until: new Date(entry.until).toISOString() }),
  }
}
