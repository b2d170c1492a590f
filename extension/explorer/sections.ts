import { History, type IconNode, Radio, Rss, Scale, ScrollText, Settings, Workflow } from 'lucide'
import type { FunctionComponent } from 'preact'
import { AuditPage } from './audit/page.tsx'
import { FeedsPage } from './feeds/page.tsx'
import { LogsPage } from './logs/page.tsx'
import { RulesPage } from './rules/page.tsx'
import { SettingsPage } from './settings/page.tsx'
import { SignalsPage } from './signals/page.tsx'
import { WorkflowsPage } from './workflows/page.tsx'

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

/** What the explorer shows, in the order of the rail. A new one is a line here. */
export const sections: readonly Section[] = [
  { id: 'signals', label: 'Signals', icon: Radio, key: 's', Page: SignalsPage },
  { id: 'logs', label: 'Logs', icon: ScrollText, key: 'l', Page: LogsPage },
  { id: 'rules', label: 'Rules', icon: Scale, key: 'r', Page: RulesPage },
  { id: 'workflows', label: 'Workflows', icon: Workflow, key: 'w', Page: WorkflowsPage },
  { id: 'feeds', label: 'Feeds', icon: Rss, key: 'f', Page: FeedsPage },
  { id: 'audit', label: 'Audit', icon: History, key: 't', Page: AuditPage },
  { id: 'settings', label: 'Settings', icon: Settings, key: ',', Page: SettingsPage, last: true },
]
