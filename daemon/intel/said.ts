import { intentions, type Match } from '../../shared/indicator.ts'
import type { Scope } from '../../shared/ip.ts'

/** A list that names private addresses is wrong about this network. Documentation addresses may match, so that demos and tests work. */
export const matchable: ReadonlySet<Scope> = new Set(['public', 'documentation'])

export const byIntention = (a: Match, b: Match) => intentions.indexOf(a.intention) - intentions.indexOf(b.intention)
