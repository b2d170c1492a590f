import type { ArchiveReason } from '../../shared/triage.ts'
import type { Client } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { during } from './progress.ts'
import { Refused } from './refused.ts'
import type { Surroundings } from './surroundings.ts'
import { count, table, time } from './table.ts'
import { cut, underline } from './text.ts'

/** A row of the explorer in its track's wire form. */
export interface Row {
  id: string
  type: string
  attributes: {
    timestamp: string
    message?: string
    status?: string
    service?: string | string[]
    host?: string
    triggering_log_timestamp?: string
  } & Record<string, unknown>
}
export interface Found {
  data: Row[]
  meta: { total: number; page: { after?: string } }
}
export interface Search {
  track: string
  query: string
  from: string
  to: string
  limit: number
  sort?: string
}

/** Flags of every search. */
export const rangeFlags = {
  from: { type: 'string', value: 'TIME', does: 'now-15m, 2026-01-31, 2026-01-31T09:30:00Z or epoch ms; everything unless it is given' },
  to: { type: 'string', value: 'TIME', does: 'the same; now unless it is given' },
  limit: { type: 'string', value: 'N', does: 'rows at most, 0 to 1000; 50 unless it is given' },
} as const

/** What `--limit` says. Throws a WrongUsage. */
export function limitOf(text = '50'): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > 1000) throw new WrongUsage('--limit is a number from 0 to 1000')
  return Number(text)
}

/** Ask the explorer. A query that cannot be read is an Error whose text shows where. */
export async function explore(client: Client, io: Surroundings, search: Search): Promise<Found> {
  try {
    return await during(io, 'Searching', client.send<Found>('POST', '/api/local/explorer', { json: search }))
  } catch (error) {
    const fault = error instanceof Refused ? error.faults.find(({ at }) => at) : undefined
    throw fault?.at ? new Error(`${fault.message}\n${underline(search.query, fault.at)}`) : error
  }
}

const longestMessage = 2000
const logRow = ({ attributes: { timestamp, status = '', service = '', host = '', message = '' } }: Row) => [
  time(timestamp),
  status,
  [service].flat().join(' '),
  host,
  cut(message, longestMessage),
]
const tracks: Record<string, { columns: string[]; row: (row: Row) => string[] }> = {
  logs: { columns: ['Time', 'Status', 'Service', 'Host', 'Message'], row: logRow },
  signals: { columns: ['Time', 'Severity', 'State', 'Signal', 'Id'], row: signalRow },
  audit: {
    columns: ['Time', 'By', 'Event'],
    row: ({ attributes: { timestamp, message = '', attributes } }) => [
      time(timestamp),
      (attributes as { usr?: { id?: string } } | undefined)?.usr?.id ?? '',
      message,
    ],
  },
}

/** What the wire says of a signal beyond any row. */
export interface SignalBody {
  title?: string
  events_matched?: number
  workflow?: { triage?: { state?: string; archiveReason?: ArchiveReason; assignee?: { name?: string } } }
}
export const bodyOf = (row: Row): SignalBody => (row.attributes['custom'] ?? {}) as SignalBody

function signalRow(row: Row): string[] {
  const { title = '', workflow } = bodyOf(row)
  return [time(row.attributes.timestamp), row.attributes.status ?? '', workflow?.triage?.state ?? '', title, row.id]
}

/** `signalbox search QUERY`. */
export const search = defineCommand({
  name: 'search',
  usage: '[QUERY] [--track logs|signals|audit] [--from TIME] [--to TIME] [--limit N]',
  does: 'Find logs, signals or audit events, newest first. Everything is found by *',
  takes: [0, 1000],
  flags: { track: { type: 'string', value: 'T', does: 'logs, signals or audit; logs unless it is given' }, ...rangeFlags },
  async run({ flags, args, io, connect, show, tell }) {
    const name = flags.track ?? 'logs'
    const track = Object.hasOwn(tracks, name) ? tracks[name] : undefined
    if (!track) throw new WrongUsage(`--track is one of ${Object.keys(tracks).join(', ')}`)
    const { from = '0', to = 'now' } = flags
    const asked = { track: name, query: args.join(' '), from, to, limit: limitOf(flags.limit) }
    const found = await explore(connect(), io, asked)
    show(found, () => (found.data.length > 0 ? table(track.columns, found.data.map(track.row)) : ''))
    const { total } = found.meta
    tell(total === 0 ? `Nothing was found.${blockHint(asked.query)}` : `${count(found.data.length)} of ${count(total)}`)
  },
})

/** A block stands in no field as it is written: that is asked for by CIDR(). */
export function blockHint(query: string): string {
  const [, field, block] = /(@[\w.-]+):"?([\da-f.:]+\/\d{1,3})"?(?=[\s)]|$)/i.exec(query) ?? []
  return field === undefined || block === undefined ? '' : ` For the addresses of a block, write CIDR(${field},${block})`
}
