import type { FeedFormat } from '../../lib/kinds.ts'
import { csv } from './csv.ts'
import { netset } from './netset.ts'

/** Every way a feed may be written. */
export const feedFormats: readonly FeedFormat[] = [netset, csv]
