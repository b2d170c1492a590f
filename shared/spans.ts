import { eachAddress, readWritten } from './addresses.ts'
import { refang } from './refang.ts'
import { printSpan, readSpan, tooWide } from './span.ts'

/** An address, a block or a range in running text, in its one form, and where it stands, as UTF-16 offsets. */
export interface FoundSpan {
  value: string
  from: number
  to: number
}

const blockLength = /^\/\d{1,3}(?![\w/]|\.\d)/

/** The addresses of a text, and the blocks and ranges that they begin, in order; not in a URL, where a slash begins a path. */
export function findSpans(text: string, isInUrl: (at: number) => boolean): FoundSpan[] {
  const places: [from: number, to: number][] = []
  eachAddress(text, (from, to) => void places.push([from, to]))
  places.sort(([a], [b]) => a - b)
  const found: FoundSpan[] = []
  for (let i = 0; i < places.length; i++) {
    const [from, to] = places[i]!
    const more = spanAt(text, from, to, places[i + 1])
    if (more && !isInUrl(from)) {
      found.push({ value: printSpan(more.span), from, to: more.to })
      if (more.to === places[i + 1]?.[1]) i++
    } else found.push({ value: readWritten(text.slice(from, to))!, from, to })
  }
  return found
}

/** The block or range that an address begins; `next` is where the address behind it stands. */
function spanAt(text: string, from: number, to: number, next: [from: number, to: number] | undefined) {
  if (text[to] === '/') {
    const length = blockLength.exec(text.slice(to, to + 6))?.[0].length ?? 0
    const span = length > 0 ? readSpan(refang(text.slice(from, to + length))) : undefined
    return span && { span, to: to + length }
  }
  if (next?.[0] !== to + 1 || !'-\u2013'.includes(text[to]!)) return undefined
  const span = readSpan(refang(`${text.slice(from, to)}-${text.slice(...next)}`))
  // a wider one is two addresses in a row
  return span && !tooWide(span) ? { span, to: next[1] } : undefined
}
