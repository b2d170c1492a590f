import type { Indicator } from '../../../shared/indicator.ts'
import { readObservable } from '../../../shared/observable.ts'
import { defineFeedFormat } from '../../lib/kinds.ts'
import { linesOf, listText, quoted, tally } from './text.ts'

// The line of a hosts file that names a host which is to lead nowhere.
const sink = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(?=\S+$)/
const own = new Set(['localhost', 'localhost.localdomain', 'local', 'broadcasthost', 'ip6-localhost', 'ip6-loopback', '0.0.0.0'])

function entryOf(line: string): Indicator | undefined {
  const value = line.replace(sink, '')
  const read = readObservable(value)
  return read && (read.type === 'ip' ? { value } : { value: read.name, type: read.type })
}

/** One domain, URL, hash or address a line, or the lines of a hosts file; `#` begins a comment where a word would. */
export const list = defineFeedFormat({
  name: 'list',
  *read({ text }, skip) {
    const count = tally('list', skip)
    let number = 0
    for (const raw of linesOf(listText(text()))) {
      number++
      const line = raw.replace(/(?:^|\s)[#;].*$/, '').trim()
      if (line === '' || own.has(line.replace(sink, ''))) continue
      const entry = entryOf(line)
      if (entry) {
        count.good()
        yield entry
      } else count.bad(number, `${quoted(line)} is not a domain, a URL, a hash or an address`)
    }
    count.close()
  },
})
