import { elementAt, elementAtIn, shadowOf } from './natives.ts'

/** The innermost element at a point of the viewport, looked up through open shadow roots. */
export function deepElementAt(page: Document, x: number, y: number): Element | null {
  let element = elementAt(page, x, y)
  for (let shadow = element && shadowOf(element); shadow; shadow = element && shadowOf(element)) {
    const inner = elementAtIn(shadow, x, y)
    if (!inner || inner === element) break
    element = inner
  }
  return element
}

/** The elements that stand on screen now, found at a few points of it: they are read first. */
export function elementsOnScreen(page: Document): Element[] {
  const found = new Set<Element>()
  for (let row = 0; row < 24; row++)
    for (const column of [0.05, 0.35, 0.7]) {
      const element = deepElementAt(page, innerWidth * column, (innerHeight * (row + 0.5)) / 24)
      // an element that covers most of the page is no row of it
      if (element && element.scrollHeight <= innerHeight) found.add(element)
    }
  return [...found]
}
