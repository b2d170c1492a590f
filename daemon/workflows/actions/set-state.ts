import { z } from 'zod'
import { archiveReasons, states } from '../../../shared/triage.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { signalId } from '../signal-id.ts'

export const setState = defineWorkflowAction({
  id: 'set_state',
  title: 'Set the state of a signal',
  needs: ['security_monitoring_signals_write'],
  parameters: z.strictObject({
    state: z.enum(states),
    archive_reason: z.enum(archiveReasons).optional(),
    archive_comment: z.string().max(4096).optional(),
    signal_id: signalId,
  }),
  inside({ state, archive_reason: reason, archive_comment: comment, signal_id: given }, { signal, setState }) {
    const id = signal(given)
    return { signal_id: id, state, change_id: setState(id, state, reason, comment) }
  },
})
