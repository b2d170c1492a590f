import { z } from 'zod'
import { parseDuration } from '../../shared/time.ts'

/** A duration as people write it, between two such. */
export const duration = (least: string, most: string) =>
  z
    .string()
    .max(32)
    .refine(text => {
      try {
        const ms = parseDuration(text)
        return ms >= parseDuration(least) && ms <= parseDuration(most)
      } catch {
        return false
      }
    }, `must be a duration from ${least} to ${most}, such as 15m`)
