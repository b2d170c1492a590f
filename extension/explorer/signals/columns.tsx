import type { FoundRow } from '../../search-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Severity } from '../../ui/glyphs.tsx'
import { Ago } from '../../ui/time.tsx'
import { Told } from '../search/column.tsx'
import type { Column, Surface } from '../search/types.ts'
import { CasesCell } from './cases-cell.tsx'
import { AssigneeCell, entityCell, envCell, TriageCell, titleCell } from './cells.tsx'
import { meanings } from './reading.ts'
import { serviceCell } from './service.tsx'

const of = (draw: (signal: SignalRow, row: FoundRow, surface: Surface) => preact.ComponentChildren): Column['cell'] =>
  function cell(row, surface) {
    return row.signal ? draw(row.signal, row, surface) : null
  }

export const signalColumns: readonly Column[] = [
  {
    id: 'severity',
    head: 'Severity',
    width: 88,
    path: 'status',
    sorts: 'severity',
    cell: of(({ severity }) => Severity({ level: severity, title: meanings[severity] })),
  },
  {
    id: 'title',
    head: 'Title',
    width: 302,
    least: 240,
    grows: true,
    path: 'category',
    holds: ['@title', 'category'],
    cell: of((signal, row, surface) => titleCell(row, signal, surface)),
  },
  {
    id: 'service',
    head: 'Service, env',
    width: 150,
    least: 120,
    path: 'service',
    also: ['env'],
    cell: of((signal, row, surface) => (
      <div class="row service">
        {serviceCell(signal.services, row.doc.tags, surface)}
        {envCell(row, surface)}
      </div>
    )),
  },
  {
    id: 'entities',
    head: 'Entities',
    width: 228,
    least: 160,
    path: '@network.client.ip',
    also: ['@usr.name'],
    cell: of((signal, row, surface) => entityCell(row, signal, surface)),
  },
  {
    id: 'triage',
    head: 'Signal state',
    width: 100,
    path: '@workflow.triage.state',
    cell: of((signal, _, surface) => <TriageCell signal={signal} surface={surface} />),
  },
  {
    id: 'assignee',
    head: 'Assignee',
    width: 76,
    path: '@workflow.triage.assignee.handle',
    cell: of((signal, _, surface) => <AssigneeCell signal={signal} surface={surface} />),
  },
  {
    id: 'cases',
    head: 'Cases',
    width: 64,
    path: '@workflow.triage.cases',
    cell: of(signal => signal.cases && <CasesCell key={signal.id} signal={signal} />),
  },
  {
    id: 'created',
    head: 'Created',
    width: 92,
    sorts: 'timestamp',
    cell: of(({ timestamp }) => <Ago class="weak nowrap" time={timestamp} sentence />),
  },
  {
    id: 'seen',
    head: 'Last seen',
    holds: ['@last_seen'],
    width: 104,
    cell: of(({ last_seen }) => <Ago class="weak nowrap" time={last_seen} sentence />),
  },
  {
    id: 'events',
    head: 'Events',
    width: 84,
    path: '@events_matched',
    cell: of(({ events_matched }) => events_matched.toLocaleString('en')),
  },
  { id: 'rule', head: 'Rule', width: 220, path: '@workflow.rule.name', cell: of((_, row) => <Told values={[ruleOf(row)]} />) },
]
const ruleOf = ({ doc }: FoundRow): string => {
  const { workflow } = doc.attributes as { workflow?: { rule?: { name?: unknown } } }
  return typeof workflow?.rule?.name === 'string' ? workflow.rule.name : ''
}
