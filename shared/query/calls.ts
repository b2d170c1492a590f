import { readBlock } from '../block.ts'
import { type Field, type Piece, type Query, QueryError, type Span } from './ast.ts'
import type { CallName } from './call-names.ts'
import { readField } from './field.ts'
import type { Token } from './lex.ts'
import { maxPatternLength, maxPatterns } from './limits.ts'
import { freeColon } from './scan.ts'
import { readPhrase, readPieces } from './values.ts'

/** One argument of a call; a `quoted` one has its quotes in the span. */
interface Argument {
  at: Span
  quoted: boolean
}

interface Call {
  /** What has to follow the key, and a call to show it by. */
  needs: string
  example: string
  read(text: string, field: Field, rest: Argument[], at: Span): Query
}

const calls: Record<CallName, Call> = {
  CIDR: {
    needs: 'at least one block',
    example: 'CIDR(@network.client.ip, 10.0.0.0/8)',
    read(text, field, rest, at) {
      const blocks = rest.map(part => ({ text: text.slice(...part.at), at: part.at }))
      for (const block of blocks)
        if (!readBlock(block.text)) throw new QueryError('This is neither an address nor a block such as 10.0.0.0/8.', block.at)
      return { kind: 'cidr', field, blocks, at }
    },
  },
  ANYCASE: {
    needs: 'at least one pattern',
    example: 'ANYCASE(@usr.name, adm*)',
    read(text, field, rest, at) {
      if (rest.length > maxPatterns) throw new QueryError(`ANYCASE takes at most ${maxPatterns} patterns.`, rest[maxPatterns]!.at)
      return { kind: 'anycase', field, patterns: rest.map(part => readPattern(text, part)), at }
    },
  },
  REGEX: {
    needs: 'an expression in quotes',
    example: 'REGEX(@http.url, "/v[0-9]+/admin")',
    read(text, field, rest, at) {
      const [only, more] = rest
      if (!only!.quoted) throw new QueryError('The expression of a REGEX stands in quotes.', only!.at)
      if (more) throw new QueryError('REGEX takes one expression.', more.at)
      checkLength(only!.at)
      const source = readPhrase(text, only!.at)
      if (source === '') throw new QueryError('An empty expression finds everything; any value is *.', only!.at)
      return { kind: 'regex', field, source, in: only!.at, at }
    },
  },
}

/** Read the parts of `NAME(key, …)`, commas included; `at` is the whole call. */
export function readCall(text: string, name: CallName, parts: readonly Token[], at: Span): Query {
  const { needs, example, read } = calls[name]
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0 && part.kind === 'comma') throw new QueryError('Nothing stands before this comma.', part.at)
    if (index % 2 === 1 && part.kind !== 'comma') throw new QueryError('A comma is missing before this.', part.at)
  }
  const [key, ...rest] = parts
  if (!key || rest.length === 0) throw new QueryError(`${name} needs a key and ${needs}: ${example}.`, at)
  const last = rest.at(-1)!
  if (last.kind === 'comma') throw new QueryError(`${name === 'CIDR' ? 'A block' : 'Something'} is missing after this comma.`, last.at)
  const colon = freeColon(text, ...key.at)
  if (colon >= 0) throw new QueryError(`In ${name} the key has no colon; a comma follows it.`, [colon, colon + 1])
  const field = readField(text, key.at, key.at)
  const values = rest.filter(part => part.kind !== 'comma').map(part => ({ at: part.at, quoted: part.kind === 'phrase' }))
  return read(text, field, values, at)
}

/** As a term: wildcards outside of quotes. */
function readPattern(text: string, { at, quoted }: Argument): Piece[] {
  checkLength(at)
  return quoted ? [{ literal: readPhrase(text, at) }] : readPieces(text, at)
}

function checkLength(at: Span): void {
  if (at[1] - at[0] > maxPatternLength) throw new QueryError(`A pattern has at most ${maxPatternLength} characters.`, at)
}
