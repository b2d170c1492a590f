/** Sums over the numbers of a signal: `first_seen_epoch-15*60*1000`. There is nothing else in it: no calls, no texts, no members. */
export type Sum = (numberOf: (name: string) => number) => number

/** Why a sum is none; `at` are places in it. */
export class SumError extends Error {
  readonly at: readonly [number, number]
  constructor(message: string, at: readonly [number, number]) {
    super(message)
    this.at = at
  }
}

const token = /\s*(?:(\d+(?:\.\d+)?)|(@?[A-Za-z_][\w.@]*)|([-+*/%()]))\s*/y
const deepest = 20
const operations: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}
/** Those that bind least first. */
const levels = [
  ['+', '-'],
  ['*', '/', '%'],
]

/** Read a sum; `check` hears of each name and refuses what is none. Throws a SumError. */
export function readSum(text: string, check: (name: string, at: readonly [number, number]) => void): Sum {
  const tokens: { text: string; isNumber: boolean; isName: boolean; at: [number, number] }[] = []
  for (token.lastIndex = 0; token.lastIndex < text.length; ) {
    const from = token.lastIndex
    const found = token.exec(text)
    if (!found) throw new SumError('can only hold numbers, variables, + - * / % and parentheses', [from, from + 1])
    const [, number, name, sign] = found
    tokens.push({
      text: (number ?? name ?? sign)!,
      isNumber: number !== undefined,
      isName: name !== undefined,
      at: [from, token.lastIndex],
    })
  }
  let place = 0

  function level(at: number, depth: number): Sum {
    const signs = levels[at]
    if (!signs) return unary(depth)
    let left = level(at + 1, depth)
    while (signs.includes(tokens[place]?.text ?? '')) {
      const operation = operations[tokens[place++]!.text]!
      const [first, second] = [left, level(at + 1, depth)]
      left = numberOf => operation(first(numberOf), second(numberOf))
    }
    return left
  }
  function unary(depth: number): Sum {
    const next = tokens[place]
    if (!next) throw new SumError('ends too soon', [Math.max(0, text.length - 1), text.length])
    if (depth > deepest) throw new SumError(`is nested more than ${deepest} deep`, next.at)
    place++
    if (next.text === '-') {
      const inner = unary(depth + 1)
      return numberOf => -inner(numberOf)
    }
    if (next.text === '(') {
      const inner = level(0, depth + 1)
      if (tokens[place]?.text !== ')') throw new SumError('has a parenthesis that is not closed', next.at)
      place++
      return inner
    }
    if (next.isNumber) {
      const number = Number(next.text)
      return () => number
    }
    if (!next.isName) throw new SumError(`has a “${next.text}” where a value should be`, next.at)
    check(next.text, next.at)
    return numberOf => numberOf(next.text)
  }

  const sum = level(0, 0)
  const rest = tokens[place]
  if (rest) throw new SumError(`has a “${rest.text}” too many`, rest.at)
  return sum
}
