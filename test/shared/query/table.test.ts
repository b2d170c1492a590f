import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseJson } from '../../../daemon/lib/json.ts'
import type { Doc } from '../../../shared/log.ts'
import { QueryError } from '../../../shared/query/ast.ts'
import { toPredicate } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { print } from '../../../shared/query/print.ts'

type Stored = Omit<Doc, 'timestamp'> & { id: string; track: string; timestamp: string }
interface Case {
  id: string
  query: string
  track: string
  expect?: string[]
  error?: { at: [number, number] }
}

// lossless: the documents hold integers beyond 2^53 and a key `__proto__`
const read = (name: string): unknown => parseJson(readFileSync(new URL(`../../fixtures/search/${name}`, import.meta.url), 'utf8'))
const documents = (read('documents.json') as Stored[]).map(stored => ({ ...stored, timestamp: Date.parse(stored.timestamp) }))
const cases = read('cases.dev.json') as Case[]

function run(query: string, track: string): unknown {
  try {
    const keep = toPredicate(parse(query))
    const found = documents.filter(doc => doc.track === track && keep(doc)).map(doc => doc.id)
    // what is printed has to ask for the same
    const again = toPredicate(parse(print(parse(query))))
    expect(documents.filter(doc => doc.track === track && again(doc)).map(doc => doc.id)).toEqual(found)
    return found.sort()
  } catch (error) {
    if (error instanceof QueryError) return { at: [...error.at] }
    throw error
  }
}

test.each(cases)('D-06: $query', ({ query, track, expect: ids, error }) => {
  expect(run(query, track)).toEqual(error ? { at: error.at } : ids)
})
