import type { Spot } from './runs.ts'

/** Whether its texts still are there, and as long as they were. */
const isCurrent = ({ texts, from, to }: Spot): boolean => {
  const end = texts.at(-1)!
  return from <= texts[0].length && to <= end.length && texts[0].isConnected && end.isConnected
}

/** A range for drawing: it costs the page nothing when its tree changes. Undefined where the text has changed meanwhile. */
export const rangeOf = (spot: Spot): StaticRange | undefined =>
  isCurrent(spot)
    ? new StaticRange({ startContainer: spot.texts[0], startOffset: spot.from, endContainer: spot.texts.at(-1)!, endOffset: spot.to })
    : undefined

/** The rectangles in which it is shown, in pixels of the viewport; none where it is hidden or gone. */
export function rectsOf(spot: Spot): DOMRect[] {
  if (!isCurrent(spot)) return []
  const range = new Range()
  range.setStart(spot.texts[0], spot.from)
  range.setEnd(spot.texts.at(-1)!, spot.to)
  return [...range.getClientRects()]
}
