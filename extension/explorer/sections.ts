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
import { later } from './later.tsx'
import { SignalsPage } from './signals/page.tsx'

export interface Section {
  /** As the URL has it. */
  id: string
  label: string
  icon: IconNode
  /** After G. */
  key: string
  Page: FunctionComponent
  /** At the foot of the rail. */
  last?: true
}

/** What the explorer shows, in the order of the rail. A new one is a line here. The first comes with the page, the others are loaded when somebody goes there. */
export const sections: readonly Section[] = [
  { id: 'signals', label: 'Signals', icon: Radio, key: 's', Page: SignalsPage },
  { id: 'logs', label: 'Logs', icon: ScrollText, key: 'l', Page: later(async () => (await import('./logs/page.tsx')).LogsPage) },
  {
    id: 'attackers',
    label: 'Attackers',
    icon: VenetianMask,
    key: 'a',
    Page: later(async () => (await import('./attackers/page.tsx')).AttackersPage),
  },
  { id: 'cases', label: 'Cases', icon: Folder, key: 'c', Page: later(async () => (await import('./cases/page.tsx')).CasesPage) },
  {
    id: 'incidents',
    label: 'Incidents',
    icon: Siren,
    key: 'i',
    Page: later(async () => (await import('./incidents/page.tsx')).IncidentsPage),
  },
  { id: 'rules', label: 'Rules', icon: Scale, key: 'r', Page: later(async () => (await import('./rules/page.tsx')).RulesPage) },
  {
    id: 'workflows',
    label: 'Workflows',
    icon: Workflow,
    key: 'w',
    Page: later(async () => (await import('./workflows/page.tsx')).WorkflowsPage),
  },
  {
    id: 'denylist',
    label: 'Denylist',
    icon: Ban,
    key: 'd',
    Page: later(async () => (await import('./denylist/page.tsx')).DenylistPage),
  },
  { id: 'lookup', label: 'Look up', icon: ScanSearch, key: 'u', Page: later(async () => (await import('./lookup/page.tsx')).LookupPage) },
  { id: 'feeds', label: 'Feeds', icon: Rss, key: 'f', Page: later(async () => (await import('./feeds/page.tsx')).FeedsPage) },
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
