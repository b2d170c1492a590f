import { z } from 'zod'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { blocked, blockFor, reason, toBlock } from '../blocking.ts'

export const blockIp = defineWorkflowAction({
  id: 'block_ip',
  title: 'Block addresses or CIDR blocks',
  needs: ['appsec_protect_write'],
  parameters: z.strictObject({ ip: blocked('ip'), duration: blockFor.default('1h'), reason }),
  blocks: ({ ip, duration }) => toBlock('ip', ip, duration),
  inside: ({ ip, duration, reason = '' }, { block }) => block(toBlock('ip', ip, duration), reason),
})
