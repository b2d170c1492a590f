import { incidentSeverities } from '../../../shared/incident.ts'
import { severities } from '../../../shared/severity.ts'
import { type EvidenceProtocol, escalations } from '../../evidence-messages.ts'
import { type Guard, type GuardsOf, number, oneOf, shape, text } from '../guard.ts'
import { id } from './parts.ts'

/** Minutes east of UTC. */
const zone: Guard<number> = number(-840, 840)

export const evidenceGuards: GuardsOf<EvidenceProtocol> = {
  evidence: shape({ id }),
  draft: shape({ id }),
  previewDraft: shape({ id, zone }),
  sendDraft: shape({
    ...{ id, does: oneOf(escalations), zone, title: text(512), severity: oneOf(severities) },
    ...{ incidentSeverity: oneOf(incidentSeverities), target: text(64, target => /^[\w-]*$/.test(target)) },
  }),
  targets: shape({ kind: oneOf(['case', 'incident'] as const) }),
  dropDraft: shape({ id }),
}
