import { defineListFormat } from '../../lib/kinds.ts'
import { uuidOf } from '../../lib/uuid.ts'
import { indicatorObject } from '../stix.ts'

/** A STIX 2.1 bundle of indicators. */
export const stix = defineListFormat({
  name: 'stix',
  contentType: 'application/stix+json;version=2.1',
  holds: { v4: true, v6: true, ranges: true, users: true },
  write: entries => JSON.stringify({ type: 'bundle', id: `bundle--${uuidOf('denylist')}`, objects: entries.map(indicatorObject) }),
})
