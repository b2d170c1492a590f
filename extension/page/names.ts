import type { NameType } from '../../shared/indicator.ts'
import { findNames } from '../../shared/names.ts'
import { toPlain } from '../../shared/refang.ts'
import { isOneLine, longestRun, portion, type Spot, unchanged } from './runs.ts'
import type { Seen } from './visible.ts'

/** Of more different ones near the screen only the first are looked up. */
export const mostNames = 1_000
/** What may go on in the next text: the longest URL. */
const longest = 2_048

interface Piece {
  text: Text
  data: string
  from: number
}

/**
 * Domains, URLs, mail addresses, hashes and CVEs of these kinds in texts in the order of the page, for each text what begins in it. Whatever may be
 * one is given, one in another and one beside it: what is unknown is not marked. Into `distinct` goes each, `mostNames` at most. A little at a time; a text that changes meanwhile is left out.
 */
export function* findNameSpots(
  page: Document,
  seen: readonly Seen[],
  wanted: ReadonlySet<NameType>,
  distinct: Set<string>,
): Generator<undefined, Map<Text, Spot[]>> {
  const found = new Map<Text, Spot[]>()
  const read = new Map<Text, string>()
  let left = { ...portion }
  let run: Piece[] = []

  function take(value: string, texts: Spot['texts'], from: number, to: number) {
    if (distinct.size >= mostNames && !distinct.has(value)) return
    distinct.add(value)
    found.get(texts[0])!.push({ value, texts, from, to, name: true })
  }
  function end() {
    if (run.length > 1) {
      const starts: number[] = []
      let length = 0
      for (const { data } of run) {
        starts.push(length)
        length += data.length
      }
      eachName(run.map(({ data }) => data).join(''), wanted, (value, from, to) => {
        const first = starts.findLastIndex(start => start <= from)
        const last = starts.findLastIndex(start => start < to)
        if (first === last) return
        const texts = run.slice(first, last + 1).map(({ text }) => text) as unknown as Spot['texts']
        take(value, texts, run[first]!.from + from - starts[first]!, run[last]!.from + to - starts[last]!)
      })
    }
    run = []
  }
  for (const { text, from, to } of seen) {
    left.characters -= to - from
    if (--left.texts < 0 || left.characters < 0) {
      left = { ...portion }
      yield
    }
    read.set(text, text.data)
    const data = text.data.slice(from, to)
    const last = run.at(-1)
    if (last && !(run.length < longestRun && goesOn(last.data, data) && isOneLine(page, last.text, text))) end()
    found.set(text, [])
    eachName(data, wanted, (value, start, end) => take(value, [text], from + start, from + end))
    run.push({ text, data, from })
  }
  end()
  return unchanged(found, read)
}

const goesOn = (before: string, after: string) =>
  before.length <= longest && after.length <= longest && /[^\s"'<>`|]$/.test(before) && /^[^\s"'<>`|]/.test(after)

function eachName(given: string, wanted: ReadonlySet<NameType>, take: (name: string, from: number, to: number) => void): void {
  const { text, place } = toPlain(given)
  findNames(text, (_, name, from, to) => take(name, place(from), place(to)), wanted)
}
