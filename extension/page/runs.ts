import { blockOf, inline } from './lines.ts'
import { createWalker, nameOf } from './natives.ts'
import { joinPlaces, joins, type Place, placesIn } from './text.ts'
import type { Seen } from './visible.ts'

/** A value on the page: from an offset in the first of its texts to an offset in the last. Mostly there is one text. */
export interface Spot {
  value: string
  /** It is no address. */
  name?: true
  texts: readonly [Text, ...Text[]]
  from: number
  to: number
}

/** The most texts that one value may be spread over. */
export const longestRun = 32

/** So much is searched before somebody else may have a turn: well under 1 ms. */
export const portion = { characters: 16_384, texts: 32 }

/** Addresses, blocks and ranges in texts in the order of the page: for each text what begins in it. One may go on in the next text of the same line. */
export const findSpots = (page: Document, seen: readonly Seen[]): Map<Text, Spot[]> => atOnce(findSpotsSlowly(page, seen))
/** What some work comes to, without a pause. */
export function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
/** The same a little at a time. A text that changes meanwhile is left out. */
export function* findSpotsSlowly(page: Document, seen: readonly Seen[]): Generator<undefined, Map<Text, Spot[]>> {
  const read = new Map<Text, string>()
  let left = { ...portion }
  const found = new Map<Text, Spot[]>()
  let run: { text: Text; data: string; places: Place[] }[] = []

  function end() {
    const texts = run.map(({ text }) => text)
    const places =
      run.length > 1
        ? joinPlaces(
            run.map(({ data }) => data),
            run.map(({ places }) => places),
          )
        : (run[0]?.places ?? [])
    for (const { value, from, to } of places) {
      const spot: Spot = { value, texts: texts.slice(from[0], to[0] + 1) as [Text, ...Text[]], from: from[1], to: to[1] }
      found.get(spot.texts[0])!.push(spot)
    }
    run = []
  }
  for (const { text, from, to } of seen) {
    left.characters -= to - from
    if (--left.texts < 0 || left.characters < 0) {
      left = { ...portion }
      yield
    }
    const { data } = text
    read.set(text, data)
    const last = run.at(-1)
    if (last && !(run.length < longestRun && joins(last.data, data) && isOneLine(page, last.text, text))) end()
    found.set(text, [])
    run.push({ text, data, places: placesIn(data, from, to) })
  }
  end()
  return unchanged(found, read)
}

/** What is found, without the texts that are no longer as they were read, or go on in one that is not. */
export function unchanged(found: Map<Text, Spot[]>, read: ReadonlyMap<Text, string>): Map<Text, Spot[]> {
  const changed = new Set([...read].filter(([text, data]) => text.data !== data).map(([text]) => text))
  if (changed.size > 0)
    for (const [text, spots] of found) if ([text, ...spots.flatMap(({ texts }) => texts)].some(of => changed.has(of))) found.delete(text)
  return found
}

/** Whether nothing between two texts ends the line. */
export function isOneLine(page: Document, a: Text, b: Text): boolean {
  const block = blockOf(a)
  if (block === null || block !== blockOf(b)) return false
  const walker = createWalker(page, block, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  walker.currentNode = a
  for (let node = walker.nextNode(); node && node !== b; node = walker.nextNode())
    if (node instanceof Text ? node.length > 0 : !inline.has(nameOf(node as Element))) return false
  return true
}

/** The texts in a tree, without those in its shadow trees. */
export function textsIn(page: Document, root: Node, most: number): Seen[] {
  const walker = createWalker(page, root, NodeFilter.SHOW_TEXT)
  const texts: Seen[] = []
  for (let node: Node | null = root instanceof Text ? root : walker.nextNode(); node && texts.length < most; node = walker.nextNode())
    if (node instanceof Text) texts.push({ text: node, from: 0, to: node.length })
  return texts
}
