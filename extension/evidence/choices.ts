import type { Permission } from '../../shared/permissions.ts'
import type { Draft, Escalation } from '../evidence-messages.ts'

/** What can be made of lines: what its button says, what it does, and what it takes beyond keeping. */
export const choices: Readonly<Record<Escalation, { label: string; button: string; says: string; needs: readonly Permission[] }>> = {
  keep: { label: 'Keep logs', button: 'Keep logs', says: 'The text is kept as evidence, and its lines as logs.', needs: [] },
  signal: {
    label: 'Create signal',
    button: 'Create signal',
    says: 'The lines are kept, and an open signal has their logs as its samples.',
    needs: [],
  },
  case: {
    label: 'Add to case',
    button: 'Create case',
    says: 'The lines are kept, and a case names them as evidence.',
    needs: ['cases_write'],
  },
  incident: {
    label: 'Declare incident',
    button: 'Declare incident',
    says: 'The lines are kept, and the incident’s timeline names them as evidence. You are its commander.',
    needs: ['incident_write'],
  },
}

export const isDone = ({ kept, made }: Draft, does: Escalation): boolean => (does === 'keep' ? kept !== null : made[does] !== undefined)
