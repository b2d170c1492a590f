import { z } from 'zod'
import { parseDuration } from '../../../shared/time.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { duration } from '../duration.ts'

export const runCommand = defineWorkflowAction({
  id: 'run_command',
  title: 'Run a command of the folder for commands',
  // whoever may do this may do anything on this machine
  needs: ['org_management'],
  parameters: z.strictObject({
    command: z.string().min(1).max(1024),
    arguments: z.array(z.string().max(8192)).max(100).default([]),
    timeout: duration('1s', '10m').default('1m'),
  }),
  outside: ({ command, arguments: args, timeout }, { runCommand }) => runCommand(command, args, parseDuration(timeout)),
})
