import fc from 'fast-check'
import type { Address } from '../../shared/ip.ts'
import { compareWords, type Span } from '../../shared/span.ts'

// Few different words, at the edges, so that ranges nest, overlap, touch and repeat
const word = fc.oneof(fc.constantFrom(0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff), fc.integer({ min: 0, max: 40 }))
/** Any of a few addresses. */
export const address: fc.Arbitrary<Address> = fc.oneof(
  word.map((d): Address => ({ family: 4, words: [0, 0, 0xffff, d] })),
  fc
    .tuple(fc.constantFrom(0x20010db8, 0x20010db9), word, fc.constantFrom(0, 0xffffffff), word)
    .map((words): Address => ({ family: 6, words })),
)
/** A run between two of them. */
export const span: fc.Arbitrary<Span> = fc
  .tuple(address, address)
  .filter(([a, b]) => a.family === b.family)
  .map(([a, b]) =>
    compareWords(a.words, b.words) <= 0
      ? { family: a.family, from: a.words, to: b.words }
      : { family: a.family, from: b.words, to: a.words },
  )
