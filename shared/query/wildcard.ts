import type { Piece } from './ast.ts'
import { cutsWord } from './text.ts'

/** What an end of a pattern without `*` needs: the end of the text, or a place that cuts no word; null where `*` stands. */
type Edge = 'text' | 'word' | null

/** Finds a part of a pattern at or after `from`, leftmost first: the offset after it, or -1. */
type Find = (text: string, from: number) => number

/**
 * Compile a pattern with `*` and `?`. `whole`: it is the text. `words`: it lies in the text, and an end without `*` cuts no word.
 * Between two `*` the leftmost place is always good enough, so nothing is tried twice: text × pattern / 32 steps at worst.
 */
export function compileWildcard(pieces: readonly Piece[], ends: 'whole' | 'words'): (text: string) => boolean {
  const edge: Edge = ends === 'whole' ? 'text' : 'word'
  const parts = splitAtStars(pieces)
  const literals = pieces.flatMap(piece => (typeof piece === 'string' ? [] : [piece.literal]))
  const longest = literals.reduce((best, literal) => (literal.length > best.length ? literal : best), '')
  const finds = parts.flatMap((part, index) => {
    const start = index === 0 ? edge : null
    const end = index === parts.length - 1 ? edge : null
    // the empty part of a `*` at an end asks for nothing
    return part.length === 0 && parts.length > 1 ? [] : [findPart(part, start, end)]
  })
  return text => {
    // cheap, and sorts out nearly every text
    if (!text.includes(longest)) return false
    let at = 0
    for (const find of finds) {
      at = find(text, at)
      if (at < 0) return false
    }
    return true
  }
}

function splitAtStars(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]]
  for (const piece of pieces) {
    if (piece === '*') parts.push([])
    else parts.at(-1)!.push(piece)
  }
  return parts
}

function findPart(part: readonly Piece[], start: Edge, end: Edge): Find {
  const [only] = part
  if (part.length === 1 && typeof only === 'object' && start !== 'word' && end !== 'word') return findLiteral(only.literal, start, end)
  const points = part.flatMap(piece => (typeof piece === 'string' ? [null] : Array.from(piece.literal, char => char.codePointAt(0)!)))
  return findPoints(points, start, end)
}

function findLiteral(literal: string, start: 'text' | null, end: 'text' | null): Find {
  if (start && end) return text => (text === literal ? text.length : -1)
  if (start) return text => (text.startsWith(literal) ? literal.length : -1)
  if (end) return (text, from) => (text.endsWith(literal) && text.length - literal.length >= from ? text.length : -1)
  return (text, from) => {
    const at = text.indexOf(literal, from)
    return at < 0 ? -1 : at + literal.length
  }
}

/**
 * Shift-and: bit i of `state` says that the first i + 1 points of the part end here. All places are tried at once, 31 bits a step, so
 * that a pattern such as `?a?a?a…b` costs no more on a text of its own making than on any other.
 */
function findPoints(points: readonly (number | null)[], start: Edge, end: Edge): Find {
  const size = Math.ceil(points.length / 31)
  const any = new Int32Array(size)
  const masks = new Map<number, Int32Array>()
  for (const [i, point] of points.entries()) {
    if (point === null) any[Math.floor(i / 31)]! |= 1 << (i % 31)
    else masks.set(point, new Int32Array(size))
  }
  for (const mask of masks.values()) mask.set(any)
  for (const [i, point] of points.entries()) if (point !== null) masks.get(point)![Math.floor(i / 31)]! |= 1 << (i % 31)
  const lastWord = Math.floor((points.length - 1) / 31)
  const lastBit = 1 << ((points.length - 1) % 31)

  const mayStart = (text: string, at: number) => (start === 'text' ? at === 0 : start !== 'word' || !cutsWord(text, at))
  const mayEnd = (text: string, at: number) => (end === 'text' ? at === text.length : end !== 'word' || !cutsWord(text, at))
  return (text, from) => {
    const state = new Int32Array(size)
    for (let at = from; at < text.length; ) {
      const point = text.codePointAt(at)!
      const mask = masks.get(point) ?? any
      let carry = mayStart(text, at) ? 1 : 0
      let alive = 0
      for (let w = 0; w < size; w++) {
        const bits = state[w]!
        alive |= state[w] = ((bits << 1) | carry) & 0x7fffffff & mask[w]!
        carry = (bits >>> 30) & 1
      }
      at += point > 0xffff ? 2 : 1
      if (state[lastWord]! & lastBit && mayEnd(text, at)) return at
      if (start === 'text' && !alive) return -1
    }
    return -1
  }
}
