import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../../../daemon/lib/json.ts'
import { QueryError } from '../../../shared/query/ast.ts'
import { lex } from '../../../shared/query/lex.ts'
import { toPredicate } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { print } from '../../../shared/query/print.ts'
import { doc, mutated, query } from './random.ts'

const table = new URL('../../fixtures/search/cases.dev.json', import.meta.url)
const real = (parseJson(readFileSync(table, 'utf8')) as { query: string }[]).map(row => row.query).filter(text => text.length < 200)

/** A tree without its places. */
const bare = (tree: unknown): unknown =>
  Array.isArray(tree)
    ? tree.map(bare)
    : typeof tree === 'object' && tree !== null
      ? Object.fromEntries(
          Object.entries(tree)
            .filter(([key]) => key !== 'at' && key !== 'in')
            .map(([key, value]) => [key, bare(value)]),
        )
      : tree

test('parse(print(tree)) is the tree', () => {
  fc.assert(
    fc.property(query, tree => {
      expect(bare(parse(print(tree)))).toEqual(bare(tree))
    }),
    { numRuns: 2000 },
  )
})

test('print(parse(text)) is a fixed point', () => {
  let parsed = 0
  for (const text of real) {
    let tree: ReturnType<typeof parse>
    try {
      tree = parse(text)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      continue
    }
    parsed++
    const printed = print(tree)
    expect(bare(parse(printed)), text).toEqual(bare(tree))
    expect(print(parse(printed))).toBe(printed)
  }
  expect(parsed).toBeGreaterThan(200)
})

test('any text is a query or an error that lies in it', () => {
  const empty = { timestamp: 0, tags: [], attributes: {} }
  fc.assert(
    fc.property(mutated(real), text => {
      try {
        toPredicate(parse(text))(empty)
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        const [from, to] = error.at
        expect(error.message).toMatch(/^[A-Z&|*+\-!].*\.$/su)
        expect(from >= 0 && from < to && to <= text.length, `${from}..${to}`).toBe(true)
      }
    }),
    { numRuns: 20_000 },
  )
})

test('tokens of any text lie in it, in order, with nothing but white space between', () => {
  fc.assert(
    fc.property(mutated(real), text => {
      let end = 0
      for (const { at } of lex(text)) {
        expect(text.slice(end, at[0]).trim()).toBe('')
        expect(at[1]).toBeGreaterThan(at[0])
        end = at[1]
      }
      expect(text.slice(end).trim()).toBe('')
    }),
    { numRuns: 2000 },
  )
})

test('a predicate judges any document, and its negation judges the other way', () => {
  fc.assert(
    fc.property(query, doc, (tree, made) => {
      const before = JSON.stringify(made)
      const kept = toPredicate(tree)(made)
      expect(toPredicate({ kind: 'not', item: tree, at: [0, 0] })(made)).toBe(!kept)
      expect(JSON.stringify(made)).toBe(before)
    }),
    { numRuns: 2000 },
  )
})
