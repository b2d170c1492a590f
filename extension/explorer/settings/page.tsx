import type { FunctionComponent } from 'preact'
import { place } from '../place.ts'
import { CasesPart } from './cases.tsx'
import { ChannelsPart } from './channels.tsx'
import { EnforcersPart } from './enforcers.tsx'
import { FiguresPart } from './figures.tsx'
import { KeysPart } from './keys.tsx'
import { NotificationsPart } from './notifications.tsx'
import { type PartId, parts } from './parts.ts'
import { PivotsPart } from './pivots.tsx'
import { RolesPart } from './roles.tsx'
import { ServicesPart } from './services.tsx'
import { TriagePart } from './triage.tsx'
import { UndeliveredPart } from './undelivered.tsx'
import { UsersPart } from './users.tsx'

const pages: Record<PartId, FunctionComponent> = {
  users: UsersPart,
  roles: RolesPart,
  keys: KeysPart,
  triage: TriagePart,
  services: ServicesPart,
  links: PivotsPart,
  cases: CasesPart,
  notifications: NotificationsPart,
  channels: ChannelsPart,
  undelivered: UndeliveredPart,
  enforcers: EnforcersPart,
  figures: FiguresPart,
}

/** Who may do what here, and how triage is meant to go and goes. */
export function SettingsPage() {
  const { id } = parts.find(({ id }) => id === place.value.with['part']) ?? parts[0]
  const Part = pages[id]
  return <Part />
}
