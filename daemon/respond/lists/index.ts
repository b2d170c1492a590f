import type { ListFormat } from '../../lib/kinds.ts'
import { haproxy } from './haproxy.ts'
import { hostsDeny } from './hosts-deny.ts'
import { nftables } from './nftables.ts'
import { nginx } from './nginx.ts'
import { plain } from './plain.ts'
import { rulesData } from './rules-data.ts'
import { stix } from './stix.ts'
import { users } from './users.ts'

/** The forms in which the denylist can be fetched. A new one is a file and a line here. */
export const listFormats: readonly ListFormat[] = [plain, nginx, haproxy, nftables, hostsDeny, rulesData, stix, users]
