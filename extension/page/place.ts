export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}
export interface Size {
  width: number
  height: number
}
/** In pixels of the viewport. A card above its address hangs from it by `bottom`, counted from the lower edge of the screen. */
export type Place = { left: number; maxHeight: number } & ({ top: number } | { bottom: number })

/** Between card and address, and between card and the edge of the screen. */
const gap = 12
const edge = 8

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/** Where a card opens: right of the address, else left of it, else below or above; always on screen. `card.height` is the room that it should have. */
export function placeCard(word: Box, card: Size, screen: Size): Place {
  // what is scrolled half out of sight counts as far as it shows
  const x = (at: number) => clamp(at, 0, screen.width)
  const y = (at: number) => clamp(at, 0, screen.height)
  const anchor: Box = { left: x(word.left), top: y(word.top), right: x(word.right), bottom: y(word.bottom) }
  const top = clamp(anchor.top - 2 * edge, edge, Math.max(edge, screen.height - edge - card.height))
  const beside = { top, maxHeight: screen.height - edge - top }
  const right = anchor.right + gap
  if (right + card.width <= screen.width - edge) return { left: right, ...beside }
  const left = anchor.left - gap - card.width
  if (left >= edge) return { left, ...beside }
  const column = clamp(anchor.left, edge, Math.max(edge, screen.width - edge - card.width))
  const under = screen.height - 2 * edge - anchor.bottom
  const over = anchor.top - 2 * edge
  // neither has room: then it lies over the address rather than off the screen
  if (Math.max(under, over) < 160) return { left: column, top: edge, maxHeight: screen.height - 2 * edge }
  if (under >= Math.min(card.height, over)) return { left: column, top: anchor.bottom + edge, maxHeight: under }
  return { left: column, bottom: screen.height - anchor.top + edge, maxHeight: over }
}

export const overlap = (a: Box, b: Box): boolean => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top

/** Where a card of this size lies that is wanted at a place: as near to it as leaves all of it on the screen. */
export const keepOn = (wanted: { left: number; top: number }, card: Size, screen: Size) => ({
  left: clamp(wanted.left, edge, Math.max(edge, screen.width - edge - card.width)),
  top: clamp(wanted.top, edge, Math.max(edge, screen.height - edge - card.height)),
  maxHeight: screen.height - 2 * edge,
})

const cross = (ax: number, ay: number, bx: number, by: number, x: number, y: number) => (bx - ax) * (y - ay) - (by - ay) * (x - ax)

/** Whether a pointer that left the address at `from` is still on its way to the card: inside the triangle that they span. */
export function onTheWay(from: { x: number; y: number }, to: Box, at: { x: number; y: number }): boolean {
  const column = to.left <= from.x && from.x <= to.right
  const x = from.x < to.left ? to.left : to.right
  const y = from.y < to.top ? to.top : to.bottom
  const [ax, ay, bx, by] = column ? [to.left, y, to.right, y] : [x, to.top, x, to.bottom]
  const sides = [cross(from.x, from.y, ax, ay, at.x, at.y), cross(ax, ay, bx, by, at.x, at.y), cross(bx, by, from.x, from.y, at.x, at.y)]
  return sides.every(side => side >= 0) || sides.every(side => side <= 0)
}
