import { readIso } from '../../../shared/time.ts'
import type { KeyKind } from '../../access-messages.ts'

/** A key as it is chosen. `expiry` is days, `never`, or `on` the day in `until`. */
export interface NewKey {
  kind: KeyKind
  /** A user's id; empty: who makes it. */
  owner: string
  name: string
  /** All that its user may do. */
  whole: boolean
  scopes: string[]
  expiry: string
  until: string
}

export const expiries = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['on', 'On a day…'],
  ['never', 'Never'],
] as const

const day = 86_400_000

/** When it ends, ms UTC: null for never, undefined where that is no time to come. */
export function expiryOf({ expiry, until }: Pick<NewKey, 'expiry' | 'until'>, now: number): number | null | undefined {
  if (expiry === 'never') return null
  if (expiry !== 'on') return now + Number(expiry) * day
  // the whole day still counts, where whoever chose it is
  const begins = readIso(until, -new Date(now).getTimezoneOffset())
  return begins !== undefined && begins + day > now ? begins + day : undefined
}
