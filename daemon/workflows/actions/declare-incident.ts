import { z } from 'zod'
import { incidentSeverities } from '../../../shared/incident.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { signalId } from '../signal-id.ts'

/** From the signal of the run and, where one is named, from a case, which an earlier step may have made. */
export const declareIncident = defineWorkflowAction({
  id: 'declare_incident',
  title: 'Declare an incident',
  needs: ['incident_write', 'cases_write', 'security_monitoring_signals_write'],
  user: 'commander',
  parameters: z.strictObject({
    title: z.string().trim().min(1).max(1024),
    severity: z.enum(incidentSeverities).default('UNKNOWN'),
    customer_impacted: z.boolean().default(false),
    customer_impact_scope: z.string().max(8192).default(''),
    commander: z.string().min(1).max(256).optional(),
    // by id or key
    case: z.string().min(1).max(128).optional(),
    signal_id: signalId,
  }),
  inside: ({ signal_id: signal, ...wanted }, { declareIncident }) => declareIncident({ ...wanted, signal }),
})
