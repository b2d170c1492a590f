import { z } from 'zod'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { signalId } from '../signal-id.ts'

export const addNote = defineWorkflowAction({
  id: 'add_note',
  title: 'Write a note on a signal',
  needs: ['security_monitoring_signals_write'],
  parameters: z.strictObject({ text: z.string().min(1).max(10_000), signal_id: signalId }),
  inside({ text, signal_id: given }, { signal, addNote }) {
    const id = signal(given)
    return { signal_id: id, note_id: addNote(id, text) }
  },
})
