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
