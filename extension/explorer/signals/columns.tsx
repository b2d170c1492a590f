import type { FoundRow } from '../../search-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Severity } from '../../ui/glyphs.tsx'
import { Ago } from '../../ui/time.tsx'
import { Told } from '../search/column.tsx'
import type { Column, Surface } from '../search/types.ts'
import { CasesCell } from './cases-cell.tsx'
import { AssigneeCell, EntityCell, EnvCell, TitleCell, TriageCell } from './cells.tsx'
import { meanings } from './reading.ts'
import { ServiceCell } from './service.tsx'

const of = (draw: (signal: SignalRow, row: FoundRow, surface: Surface) => preact.ComponentChildren): Column['cell'] =>
  function cell(row, surface) {
    return row.signal ? draw(row.signal, row, surface) : null
  }

export const signalColumns: readonly Column[] = [
  {
    id: 'severity',
    head: 'Severity',
    width: 96,
    path: 'status',
    sorts: 'severity',
    cell: of(({ severity }) => <span title={meanings[severity]}>{Severity({ level: severity })}</span>),
  },
  {
    id: 'title',
    head: 'Title',
    width: 280,
    grows: true,
    path: 'category',
    holds: ['@title', 'category'],
    cell: of((signal, row, surface) => <TitleCell row={row} signal={signal} surface={surface} />),
  },
  {
    id: 'service',
    head: 'Service, env',
    width: 160,
    path: 'service',
    also: ['env'],
    cell: of((signal, row, surface) => (
      <div class="row service">
        <ServiceCell services={signal.services} tags={row.doc.tags} surface={surface} />
        <EnvCell row={row} surface={surface} />
      </div>
    )),
  },
  {
    id: 'entities',
    head: 'Entities',
    width: 200,
    path: '@network.client.ip',
    also: ['@usr.name'],
    cell: of((signal, row, surface) => <EntityCell row={row} signal={signal} surface={surface} />),
  },
  {
    id: 'triage',
    head: 'Signal state',
    width: 104,
    path: '@workflow.triage.state',
    cell: of(signal => <TriageCell signal={signal} />),
  },
  {
    id: 'assignee',
    head: 'Assignee',
    width: 84,
    path: '@workflow.triage.assignee.handle',
    cell: of(signal => <AssigneeCell signal={signal} />),
  },
  {
    id: 'cases',
    head: 'Cases',
    width: 80,
    path: '@workflow.triage.cases',
    cell: of(signal => signal.cases && <CasesCell signal={signal} />),
  },
  {
    id: 'created',
    head: 'Created',
    width: 96,
    sorts: 'timestamp',
    cell: of(({ timestamp }) => (
      <span class="weak nowrap">
        <Ago time={timestamp} sentence />
      </span>
    )),
  },
  {
    id: 'seen',
    head: 'Last seen',
    holds: ['@last_seen'],
    width: 104,
    cell: of(({ last_seen }) => (
      <span class="weak nowrap">
        <Ago time={last_seen} sentence />
      </span>
    )),
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
