import type { Indicator } from '../../../shared/indicator.ts'
import { isObject } from '../../../shared/json.ts'
import { readObservable } from '../../../shared/observable.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { jsonValues, textIn } from './json-text.ts'
import { quoted, refuseFeed, tally } from './text.ts'

function entryOf(value: string, type: string): Indicator | undefined {
  const read = type === 'cidr' ? readObservable(value, 'ip') : type === 'hostname' ? readObservable(value, 'domain') : readObservable(value)
  if (!read) return undefined
  if (read.type === 'ip') return { value }
  // a list of strings means each as it is written
  return { value: read.name, type: read.type, ...(type === 'string' && read.type === 'domain' && { exact: true as const }) }
}

/** A `list.json` of MISP's warning lists: values that are known to be good, or to be everywhere. Expressions and parts of words are left out. */
export const mispWarninglist = defineFeedFormat({
  name: 'misp-warninglist',
  knownGood: true,
  *read({ text }, skip) {
    const [[, value] = ['', null]] = jsonValues(text())
    if (!isObject(value) || !Array.isArray(value['list']))
      throw refuseFeed('feed_invalid', 'The feed is no MISP warning list: it has no member list.')
    const type = textIn(value['type']) ?? 'string'
    if (type !== 'cidr' && type !== 'hostname' && type !== 'string')
      throw refuseFeed(
        'feed_invalid',
        `The warning list is of the type ${quoted(type)}, which is not matched: cidr, hostname or string is.`,
      )
    const count = tally('misp-warninglist', skip)
    for (const [i, item] of value['list'].entries()) {
      const entry = typeof item === 'string' ? entryOf(item.trim(), type) : undefined
      if (entry) {
        count.good()
        yield entry
      } else count.bad(`entry ${i + 1}`, `${quoted(String(item))} is not a value that is matched`)
    }
    count.close()
  },
})
