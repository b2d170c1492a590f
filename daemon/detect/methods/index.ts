import type { Method } from '../../lib/kinds.ts'
import { threshold } from './threshold.ts'

/** Detection methods that are evaluated; a rule may be stored with any of the wire's names. */
export const methods: Method[] = [threshold]
