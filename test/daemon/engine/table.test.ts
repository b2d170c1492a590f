import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Row } from '../../../daemon/engine/segments/segment.ts'
import { parseJson } from '../../../daemon/lib/json.ts'
import { QueryError } from '../../../shared/query/ast.ts'
import { type Both, createBoth } from './both.ts'

// The table of documents and queries, through the engine: in a segment that takes rows, in sealed ones, and with hardly any columns.
const read = (name: string): unknown => parseJson(readFileSync(new URL(`../../fixtures/search/${name}`, import.meta.url), 'utf8'))
const documents = (read('documents.json') as (Omit<Row, 'timestamp'> & { id: string; track: string; timestamp: string })[]).map(
  (doc, i) => ({
    ...doc,
    timestamp: Date.parse(doc.timestamp),
    seq: i + 1,
    stream: doc.track,
  }),
)
const cases = read('cases.dev.json') as { query: string; track: string; expect?: string[]; error?: { at: [number, number] } }[]

const forms = {
  active: { rows: 1000 },
  sealed: { rows: 8 },
  'few columns': { rows: 8, limits: { maxPaths: 3, maxValues: 2, maxBytes: 100 } },
}
const tracks = [...new Set(documents.map(({ track }) => track))]
const engines = new Map<string, Both>()
beforeAll(async () => {
  for (const [form, options] of Object.entries(forms))
    for (const track of tracks) {
      const both = await createBoth(options)
      both.add(documents.filter(doc => doc.track === track))
      await both.engine.sealed()
      engines.set(`${form} ${track}`, both)
    }
})
afterAll(async () => {
  for (const both of engines.values()) await both.close()
})

async function run(form: string, query: string, track: string): Promise<unknown> {
  try {
    const search = { track, query, from: -8e15, to: 8e15, limit: 1000, sort: 'timestamp' as const }
    const { rows } = await engines.get(`${form} ${track}`)!.fast(search)
    return rows.map(seq => documents[seq - 1]!.id).sort()
  } catch (error) {
    if (error instanceof QueryError) return { at: [...error.at] }
    throw error
  }
}

test.each(cases)('$query', async ({ query, track, expect: ids, error }) => {
  for (const form of Object.keys(forms)) expect(await run(form, query, track), form).toEqual(error ? { at: error.at } : ids)
})
