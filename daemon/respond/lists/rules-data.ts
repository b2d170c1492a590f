import { defineListFormat } from '../../lib/kinds.ts'

const data = (entries: readonly { value: string; until: number | null }[]) =>
  entries.map(({ value, until }) => ({ value, ...(until !== null && { expiration: Math.ceil(until / 1000) }) }))

/** `rules_data` of the tracers' in-app firewall: who is blocked, until when in seconds of the epoch. */
export const rulesData = defineListFormat({
  name: 'rules-data',
  contentType: 'application/json',
  holds: { v4: true, v6: true, ranges: true, users: true },
  write: entries =>
    JSON.stringify({
      // an empty list crashes the process that loads it (dd-trace 5.132 for Node.js)
      rules_data: [
        { id: 'blocked_ips', type: 'ip_with_expiration', data: data(entries.filter(({ kind }) => kind === 'ip')) },
        { id: 'blocked_users', type: 'data_with_expiration', data: data(entries.filter(({ kind }) => kind === 'user')) },
      ].filter(({ data }) => data.length > 0),
    }),
})
