import type { Indicator, IndicatorType } from '../../../shared/indicator.ts'
import { readObservable } from '../../../shared/observable.ts'

/** Values of a STIX pattern, any of which alone is what it means; or why there are none. */
export type PatternRead = { entries: Indicator[]; left?: string } | { problem: string }

type Token = { kind: 'word' | 'text' | 'sign'; text: string }
const maxPattern = 20_000
const maxDepth = 32

const form = /\s*(?:'((?:[^'\\]|\\.)*)'|([A-Za-z0-9_.:\-*[\]]+?(?:'[^']*'[A-Za-z0-9_.\-[\]]*)*)(?=[\s()=!<>,\]]|$)|(!=|<=|>=|[[\]()=<>,]))/y

// An object path may hold quotes and brackets: file:hashes.'SHA-256', x:y[*].z
function* tokensOf(pattern: string): Generator<Token> {
  let at = 0
  while (at < pattern.length && pattern.slice(at).trim() !== '') {
    // brackets around an observation are not those of a path
    const bracket = /\s*([[\]])/y
    bracket.lastIndex = at
    const sign = bracket.exec(pattern)
    if (sign) {
      at = bracket.lastIndex
      yield { kind: 'sign', text: sign[1]! }
      continue
    }
    form.lastIndex = at
    const match = form.exec(pattern)
    if (!match || form.lastIndex === at) throw new SyntaxError(`at ${at}`)
    at = form.lastIndex
    if (match[1] !== undefined) yield { kind: 'text', text: match[1].replace(/\\(.)/g, '$1') }
    else if (match[2] !== undefined) yield { kind: 'word', text: match[2] }
    else yield { kind: 'sign', text: match[3]! }
  }
}

/** Why a part of a pattern names no value that alone is what it means. */
class Unsupported extends Error {}

interface Part {
  entries: Indicator[]
  /** What could not be used of an OR; the rest means the same without it. */
  left?: string
  /** All of them are hashes of one file, so that any of them alone is as good as all. */
  oneFile: boolean
}

const paths: [path: RegExp, type: IndicatorType][] = [
  [/^ipv[46]-addr:value$/, 'ip'],
  [/^network-traffic:(?:dst|src)_ref\.value$/, 'ip'],
  [/^domain-name:value$/, 'domain'],
  [/^url:value$/, 'url'],
  [/^(?:email-addr:value|email-message:(?:from|sender)_ref\.value)$/, 'email'],
  [/^(?:file|artifact):hashes\.'?md5'?$/i, 'md5'],
  [/^(?:file|artifact):hashes\.'?sha-?1'?$/i, 'sha1'],
  [/^(?:file|artifact):hashes\.'?sha-?256'?$/i, 'sha256'],
]

/**
 * What a STIX 2 pattern looks for, as far as single values say it: comparisons by = or IN joined by OR, or hashes of one file joined by AND.
 * A pattern that means more than that would match too much, and is left out.
 */
export function readPattern(pattern: string): PatternRead {
  if (pattern.length > maxPattern) return { problem: `is longer than ${maxPattern} characters` }
  try {
    const parser = createParser([...tokensOf(pattern)])
    const { entries, left } = parser.observations()
    return left === undefined ? { entries } : { entries, left }
  } catch (error) {
    if (error instanceof Unsupported) return { problem: error.message }
    if (error instanceof SyntaxError) return { problem: `is not a pattern that can be read ${error.message}` }
    throw error
  }
}

function createParser(tokens: Token[]) {
  let at = 0
  let depth = 0
  const peek = (text: string) => tokens[at]?.kind !== 'text' && tokens[at]?.text.toUpperCase() === text
  const take = (text: string) => peek(text) && ++at > 0
  function expect(text: string): void {
    if (!take(text)) throw new SyntaxError(`at “${tokens[at]?.text.slice(0, 30) ?? 'its end'}”, where ${text} should be`)
  }
  /** What stands up to a closing bracket, which is taken even where what stands before it cannot be used. */
  function nested(close: string, work: () => Part): Part {
    depth++
    try {
      if (depth > maxDepth) throw new Unsupported('nests too deep')
      const part = work()
      expect(close)
      return part
    } catch (error) {
      if (error instanceof Unsupported) take(close)
      throw error
    } finally {
      depth--
    }
  }

  function either(next: () => Part): Part {
    const parts: Part[] = []
    const reasons: string[] = []
    do {
      try {
        parts.push(next())
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error
        reasons.push(error.message)
        skipAlternative()
      }
    } while (take('OR'))
    if (parts.length === 0) throw new Unsupported(reasons[0])
    const left = reasons[0] ?? parts.find(part => part.left !== undefined)?.left
    const oneFile = parts.length === 1 && parts[0]!.oneFile
    return { entries: parts.flatMap(part => part.entries), oneFile, ...(left !== undefined && { left }) }
  }
  // To the OR of the same depth, or the end of what encloses it.
  function skipAlternative(): void {
    for (let open = 0; at < tokens.length; at++) {
      const { kind, text } = tokens[at]!
      if (kind === 'sign' && (text === '(' || text === '[')) open++
      else if (kind === 'sign' && (text === ')' || text === ']')) {
        if (open-- === 0) return
      } else if (open === 0 && kind === 'word' && text.toUpperCase() === 'OR') return
    }
  }

  function both(next: () => Part): Part {
    const first = next()
    let part = first
    while (take('AND')) {
      const more = next()
      if (!part.oneFile || !more.oneFile) throw new Unsupported('asks for several things at once')
      part = { entries: [...part.entries, ...more.entries], oneFile: true }
    }
    return part
  }

  function observation(): Part {
    let part: Part
    if (take('(')) {
      part = nested(')', observations)
    } else {
      expect('[')
      part = nested(']', () => either(() => both(comparison)))
    }
    if (peek('REPEATS') || peek('WITHIN') || peek('START') || peek('STOP')) throw new Unsupported('counts or times what it looks for')
    if (peek('AND') || peek('FOLLOWEDBY')) throw new Unsupported('asks for several things at once')
    return part
  }
  const observations = (): Part => either(observation)

  function comparison(): Part {
    if (take('(')) {
      return nested(')', () => either(() => both(comparison)))
    }
    const path = tokens[at++]
    if (path?.kind !== 'word') throw new SyntaxError(`at “${path?.text.slice(0, 30) ?? 'its end'}”`)
    if (peek('NOT')) throw new Unsupported('says what is not there')
    const operator = tokens[at++]?.text.toUpperCase() ?? ''
    const values: string[] = []
    if (operator === 'IN') {
      expect('(')
      do values.push(tokens[at++]?.text ?? '')
      while (take(','))
      expect(')')
    } else values.push(tokens[at++]?.text ?? '')
    const type = paths.find(([form]) => form.test(path.text))?.[1]
    if (type === undefined) throw new Unsupported(`looks at ${path.text.slice(0, 60)}, which is not matched`)
    if (operator !== '=' && operator !== 'IN' && !(operator === 'ISSUBSET' && type === 'ip'))
      throw new Unsupported(`compares by ${operator.slice(0, 20) || 'nothing'}, which is not matched`)
    const entries = values.map(value => entryOf(value, type, path.text))
    return { entries, oneFile: path.text.startsWith('file:') && operator === '=' }
  }

  return {
    observations(): Part {
      const part = observations()
      if (at < tokens.length) throw new SyntaxError(`at “${tokens[at]!.text.slice(0, 30)}”`)
      return part
    },
  }
}

function entryOf(value: string, type: IndicatorType, path: string): Indicator {
  // what a connection leads to may be named by its host
  const read = readObservable(value, type) ?? (path.startsWith('network-traffic:') ? readObservable(value, 'domain') : undefined)
  if (!read) throw new Unsupported(`${JSON.stringify(value.slice(0, 60))} is not ${type === 'ip' ? 'an address' : `a ${type}`}`)
  return read.type === 'ip' ? { value: value.trim() } : { value: read.name, type: read.type }
}
