import { z } from 'zod'
import { casePriorities, defaultProject, longestCaseText, longestTitle } from '../../../shared/case.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { signalId } from '../signal-id.ts'

/** A security case, as people make it from a signal: the signal goes under review with it. */
export const createCase = defineWorkflowAction({
  id: 'create_case',
  title: 'Create a case',
  needs: ['cases_write', 'security_monitoring_signals_write'],
  user: 'assignee',
  parameters: z.strictObject({
    title: z.string().trim().min(1).max(longestTitle),
    description: z.string().max(longestCaseText).default(''),
    priority: z.enum(casePriorities).default('NOT_DEFINED'),
    project: z.string().min(1).max(128).default(defaultProject.key),
    assignee: z.string().min(1).max(256).optional(),
    signal_id: signalId,
  }),
  inside: ({ signal_id: signal, ...wanted }, { createCase }) => createCase({ ...wanted, signal }),
})
