import { z } from 'zod'
import { parseDuration } from '../../../shared/time.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { duration } from '../duration.ts'

export const wait = defineWorkflowAction({
  id: 'wait',
  title: 'Wait',
  needs: [],
  parameters: z.strictObject({ duration: duration('1s', '24h') }),
  wait: ({ duration }) => parseDuration(duration),
})
