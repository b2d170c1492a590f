import { readSpan, tooWide } from '../../shared/span.ts'
import { prefixOf } from './guard.ts'

/** Why a range should not go on the passlist; `final`: no confirmation helps. */
export interface PassObjection {
  value: string
  message: string
  final?: true
}

/** What speaks against sparing so much at once: whatever is spared is not blocked, and makes no signals. */
export function passObjections(values: readonly string[], widest: { v4: number; v6: number }): PassObjection[] {
  return values.flatMap((value): PassObjection[] => {
    const span = readSpan(value)
    if (!span) return []
    if (tooWide(span) || value.endsWith('/0'))
      return [{ value, message: `${value} is too much of the internet to be spared: /8 is the widest for IPv4, /16 for IPv6`, final: true }]
    const limit = span.family === 4 ? widest.v4 : widest.v6
    return prefixOf(span) < limit ? [{ value, message: `${value} is wider than /${limit}` }] : []
  })
}
