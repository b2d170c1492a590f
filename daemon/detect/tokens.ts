import type { Doc } from '../../shared/log.ts'
import type { Field } from '../../shared/query/ast.ts'
import { valuesAt } from '../../shared/query/match.ts'
import { fingerprint } from './fingerprint.ts'

/** Of a text longer than this only the start is cut into words. */
const maxLength = 4096
/** Words that are kept of one log: up to that many a comparison is exact, above it is an estimate. */
const kept = 64

const words = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * The words (Unicode text segmentation, UAX 29) in the values of some fields as numbers, smallest first, each once. Of more than 64 the
 * smallest 64: which they are is chance, but the same for every log, so that two such lists compare as the whole sets would (MinHash).
 */
export function tokensOf(doc: Doc, fields: readonly Field[]): number[] {
  const found = new Set<number>()
  for (const field of fields)
    for (const value of valuesAt(doc, field)) {
      const text = String(value)
      for (const { segment, isWordLike } of words.segment(text.slice(0, maxLength))) if (isWordLike) found.add(fingerprint(segment))
    }
  return [...found].sort((a, b) => a - b).slice(0, kept)
}

/** Jaccard similarity of two such lists, 0 to 1: what they share of all that is in either. */
export function similarity(a: readonly number[], b: readonly number[]): number {
  const whole = a.length < kept && b.length < kept ? Number.POSITIVE_INFINITY : kept
  let all = 0
  let both = 0
  for (let i = 0, j = 0; (i < a.length || j < b.length) && all < whole; all++) {
    if (i < a.length && a[i] === b[j]) {
      both++
      i++
      j++
    } else if (j >= b.length || (i < a.length && a[i]! < b[j]!)) i++
    else j++
  }
  return all === 0 ? 1 : both / all
}
