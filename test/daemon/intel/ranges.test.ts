import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { rangeBuilder } from '../../../daemon/intel/range-builder.ts'
import { openRanges } from '../../../daemon/intel/ranges.ts'
import { type Address, readAddress } from '../../../shared/ip.ts'
import { compareWords, printSpan, readSpan, type Span } from '../../../shared/span.ts'
import { address, span } from '../../shared/random-span.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

function tableOf(spans: readonly Span[]) {
  const builder = rangeBuilder()
  spans.forEach((span, i) => {
    builder.add(span, i)
  })
  return openRanges(builder.close())
}

/** What a table must answer: of ranges given twice, the first. */
function naive(spans: readonly Span[]) {
  const seen = new Set<string>()
  const first = spans.map(span => {
    const key = JSON.stringify(span)
    return !seen.has(key) && seen.add(key)
  })
  return ({ family, words }: Address) =>
    spans.flatMap((span, i) =>
      first[i] && span.family === family && compareWords(span.from, words) <= 0 && compareWords(words, span.to) <= 0 ? [i] : [],
    )
}

describe('a range table', () => {
  test('answers as a look at every range does', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 40 }), fc.array(address, { minLength: 1, maxLength: 20 }), (spans, others) => {
        const table = tableOf(spans)
        const covering = naive(spans)
        const edges = spans.flatMap(({ family, from, to }): Address[] => [
          { family, words: from },
          { family, words: to },
        ])
        const addresses = [...others, ...edges]
        const found = addresses.map(table.find)
        // one comparison for all, since expect costs more than the look-ups
        expect(found.map(ranges => ranges.map(table.valueOf).sort((a, b) => a - b))).toEqual(addresses.map(covering))
        expect(found.flat().map(table.spanOf)).toEqual(found.flat().map(range => spans[table.valueOf(range)]))
        expect(Math.max(...found.map(ranges => ranges.length))).toBeLessThanOrEqual(table.deepest)
      }),
      { numRuns: 2000 },
    )
  })

  test('of ranges that nest and begin alike all over, as a look at every range does', () => {
    // every word counts: starts share any number of words with others
    const word = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff)
    const words = fc.tuple(word, word, word, word)
    const six = fc.tuple(words, words).map(([a, b]): Span => {
      const [from, to] = compareWords(a, b) <= 0 ? [a, b] : [b, a]
      return { family: 6, from, to }
    })
    fc.assert(
      fc.property(fc.array(six, { minLength: 1, maxLength: 30 }), fc.array(words, { maxLength: 20 }), (spans, others) => {
        const table = tableOf(spans)
        const covering = naive(spans)
        const addresses = [...others, ...spans.flatMap(({ from, to }) => [from, to])].map((words): Address => ({ family: 6, words }))
        const found = addresses.map(table.find)
        expect(found.map(ranges => ranges.map(table.valueOf).sort((a, b) => a - b))).toEqual(addresses.map(covering))
        expect(found.flat().map(table.spanOf)).toEqual(found.flat().map(range => spans[table.valueOf(range)]))
      }),
      { numRuns: 1000 },
    )
  })

  test('of thousands, beyond its first steps', () => {
    const spans = Array.from({ length: 5000 }, (_, i): Span => {
      const at = Math.imul(i, 2654435761) >>> 0
      const words = [0, 0, 0xffff, at] as const
      return i % 2 === 0 ? { family: 4, from: words, to: words } : { family: 6, from: [at, 0, 0, 0], to: [at, 0, 0, 9] }
    })
    const table = tableOf(spans)
    spans.forEach(({ family, from, to }, i) => {
      for (const words of [from, to]) expect(table.find({ family, words }).map(table.valueOf)).toEqual([i])
    })
  })

  test.each([
    ['203.0.113.9', ['203.0.113.9', '203.0.113.0/24', '203.0.112.0/20']],
    ['203.0.113.10', ['203.0.113.0/24', '203.0.112.0/20']],
    ['203.0.112.1', ['203.0.112.0/20', '203.0.111.255-203.0.112.7']],
    ['203.0.128.0', []],
    ['2001:db8::1', ['2001:db8::/64', '2001:db8::/32']],
    ['2001:db9::1', []],
  ])('%s is in %j', (text, ranges) => {
    const table = tableOf(
      ['203.0.112.0/20', '203.0.113.9', '203.0.113.0/24', '203.0.111.255-203.0.112.7', '2001:db8::/32', '2001:db8::/64'].map(
        text => readSpan(text)!,
      ),
    )
    expect(table.find(readAddress(text)!).map(range => printSpan(table.spanOf(range)))).toEqual(ranges)
  })

  test('without ranges', () => expect(tableOf([]).find(readAddress('203.0.113.9')!)).toEqual([]))
})
