import type { Query } from '../../../shared/query/ast.ts'
import { textTest } from '../../../shared/query/leaf.ts'
import { normalise, type Text, words } from '../../../shared/query/text.ts'
import { hasPhrase } from './phrase.ts'

/** A question to the text of messages, and what an index can make of it. */
export interface TextSearch {
  test(text: Text): boolean
  /** Whole words that every text to be found has. */
  words: readonly string[]
  /** The words are a phrase, and the phrase is all that is asked for. */
  phrase: boolean
  /** Lies in every text to be found. */
  needle: string
}

type Term = Extract<Query, { kind: 'term' }>

export function toTextSearch(term: Term): TextSearch {
  const test = textTest(term)
  const literals = term.pieces.map(piece => (typeof piece === 'string' ? undefined : normalise(piece.literal)))
  const needle = literals.reduce<string>((best, literal) => (literal !== undefined && literal.length > best.length ? literal : best), '')
  const [only] = literals
  if (literals.length !== 1 || only === undefined)
    return {
      test,
      words: literals.flatMap((literal, i) => wholeWords(literal ?? '', i === 0, i === literals.length - 1)),
      phrase: false,
      needle,
    }
  const list = words(only)
  const longest = list.reduce((best, word) => (word.length > best.length ? word : best), '')
  if (list.length === 0) return { test, words: list, phrase: false, needle: only }
  const isPlain = list.every(word => /^[a-z0-9_]+$/.test(word))
  const quick = (text: Text) => text.plain.includes(longest) && (hasPhrase(text.plain, list) ?? test(text))
  return { test: isPlain ? quick : test, words: list, phrase: true, needle: longest }
}

/** Words of a pattern's literal that are words of the text too: none that touches a `*` or a `?`, since it can go on there. */
function wholeWords(literal: string, opens: boolean, closes: boolean): string[] {
  const list = words(literal)
  const cutAtStart = !opens && list.length > 0 && literal.startsWith(list[0]!)
  const cutAtEnd = !closes && list.length > 0 && literal.endsWith(list[list.length - 1]!)
  return list.slice(cutAtStart ? 1 : 0, cutAtEnd ? -1 : undefined)
}
