import { CircleAlert, CircleCheck, CircleCheckBig, CircleDot, type IconNode } from 'lucide'
import { type IncidentSeverity, type IncidentState, incidentStateLabels } from '../../../shared/incident.ts'
import { Icon } from '../../ui/icon.tsx'

const pictures: Record<IncidentState, IconNode> = {
  active: CircleAlert,
  stable: CircleDot,
  resolved: CircleCheck,
  completed: CircleCheckBig,
}

/** A circle of its own for each state, with its word. */
export const IncidentStateLabel = ({ state }: { state: IncidentState }) => (
  <span class={`row nowrap ${state === 'active' || state === 'stable' ? '' : 'dim'}`}>
    <Icon of={pictures[state]} small />
    {incidentStateLabels[state]}
  </span>
)

/** What each severity is for, as people hear it when they choose. */
export const severityWords: Record<IncidentSeverity, string> = {
  UNKNOWN: 'Not known yet',
  'SEV-0': 'Everything stands still',
  'SEV-1': 'Critical, customers are hit',
  'SEV-2': 'Major, many are hit',
  'SEV-3': 'Moderate, there is a way round',
  'SEV-4': 'Minor',
  'SEV-5': 'Hardly to be seen',
}
export const IncidentSeverityLabel = ({ of }: { of: IncidentSeverity }) => (
  <span class="tag plain nowrap" title={severityWords[of]}>
    {of === 'UNKNOWN' ? 'Unknown' : of}
  </span>
)
