import type { FeedFormat } from '../../lib/kinds.ts'
import { csv } from './csv.ts'
import { json } from './json.ts'
import { list } from './list.ts'
import { misp } from './misp.ts'
import { mispWarninglist } from './misp-warninglist.ts'
import { mmdb } from './mmdb.ts'
import { netset } from './netset.ts'
import { stix } from './stix.ts'

/** Every way a feed may be written. */
export const feedFormats: readonly FeedFormat[] = [netset, csv, list, json, stix, misp, mispWarninglist, mmdb]
