import { z } from 'zod'
import { type BlockKind, normaliseBlocked } from '../../shared/denylist.ts'
import { parseDuration } from '../../shared/time.ts'
import type { StepBlocks } from '../lib/kinds.ts'
import { duration } from './duration.ts'

const forms: Record<BlockKind, string> = { ip: 'must be an address or a CIDR block', user: 'must be a user’s name' }

/** One value or several of a kind, in their one form. */
export const blocked = (kind: BlockKind) =>
  z.preprocess(
    value => (Array.isArray(value) ? value : [value]),
    z
      .array(
        z.string().transform((text, ctx) => {
          const value = normaliseBlocked(kind, text)
          if (value === undefined) ctx.addIssue({ code: 'custom', message: forms[kind] })
          return value ?? z.NEVER
        }),
      )
      .min(1)
      .max(50),
  )
export const blockFor = z.union([z.literal('permanent'), duration('1m', '365d')], {
  error: 'must be permanent, or a duration from 1m to 365d, such as 1h',
})
export const reason = z.string().max(4096).optional()

export const toBlock = (kind: BlockKind, values: readonly string[], duration: string): StepBlocks => ({
  ...{ kind, values },
  duration: duration === 'permanent' ? null : parseDuration(duration),
})
