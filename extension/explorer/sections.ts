import {
  Ban,
  Folder,
  History,
  type IconNode,
  Radio,
  Rss,
  Scale,
  ScanSearch,
  ScrollText,
  Settings,
  Siren,
  VenetianMask,
  Workflow,
} from 'lucide'
import type { FunctionComponent } from 'preact'
import type { Permission } from '../../shared/permissions.ts'
import { later } from './later.tsx'
import { SignalsPage } from './signals/page.tsx'

export interface Section {
  /** As the URL has it. */
  id: string
  label: string
  icon: IconNode
  /** After G. */
  key: string
  /** Without these there is nothing to see. */
  reads?: readonly Permission[]
  Page: FunctionComponent
  /** At the foot of the rail. */
  last?: true
}

/** What the explorer shows, in the order of the rail. A new one is a line here. The first comes with the page, the others are loaded when somebody goes there. */
export const sections: readonly Section[] = [
  { id: 'signals', label: 'Signals', icon: Radio, key: 's', reads: ['security_monitoring_signals_read'], Page: SignalsPage },
  {
    id: 'logs',
    label: 'Logs',
    icon: ScrollText,
    key: 'l',
    reads: ['logs_read_data'],
    Page: later(async () => (await import('./logs/page.tsx')).LogsPage),
  },
  {
    id: 'attackers',
    label: 'Attackers',
    icon: VenetianMask,
    key: 'a',
    reads: ['security_monitoring_signals_read', 'logs_read_data'],
    Page: later(async () => (await import('./attackers/page.tsx')).AttackersPage),
  },
  {
    id: 'cases',
    label: 'Cases',
    icon: Folder,
    key: 'c',
    reads: ['cases_read'],
    Page: later(async () => (await import('./cases/page.tsx')).CasesPage),
  },
  {
    id: 'incidents',
    label: 'Incidents',
    icon: Siren,
    key: 'i',
    reads: ['incident_read'],
    Page: later(async () => (await import('./incidents/page.tsx')).IncidentsPage),
  },
  {
    id: 'rules',
    label: 'Rules',
    icon: Scale,
    key: 'r',
    reads: ['security_monitoring_rules_read'],
    Page: later(async () => (await import('./rules/page.tsx')).RulesPage),
  },
  {
    id: 'workflows',
    label: 'Workflows',
    icon: Workflow,
    key: 'w',
    reads: ['workflows_read'],
    Page: later(async () => (await import('./workflows/page.tsx')).WorkflowsPage),
  },
  {
    id: 'denylist',
    label: 'Denylist',
    icon: Ban,
    key: 'd',
    reads: ['appsec_protect_read'],
    Page: later(async () => (await import('./denylist/page.tsx')).DenylistPage),
  },
  { id: 'lookup', label: 'Look up', icon: ScanSearch, key: 'u', Page: later(async () => (await import('./lookup/page.tsx')).LookupPage) },
  {
    id: 'feeds',
    label: 'Feeds',
    icon: Rss,
    key: 'f',
    reads: ['reference_tables_read'],
    Page: later(async () => (await import('./feeds/page.tsx')).FeedsPage),
  },
  { id: 'audit', label: 'Audit', icon: History, key: 't', Page: later(async () => (await import('./audit/page.tsx')).AuditPage) },
  {
    id: 'settings',
    label: 'Settings',
    icon: Settings,
    key: ',',
    Page: later(async () => (await import('./settings/page.tsx')).SettingsPage),
    last: true,
  },
]
