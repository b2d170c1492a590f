import { z } from 'zod'
import { severities } from '../../../shared/severity.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'

/** By the channels of notification rules, and as safely: it waits in the outbox from the moment at which the step is done. */
export const notify = defineWorkflowAction({
  id: 'notify',
  title: 'Tell people or systems',
  needs: ['security_monitoring_notification_profiles_write'],
  targets: 'targets',
  parameters: z.strictObject({
    targets: z.array(z.string().max(320)).min(1, 'must name somebody to tell').max(50),
    title: z.string().trim().min(1).max(1000),
    message: z.string().max(16_384).default(''),
    // left out, that of the signal
    severity: z.enum(severities).optional(),
  }),
  inside: (wanted, { notify }) => notify(wanted),
})
