import { z } from 'zod'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { signalId } from '../signal-id.ts'

export const assign = defineWorkflowAction({
  id: 'assign',
  title: 'Assign a signal',
  needs: ['security_monitoring_signals_write'],
  user: 'assignee',
  // '' is nobody
  parameters: z.strictObject({ assignee: z.string().max(256), signal_id: signalId }),
  inside({ assignee, signal_id: given }, { signal, assign }) {
    const id = signal(given)
    return { signal_id: id, ...assign(id, assignee) }
  },
})
