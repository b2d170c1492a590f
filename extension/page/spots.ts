import type { Spot } from './scan.ts'

/** A range for drawing: it costs the page nothing when its tree changes. Undefined where the text has changed meanwhile. */
export function rangeOf({ texts, from, to }: Spot): StaticRange | undefined {
  const end = texts.at(-1)!
  if (from > texts[0].length || to > end.length) return undefined
  return new StaticRange({ startContainer: texts[0], startOffset: from, endContainer: end, endOffset: to })
}

/** The rectangles in which it is shown, in pixels of the viewport; none where it is hidden or gone. */
export function rectsOf({ texts, from, to }: Spot): DOMRect[] {
  const end = texts.at(-1)!
  if (!texts[0].isConnected || !end.isConnected || from > texts[0].length || to > end.length) return []
  const range = new Range()
  range.setStart(texts[0], from)
  range.setEnd(end, to)
  return [...range.getClientRects()]
}

/** Of many addresses in the order of a long text, those near a screen of this height: `[first, behind the last]`. */
export function nearScreen<T>(
  items: readonly T[],
  height: number,
  edges: (item: T) => { top: number; bottom: number } | undefined,
): [number, number] {
  const search = (isBefore: (edge: { top: number; bottom: number }) => boolean) => {
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      const edge = edges(items[middle]!)
      if (edge && isBefore(edge)) low = middle + 1
      else high = middle
    }
    return low
  }
  return [search(({ bottom }) => bottom < -height / 2), search(({ top }) => top <= height * 1.5)]
}
