import { expect, test } from 'vitest'
import { childrenOf } from './timed.ts'

test.each([
  ['0m0.010000s 0m0.000000s\n1m2.500000s 0m0.250000s\n', 62.75],
  ['0m0.001s 0m0.002s\n0m0.000s 0m0.000s\n', 0],
])('%j → %f s', (times, expected) => expect(childrenOf(times)).toBeCloseTo(expected))
test('what is no answer of `times` is refused', () => expect(() => childrenOf('sh: times: not found')).toThrow('no times'))
