import type { Enforcer } from '../../lib/kinds.ts'
import { awsWaf } from './aws-waf.ts'

/** Who is told what is blocked. A new one is a file and a line here. */
export const enforcers: readonly Enforcer[] = [awsWaf]
