import type { Indicator } from '../../../shared/indicator.ts'
import { printAddress } from '../../../shared/ip.ts'
import { printSpan } from '../../../shared/span.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { flagsOf, privacyIn } from '../mmdb/privacy.ts'
import { holdsPlaces, networksOf, openMmdb, recordOf } from '../mmdb/tree.ts'
import { refuseFeed } from './text.ts'

/** A database of places says in its first records that it is one; the millions that follow need not be looked at. */
const enough = 1000

/** A MaxMind DB: networks that hide (Tor, VPN, proxies, hosting) are entries; a database of countries, cities or systems has none of them. */
export const mmdb = defineFeedFormat({
  name: 'mmdb',
  *read({ bytes }) {
    const reader = openMmdb(bytes)
    const places = holdsPlaces(reader, bytes)
    // by record: thousands of networks share one
    const known = new Map<number, Omit<Indicator, 'value'> | undefined>()
    let entries = 0
    for (const { span, record } of networksOf(reader, bytes)) {
      if (!known.has(record)) {
        if (entries === 0 && places && known.size >= enough) return
        known.set(record, wordsOf(recordOf(reader, printAddress({ family: span.family, words: span.from })), reader.metadata.databaseType))
      }
      const words = known.get(record)
      if (!words) continue
      entries++
      yield { value: printSpan(span), ...words }
    }
    if (entries === 0 && !places)
      throw refuseFeed(
        'feed_empty',
        `The database ${JSON.stringify(reader.metadata.databaseType)} says neither who hides nor where addresses are.`,
      )
  },
})

function wordsOf(data: unknown, databaseType: string): Omit<Indicator, 'value'> | undefined {
  const privacy = privacyIn(data, databaseType)
  if (!privacy) return undefined
  const { category, subcategory, provider } = privacy
  const flags = flagsOf(data).join(', ')
  return {
    category,
    ...(subcategory !== undefined && { subcategory }),
    additional_data: { ...(flags !== '' && { flags }), ...(provider !== undefined && { provider }) },
  }
}
