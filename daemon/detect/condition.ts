/** What is wrong with a condition; `at` is a half-open range of UTF-16 offsets in its text. */
export class ConditionError extends Error {
  readonly at: readonly [from: number, to: number]
  constructor(message: string, at: readonly [from: number, to: number]) {
    super(message)
    this.at = at
  }
}

/** `values` stand in the order of the names that the condition was compiled with. */
export type Condition = (values: readonly number[]) => boolean

type Operand = (values: readonly number[]) => number
interface Token {
  kind: 'number' | 'name' | 'sign' | 'end'
  text: string
  at: readonly [number, number]
}

/** What a query may be called, so that a condition can name it. */
export const queryName = /^[\p{L}_][\p{L}\p{N}_.-]*$/u

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

const token = /\s*(?:(?<number>-?\d+(?:\.\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_.-]*)|(?<sign>&&|\|\||[<>=!]=|[<>!()]))/uy

function lex(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  for (let from = 0; from < end; from = token.lastIndex) {
    token.lastIndex = from
    const groups = token.exec(text)?.groups
    if (!groups) {
      const start = from + text.slice(from).search(/\S/)
      throw new ConditionError(`“${String.fromCodePoint(text.codePointAt(start)!)}” has no meaning in a condition`, [start, start + 1])
    }
    const kind = groups['number'] !== undefined ? 'number' : groups['name'] !== undefined ? 'name' : 'sign'
    const found = groups[kind]!
    tokens.push({ kind, text: found, at: [token.lastIndex - found.length, token.lastIndex] })
  }
  tokens.push({ kind: 'end', text: '', at: [end, end] })
  return tokens
}

/** The names that a condition asks for. */
export const namesIn = (text: string): string[] => lex(text).flatMap(({ kind, text: name }) => (kind === 'name' ? [name] : []))

/**
 * Compile `failures > 5 && (success > 0 || !(other == 1))` over the names of a rule's queries. `!` takes the whole comparison after it.
 * An empty condition holds once any value is above 0. Throws a ConditionError.
 */
export function compileCondition(text: string, names: readonly string[]): Condition {
  const tokens = lex(text)
  if (tokens.length === 1) return values => values.some(value => value > 0)
  let next = 0
  const shown = (found: Token) => (found.kind === 'end' ? 'the end' : `“${found.text}”`)
  const accept = (sign: string) => tokens[next]!.kind === 'sign' && tokens[next]!.text === sign && ++next > 0

  function operand(): Operand {
    const found = tokens[next++]!
    if (found.kind === 'number') {
      const value = Number(found.text)
      return () => value
    }
    if (found.kind !== 'name') throw new ConditionError(`Expected the name of a query or a number, found ${shown(found)}`, found.at)
    const index = names.indexOf(found.text)
    if (index < 0)
      throw new ConditionError(`No query is called “${found.text}”${names.length > 0 ? `; there is ${names.join(', ')}` : ''}`, found.at)
    return values => values[index] ?? 0
  }
  function comparison(): Condition {
    const left = operand()
    const sign = tokens[next]!
    const compare = sign.kind === 'sign' && Object.hasOwn(comparisons, sign.text) ? comparisons[sign.text] : undefined
    if (!compare) throw new ConditionError(`Expected a comparison such as > or ==, found ${shown(sign)}`, sign.at)
    next++
    const right = operand()
    return values => compare(left(values), right(values))
  }
  function unary(): Condition {
    if (accept('!')) {
      const inner = unary()
      return values => !inner(values)
    }
    if (!accept('(')) return comparison()
    const inner = either()
    if (!accept(')')) throw new ConditionError(`Expected ), found ${shown(tokens[next]!)}`, tokens[next]!.at)
    return inner
  }
  function both(): Condition {
    const items = [unary()]
    while (accept('&&')) items.push(unary())
    return items.length === 1 ? items[0]! : values => items.every(item => item(values))
  }
  function either(): Condition {
    const items = [both()]
    while (accept('||')) items.push(both())
    return items.length === 1 ? items[0]! : values => items.some(item => item(values))
  }

  const condition = either()
  const rest = tokens[next]!
  if (rest.kind !== 'end') throw new ConditionError(`Expected && or ||, found ${shown(rest)}`, rest.at)
  return condition
}
