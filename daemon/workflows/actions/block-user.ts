import { z } from 'zod'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { blocked, blockFor, reason, toBlock } from '../blocking.ts'

export const blockUser = defineWorkflowAction({
  id: 'block_user',
  title: 'Block users',
  needs: ['appsec_protect_write'],
  parameters: z.strictObject({ user: blocked('user'), duration: blockFor.default('1h'), reason }),
  blocks: ({ user, duration }) => toBlock('user', user, duration),
  inside: ({ user, duration, reason = '' }, { block }) => block(toBlock('user', user, duration), reason),
})
