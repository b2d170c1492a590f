import { reasonLabels, states } from '../../shared/triage.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { bodyOf, explore, limitOf, type Row, rangeFlags } from './search.ts'
import { count, table, time } from './table.ts'

/** `signalbox signals`: the triage queue, worst first. */
export const signals = defineCommand({
  name: 'signals',
  usage: '[QUERY] [--state open|under_review|archived|all] [--from TIME] [--to TIME] [--limit N]',
  does: 'List signals, the most severe first; those that are open unless a state is named',
  takes: [0, 1000],
  flags: {
    state: { type: 'string', multiple: true, value: 'STATE', does: 'open, under_review, archived or all; may be given more than once' },
    ...rangeFlags,
  },
  async run({ flags, args, io, connect, show, tell }) {
    const { from = '0', to = 'now' } = flags
    const query = queryOf(args.join(' '), flags.state ?? ['open'])
    const asked = { track: 'signals', query, from, to, limit: limitOf(flags.limit), sort: 'severity' }
    const found = await explore(connect(), io, asked)
    show(found, () => (found.data.length > 0 ? table(columns, found.data.map(rowOf)) : ''))
    const { total } = found.meta
    tell(total === 0 ? 'No signals.' : `${count(found.data.length)} of ${count(total)}`)
  },
})

/** `Last seen` is a time of the logs, `Opened` one of the daemon: an old import opens its signals now. */
const columns = ['Severity', 'State', 'Opened', 'Last seen', { head: 'Events', right: true }, 'Assignee', 'About', 'Signal', 'Id'] as const

function rowOf(row: Row): string[] {
  const { title = '', events_matched: events = 0, workflow } = bodyOf(row)
  const { state = '', archiveReason: reason, assignee } = workflow?.triage ?? {}
  const { ip, users, group = [] } = (row.attributes['x_local'] ?? {}) as { ip?: string | null; users?: string[]; group?: string[] }
  // what a rule groups by is what a signal is about: other addresses in it may be of others
  const about = group.length > 0 ? group.join(', ') : (ip ?? users?.[0] ?? row.attributes.host ?? '')
  const { timestamp, triggering_log_timestamp: seen } = row.attributes
  const stands = reason === undefined || reason === 'none' ? state : `${state}: ${reasonLabels[reason]}`
  return [row.attributes.status ?? '', stands, time(timestamp), time(seen), count(events), assignee?.name ?? '', about, title, row.id]
}

/** The query of the wanted states, `--state open,archived` or twice; throws a WrongUsage for what is none. */
export function queryOf(query: string, wanted: readonly string[]): string {
  const names = wanted.flatMap(word => word.split(','))
  for (const name of names)
    if (name !== 'all' && !(states as readonly string[]).includes(name)) throw new WrongUsage(`--state is one of ${states.join(', ')}, all`)
  const own = query.trim()
  if (names.includes('all')) return own
  const state = `@workflow.triage.state:(${names.join(' OR ')})`
  return own === '' ? state : `(${own}) ${state}`
}
