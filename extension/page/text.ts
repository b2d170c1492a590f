import { eachOther, findAddresses } from '../../shared/addresses.ts'
import { findSpans } from '../../shared/spans.ts'

/** An address, a block or a range in a run of texts that stand next to each other: `[which text, UTF-16 offset]` of its start and its end. */
export interface Place {
  value: string
  from: [text: number, offset: number]
  to: [text: number, offset: number]
}

/** The longest written address, with a zone; a join never has to look further than this to either side. */
export const reach = 64
/** How much text is searched in one go: little enough that much of a long text is passed by once most of its addresses are known. */
const stretch = 4_096

/** No address goes on behind it, and nothing before it says what stands behind. A text that has none for as long as `reach` may be cut in an address. */
const ends = /[\s"';,]/
const part = /[0-9a-f.:]/i
const divider = /[.:/]/
/** Behind an address, where its block begins. */
const blockBegins = /^\/\d/

/** Whether an address or a block may begin in `before` and go on in `after`. */
export const joins = (before: string, after: string): boolean =>
  before !== '' && after !== '' && part.test(before[before.length - 1]!) && (part.test(after[0]!) || blockBegins.test(after))

/** Cut a long text where no address can be: `[from, to]` pairs that cover it. */
export function* stretches(text: string, size = stretch): Generator<[from: number, to: number]> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + size)
    if (to < text.length) for (let back = 0; back < reach && !ends.test(text[to - 1]!); back++) to--
    yield [from, to]
    from = to
  }
}

/** The addresses of a text as they are written there, and where; all that are not known at least. Yields how much it has read after each stretch, so that it can be interrupted there. */
export function* eachWritten(
  text: string,
  known: ReadonlySet<string>,
  take: (written: string, at: number) => void,
  size = stretch,
): Generator<number, void> {
  for (const [start, end] of stretches(text, size)) {
    const part = start === 0 && end === text.length ? text : text.slice(start, end)
    eachOther(part, known, (from, to) => take(part.slice(from, to), start + from))
    yield part.length
  }
}

/** The addresses, blocks and ranges of one text, or of a part of it. */
export const placesIn = (text: string, from = 0, to = text.length): Place[] =>
  spansIn(from === 0 && to === text.length ? text : text.slice(from, to)).map(found => ({
    value: found.value,
    from: [0, from + found.from],
    to: [0, from + found.to],
  }))

const url = /:\]?\/\/[^\s"'<>`]*$/
const longestUrl = 2_048
const spansIn = (text: string) => findSpans(text, at => url.test(text.slice(Math.max(0, at - longestUrl), at)))

/** Add the addresses that begin in one text of the run and end in another, such as `203.0.` + `113.9`, to those found in each alone. */
export function joinPlaces(texts: readonly string[], alone: readonly (readonly Place[])[]): Place[] {
  // only the ends of the first and last text take part
  const skipped = Math.max(0, texts[0]!.length - reach)
  const parts = texts.map((text, i) => (i === 0 ? text.slice(skipped) : i === texts.length - 1 ? text.slice(0, reach) : text))
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, { length }) => sum + length, 0))
  const place = (offset: number, end: boolean): [number, number] => {
    const at = starts.findLastIndex(start => (end ? start < offset : start <= offset))
    return [at, offset - starts[at]! + (at === 0 ? skipped : 0)]
  }
  const touched = (boundary: number) =>
    alone[boundary]!.some(({ to }) => to[1] === texts[boundary]!.length) || alone[boundary + 1]!.some(({ from }) => from[1] === 0)
  const divided = (boundary: number) => divider.test(texts[boundary]!.at(-1)!) || divider.test(texts[boundary + 1]![0]!)

  const places = alone.flatMap((list, i) => list.map(({ value, from, to }): Place => ({ value, from: [i, from[1]], to: [i, to[1]] })))
  for (const found of spansIn(parts.join(''))) {
    const from = place(found.from, false)
    const to = place(found.to, true)
    if (from[0] === to[0]) continue
    // `1.2.3.4` + `5` are two columns more often than one address: what stands whole on its own side stays
    const boundaries = Array.from({ length: to[0] - from[0] }, (_, i) => from[0] + i)
    if (boundaries.some(boundary => touched(boundary) && !divided(boundary))) continue
    const inside = (other: Place) => before(from, other.to) && before(other.from, to)
    for (let i = places.length - 1; i >= 0; i--) if (inside(places[i]!)) places.splice(i, 1)
    places.push({ value: found.value, from, to })
  }
  return places.sort((a, b) => a.from[0] - b.from[0] || a.from[1] - b.from[1])
}

const before = (a: [number, number], b: [number, number]) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])

/** Addresses in what a person selected. Each once, in order. */
export const addressesIn = (text: string): string[] => [...new Set(findAddresses(text.slice(0, 10_000)).map(({ address }) => address))]
